"""Sealed fields: what opens and what does not, rotation while the hall is open, and that no column is forgotten."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from server import cli, schema, sealed
from server.auth import Keys
from server.crypto import SUITES, Keyring, Vault, place
from server.features.queueing.models import TicketRow
from shared.domain.errors import HallError
from tests.fakes.citizens import somebody
from tests.server.conftest import PERSON, Desk

RING = Keyring({1: b"a" * 32, 2: b"b" * 32}, 2, "international")


def vault(suite: str = "international", **changed: object) -> Vault:
    return Vault(Keyring(**{"keys": RING.keys, "current": 2, "suite": suite} | changed), b"i" * 32)  # type: ignore[arg-type]


def damaged(work: object) -> None:
    with pytest.raises(HallError) as refused:
        work()  # type: ignore[operator]
    assert refused.value.code == "sealed_field_damaged"


def test_the_national_algorithms_are_what_the_standards_say() -> None:
    digest = hashes.Hash(hashes.SM3())
    digest.update(b"abc")
    assert digest.finalize().hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    key = bytes.fromhex("0123456789abcdeffedcba9876543210")
    encryptor = Cipher(algorithms.SM4(key), modes.ECB()).encryptor()
    assert encryptor.update(key).hex() == "681edf34d206965e86b3e94f536e4246"
    # RFC 8998, appendix A.2: SM4-GCM.
    gcm = Cipher(algorithms.SM4(key), modes.GCM(bytes.fromhex("00001234567800000000abcd"))).encryptor()
    gcm.authenticate_additional_data(bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2"))
    plain = "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccddddddddddddddddeeeeeeeeeeeeeeeeffffffffffffffff"
    plain += "eeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa"
    body = gcm.update(bytes.fromhex(plain)) + gcm.finalize()
    assert body.hex().startswith("17f399f08c67d5ee19d0dc9969c4bb7d")
    assert gcm.tag.hex() == "83de3541e4c2b58177e065a9bf7b62ec"


@pytest.mark.parametrize("suite", SUITES)
@given(text=st.text(), about=st.text(), bit=st.integers(0, 10_000))
def test_a_field_opens_only_where_and_as_it_was_sealed(suite: str, text: str, about: str, bit: int) -> None:
    ours = vault(suite)
    field = ours.seal(text, about)
    assert ours.open(field, about) == text
    assert ours.seal(text, about) != field
    damaged(lambda: ours.open(field, about + "x"))
    bit %= len(field) * 8
    damaged(lambda: ours.open(bytes(b ^ (1 << bit % 8) if n == bit // 8 else b for n, b in enumerate(field)), about))
    damaged(lambda: ours.open(field[:-1], about))
    damaged(lambda: vault(suite, keys={1: b"a" * 32}, current=1).open(field, about))
    damaged(lambda: vault(suite, keys={2: b"c" * 32}, current=2).open(field, about))


def test_fields_of_both_suites_stand_side_by_side() -> None:
    first, second = vault("international"), vault("guomi")
    fields = [kept.seal("x", "p") for kept in (first, second)]
    assert [kept.open(field, "p") for kept in (first, second) for field in fields] == ["x"] * 4
    assert second.is_current(fields[1]) and not second.is_current(fields[0])
    assert first.index("phone", "1") == second.index("phone", "1"), "what is kept must still be found"
    assert first.index("phone", "1") != first.index("number", "1")
    assert vault("guomi", index_suite="guomi").index("phone", "1") != first.index("phone", "1")


def test_every_sealed_column_is_registered() -> None:
    found = {
        (table.name, column.name) for table in schema.METADATA.tables.values() for column in table.c
        if column.name.endswith("_cipher")
    }  # fmt: skip
    assert found == {(table, column) for table, column, _ in sealed.COLUMNS}
    assert len(found) == len(sealed.COLUMNS)
    assert place("t", "name_cipher", 1) == place("t", "name", 1) == "t.name:1"


def keys_command(folder: Path, *words: str) -> int:
    return cli.main(["keys", "--data", str(folder), *words])


def test_keys_are_rotated_under_a_running_vault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    running = Keys.of(tmp_path).vault
    old = running.seal("x", "p")
    assert keys_command(tmp_path, "--rotate", "--suite", "guomi") == 0
    assert (tmp_path / "keyring.json").stat().st_mode & 0o777 == 0o600
    said = capsys.readouterr().out
    assert "guomi" in said and "Key 2, current" in said
    elsewhere = Keys.of(tmp_path).vault
    assert elsewhere.ring.current == 2
    assert running.open(elsewhere.seal("y", "p"), "p") == "y", "an unknown key is looked for at once"
    running._look_at = time.monotonic() - 1
    fresh = running.seal("x", "p")
    assert running.is_current(fresh) and not running.is_current(old)
    assert running.ring.suite == "guomi" and running.ring.index_suite == "international"
    assert running.open(old, "p") == "x"
    (tmp_path / "keyring.json").write_text("{")
    os.utime(tmp_path / "keyring.json", (1, 1))
    running.refresh()
    assert running.ring.current == 2, "a damaged file takes no key away from a running server"


def test_before_the_first_start_the_suite_is_for_everything(tmp_path: Path) -> None:
    assert keys_command(tmp_path / "new", "--suite", "guomi") == 0
    assert Keys.of(tmp_path / "new").vault.ring.index_suite == "guomi"


def test_old_fields_are_sealed_anew_in_batches(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed, "BATCH", 2)
    service, _, _ = desk.places()
    tickets = [desk.issue(service, identity=somebody(PERSON.name or ""))["id"] for _ in range(5)]
    desk.issue(service)
    own = desk.context.keys.vault
    assert sealed.reseal(desk.database, own) == 0

    def fields() -> dict[str, tuple[bytes | None, bytes | None]]:
        wanted = select(TicketRow).where(TicketRow.identity_cipher.is_not(None))
        rows = desk.read(lambda r: list(r.session.scalars(wanted)))
        return {str(row.id): (row.identity_cipher, row.name_cipher) for row in rows}

    before = fields()
    assert set(before) == set(tickets)
    broken = tickets[2]

    def damage(writer: object) -> None:
        row = next(r for r in writer.session.scalars(select(TicketRow)) if str(r.id) == broken)  # type: ignore[attr-defined]
        sound = before[broken][0] or b""
        row.identity_cipher = sound[:-1] + bytes([sound[-1] ^ 1])  # a fixed byte is the right one once in 256 runs

    desk.database.write(damage)
    assert keys_command(tmp_path, "--rotate") == 0
    assert sealed.reseal(desk.database, own) == 9
    after = fields()
    for id_, (number, name) in after.items():
        assert number is not None and name is not None
        assert own.is_current(name)
        assert own.open(name, place("tickets", "name", id_)) == PERSON.name
        assert own.is_current(number) == (id_ != broken)
    assert sealed.reseal(desk.database, own) == 0
    assert sum(sealed.counts(desk.database).values()) == 10
