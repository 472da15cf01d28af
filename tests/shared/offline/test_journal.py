"""A terminal's journal through what happens to disks: power cuts, damage, no room."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.errors import HallError
from shared.offline.journal import Journal
from shared.offline.journal_health import journal_health
from tests.fakes.hall import ROOT

AT = datetime(2026, 11, 27, 2, 0, tzinfo=UTC)
DAY = date(2026, 11, 27)
PERSON = {"identity": {"kind": "resident", "number": "11010519491231002X", "name": "张三丰"}}


def child(code: str, path: Path, *, limit: int | None = None) -> subprocess.CompletedProcess[str]:
    """Another process with a journal at ``path``; ``limit``: no file of it may be larger, bytes."""
    prelude = f"""
import os, resource, signal, sys
from datetime import UTC, date, datetime
from pathlib import Path
from shared.domain.errors import HallError
from shared.offline.journal import Journal
path, limit = Path(sys.argv[1]), {limit!r}
AT, DAY = datetime(2026, 11, 27, 2, 0, tzinfo=UTC), date(2026, 11, 27)
"""
    return subprocess.run(
        [sys.executable, "-c", prelude + code, str(path)], cwd=ROOT, text=True, capture_output=True, timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


def test_what_returned_is_there_after_kill_9_and_what_did_not_commit_is_not(path: Path) -> None:
    code = """
journal = Journal(path)
print(journal.append("ticket.issued", {"n": 1}, at=AT, day=DAY))
with journal.write() as written:
    written.append("ticket.issued", {"n": 2}, at=AT, day=DAY)
    written.note("next", 3)
# Committed, and nobody was told: the paper has not begun.
with journal.write() as written:
    written.append("ticket.issued", {"n": 3}, at=AT, day=DAY)
    sys.stdout.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""
    died = child(code, path)
    assert died.returncode == -signal.SIGKILL
    journal = Journal(path)
    try:
        assert [entry.body for entry in journal.pending()] == [{"n": 1}, {"n": 2}]
        assert str(journal.pending()[0].id) == died.stdout.strip()
        assert journal.noted("next") == 3 and journal.damaged is None
    finally:
        journal.close()


def test_a_failed_block_leaves_nothing_and_the_next_one_works(path: Path) -> None:
    journal = Journal(path)
    with pytest.raises(ValueError, match="paper"), journal.write() as written:
        written.append("ticket.issued", {}, at=AT, day=DAY)
        written.note("next", 9)
        raise ValueError("paper")
    assert journal.pending() == [] and journal.noted("next") is None
    journal.append("ticket.issued", {"n": 1}, at=AT, day=DAY)
    assert len(journal.pending()) == 1
    journal.close()


def test_a_damaged_file_is_put_aside_and_what_can_be_read_of_it_goes_on(path: Path) -> None:
    journal = Journal(path)
    first = journal.id
    for number in range(200):
        journal.append("ticket.issued", {"n": number, "pad": "x" * 200}, at=AT, day=DAY, person=PERSON)
    journal.close()
    content = bytearray(path.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 4096] = os.urandom(4096)
    path.write_bytes(content)

    again = Journal(path)
    try:
        assert again.damaged is not None and again.damaged.name.startswith("journal.db.damaged-")
        assert again.damaged.read_bytes() == bytes(content)
        assert again.id != first
        # What comes before the damage, in order, still with its person.
        numbers = [entry.body["n"] for entry in again.pending()]
        assert numbers and numbers == list(range(len(numbers))) and again.rescued == len(numbers)
        assert again.message(again.pending()[0])["body"]["identity"]["name"] == "张三丰"
        again.append("ticket.issued", {}, at=AT, day=DAY)
    finally:
        again.close()
    later = Journal(path)
    try:
        # Told until somebody has taken the file away.
        (told,) = journal_health(later)
        assert (told.state, told.code, told.detail) == ("warning", "journal_damaged", str(again.damaged))
    finally:
        later.close()
    again.damaged.unlink()
    after = Journal(path)
    try:
        assert journal_health(after) == []
    finally:
        after.close()


def test_a_journal_that_finds_no_room_is_told_and_so_is_that_there_is_some_again(path: Path) -> None:
    journal = Journal(path)
    try:
        assert journal_health(journal) == []
        pages = journal._connection.execute("PRAGMA page_count").fetchone()[0]
        journal._connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(HallError, match="disk_full"):
            journal.append("ticket.issued", {"fill": "x" * 100_000}, at=AT, day=DAY)
        assert [(one.state, one.code) for one in journal_health(journal)] == [("error", "journal_full")]
        journal._connection.execute("PRAGMA max_page_count = 100000")
        journal.append("ticket.issued", {}, at=AT, day=DAY)
        assert journal_health(journal) == []
    finally:
        journal.close()
    assert [one.code for one in journal_health(None)] == ["journal_full"]


@pytest.mark.parametrize("content", [b"no database at all" * 100, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_file_that_is_no_database_is_put_aside_too(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    journal = Journal(path)
    assert journal.damaged is not None and journal.damaged.read_bytes() == content
    journal.append("ticket.issued", {}, at=AT, day=DAY)
    journal.close()


FILL = """
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
journal = Journal(path)
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
done = 0
try:
    while done < 10_000:
        with journal.write() as written:
            written.append("ticket.issued", {"n": done, "pad": "x" * 500}, at=AT, day=DAY)
            written.note("next", done + 1)
        done += 1
except HallError as error:
    print(error.code, done)
print(len(journal.pending()), journal.noted("next"))
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.getrlimit(resource.RLIMIT_FSIZE)[1],) * 2)
else:
    (path.parent / "ballast").unlink()
journal.append("ticket.issued", {"n": done}, at=AT, day=DAY)
print(len(journal.pending()))
"""


def filled(answer: subprocess.CompletedProcess[str]) -> None:
    """Refused when it was full, nothing half-made, and it went on when there was room."""
    assert answer.returncode == 0, answer.stderr
    refused, kept, after = answer.stdout.splitlines()
    code, done = refused.split()
    assert code == "disk_full" and int(done) > 10
    assert kept == f"{done} {done}"
    assert after == str(int(done) + 1)


def test_no_room_refuses_keeps_nothing_by_half_and_works_again(path: Path) -> None:
    filled(child(FILL, path, limit=200_000))
    journal = Journal(path)
    assert journal.damaged is None and [entry.body["n"] for entry in journal.pending()] == list(
        range(len(journal.pending()))
    )
    journal.close()


def test_a_full_file_system_does_the_same(tmp_path: Path) -> None:
    """A small file system of its own, where the machine lets us have one."""
    mount = tmp_path / "small"
    mount.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(mount)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("no right to mount a file system")
    try:
        (mount / "ballast").write_bytes(b"x" * 100_000)
        filled(child(FILL, mount / "journal.db"))
    finally:
        subprocess.run(["umount", str(mount)], check=True)


def test_no_person_stands_on_the_disk_in_clear_and_none_at_all_once_it_is_uploaded(path: Path) -> None:
    journal = Journal(path)
    id_ = journal.append("ticket.issued", {"number": "A·K3-07"}, at=AT, day=DAY, person=PERSON)
    entry = journal.pending()[0]
    assert journal.message(entry) == {
        "id": str(id_), "kind": "ticket.issued", "at": AT.isoformat(), "counter_id": None,
        "body": {"number": "A·K3-07", **PERSON},
    }  # fmt: skip
    sealed = entry.sealed
    assert sealed is not None
    on_disk = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert b"11010519491231002X" not in on_disk and "张三丰".encode() not in on_disk and sealed in on_disk
    with journal.write() as written:
        written.settle(id_, "taken")
    # Not the sealed text either: deleted pages are overwritten.
    assert sealed[:40] not in b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert journal.pending() == [] and journal.of_day(DAY)[0].verdict == "taken"
    journal.close()
    for file in (path, path.with_suffix(".key")):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_lost_key_does_not_lose_the_number(path: Path) -> None:
    journal = Journal(path)
    journal.append("ticket.issued", {"number": "A·K3-07"}, at=AT, day=DAY, person=PERSON)
    journal.close()
    path.with_suffix(".key").unlink()
    journal = Journal(path)
    assert journal.message(journal.pending()[0])["body"] == {"number": "A·K3-07"}
    journal.close()


def test_a_sealed_part_opens_for_its_own_entry_only(path: Path) -> None:
    journal = Journal(path)
    for _ in range(2):
        journal.append("ticket.issued", {}, at=AT, day=DAY, person=PERSON)
    first, second = journal.pending()
    with journal.write() as written:
        written._connection.execute("UPDATE entries SET sealed = ? WHERE id = ?", (first.sealed, str(second.id)))
    assert journal.message(journal.pending()[1])["body"] == {}
    journal.close()


def test_uploaded_entries_go_after_their_day_and_others_stay_for_ever(path: Path) -> None:
    journal = Journal(path)
    old = journal.append("ticket.issued", {"n": 1}, at=AT, day=DAY)
    journal.append("ticket.issued", {"n": 2}, at=AT, day=DAY)
    today = journal.append("ticket.issued", {"n": 3}, at=AT, day=DAY + timedelta(days=1))
    with journal.write() as written:
        written.settle(old, "taken")
        written.settle(today, "conflict", "outside_lease")
        assert written.forget_before(DAY + timedelta(days=1)) == 1
    assert [entry.body["n"] for entry in journal.of_day(DAY)] == [2]
    assert [entry.code for entry in journal.of_day(DAY + timedelta(days=1))] == ["outside_lease"]
    journal.close()


def test_the_first_verdict_of_an_entry_stays(path: Path) -> None:
    journal = Journal(path)
    id_ = journal.append("ticket.issued", {}, at=AT, day=DAY)
    for verdict in ("conflict", "taken"):
        with journal.write() as written:
            written.settle(id_, verdict)
    assert journal.of_day(DAY)[0].verdict == "conflict"
    journal.close()


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(("append", "fail", "settle", "reopen")), st.integers(0, 5)), max_size=25))
def test_it_holds_what_a_list_would_hold(steps: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.db"
        journal, model = Journal(path), list[tuple[str, str]]()
        name = journal.id
        for step, number in steps:
            if step == "append":
                model.append((str(journal.append("k", {"n": number}, at=AT, day=DAY)), ""))
            elif step == "fail":
                with pytest.raises(KeyError), journal.write() as written:
                    written.append("k", {"n": number}, at=AT, day=DAY)
                    raise KeyError
            elif step == "settle" and number < len(model):
                with journal.write() as written:
                    written.settle(journal.of_day(DAY)[number].id, "taken")
                model[number] = (model[number][0], "taken")
            elif step == "reopen":
                journal.close()
                journal = Journal(path)
            assert [(str(entry.id), entry.verdict) for entry in journal.of_day(DAY)] == model
            assert [str(entry.id) for entry in journal.pending()] == [id_ for id_, verdict in model if not verdict]
            assert journal.id == name
        journal.close()


def test_an_id_is_given_once(path: Path) -> None:
    journal, id_ = Journal(path), uuid4()
    journal.append("k", {}, at=AT, day=DAY, id_=id_)
    with pytest.raises(Exception, match="UNIQUE"):
        journal.append("k", {}, at=AT, day=DAY, id_=id_)
    assert len(journal.pending()) == 1
    journal.close()
    with pytest.raises(HallError):
        Journal(path.parent / "no-such-folder" / "journal.db")
