"""The file itself: its layers, everything that may be wrong with it, and what is refused."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.auth import Keys
from server.features.backup import archive, making
from server.features.backup.container import DamagedError, Sink, Source
from server.features.backup.making import back_up
from server.features.backup.naming import backups_in, drop_old, file_name
from server.features.backup.restoring import restore
from server.features.signage.web_setting import read_setting
from server.features.updates.releases import trusted
from server.settings import Settings
from shared.domain.errors import HallError
from tests.fakes.commands import command
from tests.fakes.hall import demo_data

PIECES = st.lists(st.binary(max_size=3000), max_size=20)


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    data = tmp_path_factory.mktemp("hall") / "hall"
    shutil.copytree(demo_data(), data)
    Keys.of(data)
    return Settings(data=data)


@pytest.fixture(scope="module")
def plain(hall: Settings) -> Path:
    return back_up(hall, hall.data.parent / "plain.backup").path


@pytest.fixture(scope="module")
def sealed(hall: Settings) -> Path:
    return back_up(hall, hall.data.parent / "sealed.backup", passphrase="geheim").path


def refusal(path: Path, settings: Settings, **options: object) -> str:
    """Why a restore is refused; it must have left nothing behind."""
    with pytest.raises(HallError) as refused:
        restore(path, settings, **options)  # type: ignore[arg-type]
    assert not [entry for entry in settings.data.parent.glob(".*restoring*")]
    return refused.value.code


class Buffer(io.BytesIO):
    """As a file that is read through a buffer: it can look one byte ahead."""

    def peek(self, size: int) -> bytes:
        return self.getvalue()[self.tell() : self.tell() + size]


def packed(pieces: list[bytes], passphrase: str) -> bytes:
    file = io.BytesIO()
    sink = Sink(file, passphrase)
    for piece in pieces:
        sink.write(piece)
    sink.close()
    return file.getvalue()


@given(PIECES)
def test_what_goes_in_comes_out(pieces: list[bytes]) -> None:
    whole = b"".join(pieces)
    assert Source(Buffer(packed(pieces, "")), "x").read() == whole


def test_a_large_one_comes_out_encrypted_too_and_every_change_is_noticed() -> None:
    whole = bytes(range(256)) * 12_000
    raw = packed([whole[:100], whole[100:]], "geheim")
    assert Source(Buffer(raw), "x", "geheim").read() == whole
    assert whole[:64] not in raw
    begin = raw.index(b"\n", raw.index(b"\n") + 1) + 1
    chunk = 4 + 1024 * 1024 + 16
    damaged = {
        "a byte": raw[:-100] + bytes([raw[-100] ^ 1]) + raw[-99:],
        "cut inside a chunk": raw[:-1],
        "the last chunk away": raw[: begin + 2 * chunk],
        "two chunks in turn": raw[:begin] + raw[begin + chunk : begin + 2 * chunk] + raw[begin : begin + chunk]
        + raw[begin + 2 * chunk :],
        "something behind": raw + b"more",
    }  # fmt: skip
    for what, changed in damaged.items():
        with pytest.raises(DamagedError):
            Source(Buffer(changed), "x", "geheim").read()
            pytest.fail(what)


def test_a_backup_is_one_private_file_with_the_sums_of_what_it_holds(hall: Settings, plain: Path) -> None:
    manifest = archive.look(plain)
    assert {member.name for member in manifest.members} >= {"hall.db", "secret.key"}
    assert plain.stat().st_mode & 0o077 == 0
    with closing(sqlite3.connect(hall.data / "hall.db")) as database:
        assert manifest.rows["services"] == database.execute("SELECT count(*) FROM services").fetchone()[0]
    assert [path for path in plain.parent.iterdir() if path.name.startswith(".")] == []


def test_what_is_restored_is_what_was_copied_under_a_new_epoch(tmp_path: Path, plain: Path) -> None:
    first = restore(plain, Settings(data=tmp_path / "one"))
    assert first.epoch > first.manifest.epoch
    assert (tmp_path / "one").stat().st_mode & 0o077 == 0
    with closing(sqlite3.connect(tmp_path / "one" / "hall.db")) as database:
        assert database.execute("SELECT epoch FROM halls").fetchone()[0] == first.epoch
        assert database.execute("SELECT count(*) FROM services").fetchone()[0] == first.manifest.rows["services"]


def test_nothing_is_ever_written_over(tmp_path: Path, hall: Settings, plain: Path) -> None:
    assert refusal(plain, hall) == "restore_folder_not_empty"
    (tmp_path / "file").write_text("")
    assert refusal(plain, Settings(data=tmp_path / "file")) == "restore_folder_not_empty"
    with pytest.raises(HallError, match="backup_exists"):
        back_up(hall, plain)


@pytest.mark.parametrize("where", [0.02, 0.3, 0.6, 0.999])
@pytest.mark.parametrize("kind", ["plain", "sealed"])
def test_a_damaged_file_is_refused_and_leaves_nothing(
    tmp_path: Path, request: pytest.FixtureRequest, kind: str, where: float
) -> None:
    raw = bytearray(request.getfixturevalue(kind).read_bytes())
    raw[300 + int((len(raw) - 301) * where)] ^= 0x55
    (tmp_path / "bad").write_bytes(raw)
    assert refusal(tmp_path / "bad", Settings(data=tmp_path / "new"), passphrase="geheim") == "backup_damaged"
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("kind", ["plain", "sealed"])
@pytest.mark.parametrize("left", [0.1, 0.5, 0.95])
def test_a_file_that_was_cut_off_is_refused(
    tmp_path: Path, request: pytest.FixtureRequest, kind: str, left: float
) -> None:
    raw = request.getfixturevalue(kind).read_bytes()
    (tmp_path / "bad").write_bytes(raw[: int(len(raw) * left)])
    assert refusal(tmp_path / "bad", Settings(data=tmp_path / "new"), passphrase="geheim") == "backup_damaged"


def test_other_files_are_told_apart(tmp_path: Path, sealed: Path) -> None:
    new = Settings(data=tmp_path / "new")
    (tmp_path / "text").write_text("hello")
    assert refusal(tmp_path / "text", new) == "backup_not_one"
    (tmp_path / "future").write_bytes(b"ZHITING BACKUP 2\n{}\n")
    assert refusal(tmp_path / "future", new) == "backup_other_version"
    assert refusal(tmp_path / "nothing", new) == "backup_unreadable"
    assert refusal(sealed, new) == "backup_passphrase_needed"
    assert refusal(sealed, new, passphrase="Geheim") == "backup_passphrase_wrong"
    (tmp_path / "secret").write_text("x\n")
    options = ("--from", sealed, "--data", new.data, "--passphrase-file", tmp_path / "secret")
    assert "does not open" in command("restore", *options, fails=True)


def test_a_newer_or_other_hall_is_refused(tmp_path: Path, hall: Settings, plain: Path) -> None:
    folder = tmp_path / "copy"
    folder.mkdir()
    manifest = archive.unpack(plain, folder)
    said = json.loads(json.dumps({"revision": "9999", "product": "9.0"}))
    newer = archive.Manifest(**{**{name: getattr(manifest, name) for name in manifest.__slots__}, **said})
    archive.write(tmp_path / "newer", newer, folder, "")
    assert refusal(tmp_path / "newer", Settings(data=tmp_path / "new")) == "backup_newer"
    postgres = Settings(data=tmp_path / "new", database_url="postgresql://nobody@127.0.0.1:1/x")
    assert refusal(plain, postgres) == "restore_needs_sqlite"


def test_without_keys_a_restore_asks_for_them(tmp_path: Path, hall: Settings) -> None:
    made = back_up(hall, tmp_path / "bare.backup", with_keys=False)
    assert "secret.key" not in [member.name for member in made.manifest.members]
    new = Settings(data=tmp_path / "new")
    assert refusal(made.path, new) == "restore_keys_needed"
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "secret.key").write_bytes(bytes(32))
    assert refusal(made.path, new, keys=tmp_path / "other") == "restore_keys_wrong"
    restore(made.path, new, keys=hall.data)
    assert (new.data / "secret.key").read_bytes() == (hall.data / "secret.key").read_bytes()


def test_a_hall_that_is_not_whole_is_not_backed_up(tmp_path: Path, hall: Settings) -> None:
    data = tmp_path / "hall"
    shutil.copytree(hall.data, data)
    with closing(sqlite3.connect(data / "hall.db")) as database, database:
        database.execute("UPDATE halls SET seq = 7")
        columns = "hall_id, seq, epoch, kind, at, data"
        insert = f"INSERT INTO events ({columns}) SELECT id, ?, 1, 'x', '2026-01-01', '{{}}' FROM halls"
        for seq in (5, 7):
            database.execute(insert, (seq,))
    with pytest.raises(HallError, match="backup_not_whole"):
        back_up(Settings(data=data), tmp_path / "x.backup")
    assert list(tmp_path.glob("*.backup")) == list(tmp_path.glob(".*")) == []


def test_a_database_with_a_damaged_page_is_not_backed_up(tmp_path: Path, hall: Settings) -> None:
    data = tmp_path / "hall"
    shutil.copytree(hall.data, data)
    raw = bytearray((data / "hall.db").read_bytes())
    raw[4096 * 40 : 4096 * 42] = b"\xff" * 8192
    (data / "hall.db").write_bytes(raw)
    with pytest.raises(HallError, match="backup_not_whole"):
        back_up(Settings(data=data), tmp_path / "x.backup")


def test_a_folder_without_a_hall_and_a_place_that_cannot_be_written(tmp_path: Path, hall: Settings) -> None:
    with pytest.raises(HallError, match="no_hall_in_folder"):
        back_up(Settings(data=tmp_path), tmp_path / "x.backup")
    (tmp_path / "file").write_text("")
    with pytest.raises(HallError, match="backup_not_written"):
        back_up(hall, tmp_path / "file" / "x.backup")


def test_the_oldest_go_and_only_what_was_named_here(tmp_path: Path) -> None:
    for day in range(1, 6):
        (tmp_path / f"zhiting-2026010{day}-020000.backup").write_text("")
    (tmp_path / "zhiting-mine.backup").write_text("")
    assert len(drop_old(tmp_path, 2)) == 3
    assert [path.name for path in backups_in(tmp_path)] == [f"zhiting-2026010{d}-020000.backup" for d in (4, 5)]
    assert (tmp_path / "zhiting-mine.backup").exists()
    (tmp_path / file_name()).write_text("")
    assert len(backups_in(tmp_path)) == 3 and drop_old(tmp_path, 0) == []


def test_the_keys_print_gives_the_key_away_to_nobody(hall: Settings, plain: Path) -> None:
    secret = (hall.data / "secret.key").read_bytes()
    assert making.key_print(secret) == archive.look(plain).key_print
    assert secret.hex() not in archive.look(plain).key_print


def test_what_the_server_trusts_and_may_photograph_comes_along(tmp_path: Path) -> None:
    data = tmp_path / "hall"
    shutil.copytree(demo_data(), data)
    Keys.of(data)
    (data / "release_keys.txt").write_text("never\n")
    (data / "web-pages.toml").write_text('allowed = ["example.cn"]\n')
    restore(back_up(Settings(data=data), tmp_path / "hall.backup").path, Settings(data=tmp_path / "new"))
    assert trusted(tmp_path / "new") == ("never",), "a server without this file takes what anybody signed"
    assert read_setting(tmp_path / "new").allows("example.cn")
