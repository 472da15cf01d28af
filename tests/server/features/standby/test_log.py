"""The log is followed byte for byte: whatever is written, and whenever it is folded, the copy is the hall."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server import wal
from server.checkpoints import Checkpoints
from server.engines import writing_engine
from server.features.standby.kept import Copy, State
from server.features.standby.shipping import next_part
from shared.domain.errors import HallError

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(1, 15)), st.tuples(st.just("receive"), st.integers(1, 3)),
        st.tuples(st.just("power cut"), st.integers(0, 5000)), st.tuples(st.just("fold"), st.just(0)),
    ),
    max_size=25,
)  # fmt: skip


class Hall:
    """A database with one writer, as the server has it."""

    def __init__(self, folder: Path, fold: int = 30) -> None:
        self.path = folder / "hall.db"
        self.engine = writing_engine(f"sqlite:///{self.path}")
        self.checkpoints = Checkpoints(self.engine, self.path, fold=fold)
        self.rows = 0
        self._run("CREATE TABLE t (n INTEGER PRIMARY KEY, filling TEXT)")

    def _run(self, statement: str, *values: object) -> None:
        self.checkpoints.before_change()
        with self.engine.connect() as connection, connection.begin():
            connection.exec_driver_sql(statement, tuple(values))

    def write(self, rows: int) -> None:
        for _ in range(rows):
            self.rows += 1
            self._run("INSERT INTO t VALUES (?, ?)", self.rows, "x" * (self.rows * 37 % 900))

    def first_copy(self, to: Path) -> Copy:
        self.checkpoints.follow("second", None)
        place = self.checkpoints.committed()
        assert place is not None
        scratch = to / "copy"
        scratch.mkdir(parents=True)
        with closing(sqlite3.connect(self.path)) as source, closing(sqlite3.connect(scratch / "hall.db")) as target:
            source.execute("PRAGMA wal_autocheckpoint=0")
            source.backup(target)
        copy = Copy(to)
        copy.begin(scratch, State("http://hall", place.salt.hex(), place.page))
        scratch.rmdir()
        return copy

    def close(self) -> None:
        self.engine.dispose()
        self.checkpoints.close()


def receive(hall: Hall, copy: Copy) -> bool:
    """One question and what is done with its answer; whether there was news."""
    place = copy.place
    hall.checkpoints.follow("second", place)
    part = next_part(hall.checkpoints, place)
    if part is None:
        return False
    if part.salt != place.salt:
        copy.fold()
        copy.note(salt=part.salt.hex(), page=part.page)
    elif part.content:
        copy.append(part.first, part.content)
    return True


def cut_off(hall: Hall, copy: Copy, kept: int) -> Copy:
    """The second machine loses power while it writes what it has just received: only so many bytes are there."""
    place = copy.place
    hall.checkpoints.follow("second", place)
    part = next_part(hall.checkpoints, place)
    if part is not None and part.content and part.salt == place.salt:
        copy.append(part.first, part.content[:kept])
    again = Copy(copy.data)
    assert again.read() is not None
    return again


def content(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return list(database.execute("SELECT * FROM t ORDER BY n"))


@given(STEPS)
@settings(max_examples=30, derandomize=True)
def test_the_copy_is_the_hall_whatever_happens(steps: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "hall").mkdir()
        hall = Hall(folder / "hall")
        hall.write(25)
        copy = hall.first_copy(folder / "second")
        for step, count in steps:
            if step == "write":
                hall.write(count)
            elif step == "receive":
                for _ in range(count):
                    receive(hall, copy)
            elif step == "power cut":
                copy = cut_off(hall, copy, count)
            else:
                hall.checkpoints.before_change()
        while receive(hall, copy):
            pass
        copy.fold()
        assert content(copy.data / "hall.db") == content(hall.path)
        assert len(content(hall.path)) == hall.rows
        hall.close()


def test_the_log_is_folded_when_nobody_follows_and_waits_for_who_does(tmp_path: Path) -> None:
    hall = Hall(tmp_path)
    hall.write(200)
    first = hall.checkpoints.committed()
    assert first is not None and first.frames < 120, "it began anew by itself"
    copy = hall.first_copy(tmp_path / "second")
    hall.write(200)
    held = hall.checkpoints.committed()
    assert held is not None and held.frames >= 200 and held.salt == first.salt, "the follower lacks it"
    while receive(hall, copy):
        pass
    receive(hall, copy)
    hall.write(2)
    after = hall.checkpoints.committed()
    assert after is not None and after.salt != held.salt and after.frames < 10
    hall.close()


def test_a_copy_that_is_of_another_history_is_noticed(tmp_path: Path) -> None:
    hall = Hall(tmp_path)
    hall.write(10)
    copy = hall.first_copy(tmp_path / "second")
    while receive(hall, copy):
        pass
    raw = bytearray(copy.log.read_bytes())
    raw[wal.HEAD + (copy.place.frames - 1) * (wal.FRAME + 4096) + 18] ^= 1
    copy.log.write_bytes(raw)
    with pytest.raises(HallError, match="standby_too_old"):
        receive(hall, copy)
    hall.close()


def test_a_page_that_was_changed_on_the_second_machine_is_noticed(tmp_path: Path) -> None:
    hall = Hall(tmp_path)
    hall.write(10)
    copy = hall.first_copy(tmp_path / "second")
    while receive(hall, copy):
        pass
    raw = bytearray(copy.log.read_bytes())
    raw[len(raw) // 2] ^= 1
    copy.log.write_bytes(raw)
    with pytest.raises(HallError, match="standby_not_whole"):
        copy.fold()
    hall.close()


def test_a_copy_that_was_away_too_long_begins_anew(tmp_path: Path) -> None:
    hall = Hall(tmp_path)
    copy = hall.first_copy(tmp_path / "second")
    receive(hall, copy)
    hall.close()
    again = Hall.__new__(Hall)
    again.path, again.rows = hall.path, hall.rows
    again.engine = writing_engine(f"sqlite:///{hall.path}")
    again.checkpoints = Checkpoints(again.engine, hall.path, fold=30)
    again.write(100)
    with pytest.raises(HallError, match="standby_too_old"):
        receive(again, copy)
    again.close()


def test_looking_at_the_log_lets_go_of_no_lock(tmp_path: Path) -> None:
    hall = Hall(tmp_path)
    hall.write(5)
    with closing(sqlite3.connect(hall.path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM t").fetchone()
        for _ in range(3):
            assert hall.checkpoints.committed() is not None
        # Another process that believed to be alone would empty the index, or fold what is still read.
        other = f"""
import sqlite3
database = sqlite3.connect({str(hall.path)!r}, timeout=5)
assert database.execute("SELECT count(*) FROM t").fetchone() == (5,)
print(*database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone())
database.close()
"""
        said = subprocess.run([sys.executable, "-c", other], capture_output=True, text=True, timeout=30, check=True)
        assert said.stdout.split()[0] == "1", "somebody still reads: it is busy"
    hall.write(5)
    assert hall.checkpoints.committed() is not None
    assert len(content(hall.path)) == 10
    hall.close()
