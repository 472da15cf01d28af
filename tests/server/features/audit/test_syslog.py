"""What leaves: RFC 5424 messages, to a file, by hand, and continuously to a real receiver."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from server import cli
from server.audit import SYSTEM, Actor, record
from server.features.access.service import set_audit_receiver
from server.features.audit.export import BATCH, Exporter
from server.features.audit.service import state
from server.features.audit.syslog import message, send, target
from shared.domain.errors import HallError
from shared.schemas.audit import AuditState
from tests.fakes.syslog import Receiver, make_certificate, receiver
from tests.server.conftest import Desk

ENTRY = {
    "n": 7, "at": datetime(2026, 11, 23, 2, 0, 0, 1500, tzinfo=UTC), "actor": "staff:张]\"\\", "account_id": None,
    "address": "192.0.2.1", "action": "personal_data.revealed", "subject_kind": "ticket", "subject": "A001\n<0>",
    "outcome": "done", "detail": '{"reason":"核对"}', "hall_id": UUID(int=1), "mac": b"\x01\x02",
}  # fmt: skip
HEAD = re.compile(
    r'^<(\d+)>1 (\S+) (\S+) zhiting - (\S+) \[zhiting@32473((?: \w+="(?:[^"\\\]]|\\["\\\]])*")+)\] \ufeff(.*)$'
)


def fields(text: str) -> dict[str, str]:
    found = HEAD.match(text)
    assert found, text
    pairs = re.findall(r' (\w+)="((?:[^"\\\]]|\\["\\\]])*)"', found[5])
    return {name: re.sub(r"\\(.)", r"\1", value) for name, value in pairs}


def test_a_message_is_as_rfc_5424_says() -> None:
    text = message(ENTRY, "hall-1").decode()
    found = HEAD.match(text)
    assert found
    assert found.group(1, 2, 3, 4) == ("110", "2026-11-23T02:00:00.001500Z", "hall-1", "personal_data.revealed")
    assert fields(text) | {"hall": ""} == {
        "n": "7", "actor": "staff:张]\"\\", "address": "192.0.2.1", "subjectKind": "ticket", "subject": "A001 <0>",
        "outcome": "done", "detail": '{"reason":"核对"}', "mac": "0102", "hall": "",
    }  # fmt: skip
    assert message(ENTRY | {"outcome": "refused"}, "h").startswith(b"<108>1 ")
    odd = message(ENTRY | {"action": "x" * 40 + " é"}, "a b\n").decode()
    assert odd.split(" ")[2] == "a_b_"
    assert "\n" not in odd
    assert len(odd.split(" ")[5]) == 32


@pytest.mark.parametrize("address", [
    "host:514", "http://host", "udp://", "tcp://host:99999", "tls://host/path", "tls://u:p@host", "tcp://host:x", "",
])  # fmt: skip
def test_addresses_that_are_none(address: str) -> None:
    with pytest.raises(HallError) as refused:
        target(address)
    assert refused.value.code == "syslog_address_wrong"


def test_ports_by_default() -> None:
    assert [target(f"{scheme}://h").port for scheme in ("udp", "tcp", "tls")] == [514, 601, 6514]


@pytest.mark.parametrize("scheme", ["udp", "tcp"])
def test_messages_arrive_whole(scheme: str) -> None:
    with receiver(scheme) as there:
        send(target(there.address), [message(ENTRY | {"n": n}) for n in range(1, 40)])
        assert [fields(text)["n"] for text in there.wait_for(39)] == [str(n) for n in range(1, 40)]


def test_tls_is_verified(tmp_path: Path) -> None:
    whole, trusted = make_certificate(tmp_path)
    with receiver("tls", whole) as there:
        data = tmp_path / "data"
        data.mkdir()
        with pytest.raises(OSError, match="certificate verify failed"):
            send(target(there.address, data), [message(ENTRY)])
        (data / "syslog-ca.pem").write_bytes(trusted.read_bytes())
        send(target(there.address, data), [message(ENTRY)] * 3)
        assert len(there.wait_for(3)) == 3
    other, trusted_other = make_certificate(tmp_path, "other.example")
    (data / "syslog-ca.pem").write_bytes(trusted_other.read_bytes())
    with receiver("tls", other) as there:
        with pytest.raises(OSError, match=r"IP address mismatch|not valid for"):
            send(target(there.address, data), [message(ENTRY)])
        assert there.messages == []


# Continuous


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver("tcp") as opened:
        yield opened


@pytest.fixture
def sending(desk: Desk, there: Receiver) -> Desk:
    desk.database.audit_key = desk.context.keys.audit
    desk.database.write(lambda w: set_audit_receiver(w, there.address))
    return desk


def add(desk: Desk, count: int) -> None:
    def work(writer: object) -> None:
        for _ in range(count):
            record(writer, SYSTEM, "test.sent")  # type: ignore[arg-type]

    desk.database.write(work)


def numbers(there: Receiver) -> list[int]:
    return [int(fields(text)["n"]) for text in there.messages]


def eventually(holds: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_nothing_is_lost_or_doubled(sending: Desk, there: Receiver, tmp_path: Path) -> None:
    exporter = Exporter(sending.database, tmp_path)
    assert not exporter.step(), "nothing to send"
    add(sending, BATCH + 3)
    assert exporter.step(), "there is more"
    assert not exporter.step()
    assert numbers(there) == list(range(1, BATCH + 4))
    found: AuditState = sending.read(state)
    assert (found.entries, found.sent, found.fault, found.target) == (BATCH + 3, BATCH + 3, "", there.address)
    assert found.sent_at == sending.clock.now


def test_a_batch_that_broke_off_is_sent_again_and_the_fault_is_seen(
    sending: Desk, there: Receiver, tmp_path: Path
) -> None:
    exporter = Exporter(sending.database, tmp_path)
    add(sending, 5)
    there.refuse_next = 1
    assert not exporter.step()
    broken: AuditState = sending.read(state)
    assert broken.fault
    assert broken.sent == 0
    exporter.step()
    assert sorted(set(numbers(there))) == [1, 2, 3, 4, 5]
    assert sending.read(state).fault == ""


def test_only_one_process_sends_and_another_takes_over(sending: Desk, there: Receiver, tmp_path: Path) -> None:
    first, second = Exporter(sending.database, tmp_path), Exporter(sending.database, tmp_path)
    add(sending, 2)
    first.step()
    add(sending, 2)
    second.step()
    assert numbers(there) == [1, 2], "the first one still holds it"
    sending.clock.forward(minutes=2)
    second.step()
    assert numbers(there) == [1, 2, 3, 4]


def test_the_thread_sends_by_itself_and_ends(sending: Desk, there: Receiver, tmp_path: Path) -> None:
    exporter = Exporter(sending.database, tmp_path)
    exporter._pause = 0.01
    add(sending, 3)
    with closing(exporter):
        exporter.start()
        there.wait_for(3)
        eventually(lambda: sending.read(state).sent == 3)


def test_without_an_address_nothing_is_kept(desk: Desk, tmp_path: Path) -> None:
    desk.database.audit_key = desk.context.keys.audit
    add(desk, 1)
    assert not Exporter(desk.database, tmp_path).step()
    assert desk.read(state) == AuditState(entries=1)


# By hand


def run(desk: Desk, folder: Path, *words: str) -> int:
    url = [] if desk.database.is_sqlite else ["--database-url", desk.database.url]
    return cli.main(["audit", words[0], "--data", str(folder), *url, *words[1:]])


def test_the_command_verifies_while_the_hall_is_open(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.database.audit_key = desk.context.keys.audit
    add(desk, 4)
    assert run(desk, tmp_path, "verify") == 0
    said = capsys.readouterr().out
    assert "4" in said and "whole" in said and "完整" in said
    # As whoever does not have the key.
    desk.database.audit_key = b"forged"
    add(desk, 1)
    assert run(desk, tmp_path, "verify") == 1
    said = capsys.readouterr().err
    assert "entry 5" in said and "第 5 条" in said


def test_the_command_writes_a_file_and_sends(desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk.database.audit_key = desk.context.keys.audit
    desk.database.write(lambda w: record(w, Actor("staff:a\nb"), "test.sent"))
    add(desk, 4)
    assert run(desk, tmp_path, "export", "--from", "3", "--file", str(tmp_path / "out.log")) == 0
    lines = (tmp_path / "out.log").read_text("utf-8").splitlines()
    assert [fields(line)["n"] for line in lines] == ["3", "4", "5"]
    with receiver("tcp") as there:
        assert run(desk, tmp_path, "export", "--syslog", there.address) == 0
        assert numbers(there) == [1, 2, 3, 4, 5]
        address = there.address
    capsys.readouterr()
    assert run(desk, tmp_path, "export", "--syslog", address) == 1
    assert "--from 1" in capsys.readouterr().err


def test_a_folder_without_a_hall(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["audit", "verify", "--data", str(tmp_path)]) == 1
    assert str(tmp_path) in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
