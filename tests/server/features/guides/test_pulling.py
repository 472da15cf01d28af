"""Guides from an item system that pages, changes, repeats, fails, is slow and sends rubbish: all or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import select

from server.audit import SYSTEM
from server.database import Reader
from server.features.guides import runs, sources
from server.features.guides.models import GuideRow, GuideRunRow, GuideSourceRow
from server.features.guides.puller import GuidePuller
from shared.domain.errors import HallError
from shared.schemas.guides import GuideRun, GuideSourceEdit
from tests.fakes.items import SECRET, Fault, ItemSystem, item, serving_items
from tests.server.conftest import Desk

HERE = "http://127.0.0.1"


class Feed:
    """The hall, the item system, and who asks it."""

    def __init__(self, desk: Desk, system: ItemSystem, pauses: tuple[float, ...] = (0.0, 0.0)) -> None:
        self.desk, self.system = desk, system
        self.puller = GuidePuller(desk.database, HERE, pauses=pauses)

    def run(self, mode: str = "full") -> GuideRun:
        begun = self.desk.database.write(lambda w: runs.begin(w, SYSTEM, mode))
        assert self.puller.step()
        return self.report(begun)

    def report(self, of: GuideRun) -> GuideRun:
        return self.desk.read(lambda r: runs.run(r, of.id))  # type: ignore[no-any-return]

    def standing(self) -> dict[str, tuple[str, bool, int]]:
        """Those of the item system: name, whether in use, version."""

        def read(reader: Reader) -> dict[str, tuple[str, bool, int]]:
            rows = reader.session.scalars(select(GuideRow).where(GuideRow.source == "import"))
            return {row.code: (row.name, not row.retired, row.version) for row in rows}

        return self.desk.read(read)  # type: ignore[no-any-return]

    def set(self, **wanted: Any) -> None:
        def work(writer: Any) -> None:
            known = sources.shown_source(writer)
            edit = {"address": self.system.url, "secret": SECRET, "version": known.version} | wanted
            sources.put_source(writer, HERE, SYSTEM, GuideSourceEdit.model_validate(edit))

        self.desk.database.write(work)


@contextmanager
def feed_of(desk: Desk, system: ItemSystem, **options: Any) -> Iterator[Feed]:
    with serving_items(system):
        feed = Feed(desk, system, **options)
        feed.set()
        yield feed
        feed.puller.close()


def test_all_of_it_page_by_page_and_the_same_again_changes_nothing(desk: Desk) -> None:
    with feed_of(desk, ItemSystem(8)) as feed:
        first = feed.run()
        assert (first.state, first.counts["created"], first.counts["refused"]) == ("done", 8, 0)
        assert len(feed.system.asked) == 3 and feed.system.asked[0] == {"mode": "full", "limit": "200"}
        before, told = feed.standing(), [one.seq for one in desk.events]
        again = feed.run()
        assert again.counts == {name: 8 if name == "unchanged" else 0 for name in again.counts}
        assert feed.standing() == before
        # Only that the run is over is told: nobody reads guides anew.
        assert [one.data for one in desk.events if one.seq not in told and one.kind == "guides.changed"] == ["{}"]


def test_changes_are_what_changed_and_what_is_no_more(desk: Desk) -> None:
    with feed_of(desk, ItemSystem(6)) as feed:
        feed.run()
        feed.system.version = 2
        feed.system.changed = [item("A001", name="改名"), {"code": "A002", "deleted": True}, item("B1"),
                               {"code": "never", "deleted": True}]  # fmt: skip
        made = feed.run("changes")
        assert feed.system.asked[-1]["since"] == "s1"
        assert made.counts == {
            "created": 1, "changed": 1, "retired": 1, "unchanged": 1, "skipped": 0, "refused": 0,
        }  # fmt: skip
        now = feed.standing()
        assert now["A001"] == ("改名", True, 2) and now["A002"][1] is False and now["A003"][1] is True
        # It comes back as itself.
        feed.system.changed = [item("A002")]
        feed.run("changes")
        assert feed.standing()["A002"] == ("事项A002", True, 3) and feed.system.asked[-1]["since"] == "s2"


def test_who_does_not_know_any_more_what_changed_is_read_whole(desk: Desk) -> None:
    with feed_of(desk, ItemSystem(4)) as feed:
        feed.run()
        feed.system.gone, feed.system.items = True, [*feed.system.items[:3], item("B1")]
        made = feed.run("changes")
        assert (made.mode, made.state, made.counts["retired"], made.counts["created"]) == ("full", "done", 1, 1)


def _cut(number: int, status: int, page: dict[str, Any]) -> tuple[int, Any]:
    return (200, page) if number == 0 else (500, {})


def _html(number: int, status: int, page: dict[str, Any]) -> tuple[int, Any]:
    return 200, b"<html>please sign in</html>"


def _round(number: int, status: int, page: dict[str, Any]) -> tuple[int, Any]:
    return 200, page | {"next": "3"}


def _lost(number: int, status: int, page: dict[str, Any]) -> tuple[int, Any]:
    return 200, page | {"next": None}


def _huge(number: int, status: int, page: dict[str, Any]) -> tuple[int, Any]:
    return 200, b'{"x":"' + b" " * (5 * 1024 * 1024) + b'"}'


def _deep(number: int, status: int, page: dict[str, Any]) -> tuple[int, Any]:
    return 200, b"[" * 100_000


def _elsewhere(number: int, status: int, page: dict[str, Any]) -> tuple[int, Any]:
    return 302, b""


def _other(number: int, status: int, page: dict[str, Any]) -> tuple[int, Any]:
    return 200, page | {"total": "eight"}


@pytest.mark.parametrize(
    ("fault", "code", "why"),
    [
        (_cut, "guides_unreachable", "status 500"), (_html, "guides_upstream_wrong", "not_json"),
        (_round, "guides_upstream_wrong", "page_repeats"), (_lost, "guides_upstream_wrong", "incomplete"),
        (_huge, "guides_unreachable", "too long"), (_deep, "guides_upstream_wrong", "not_json"),
        (_elsewhere, "guides_unreachable", "status 302"), (_other, "guides_upstream_wrong", "format"),
    ],
)  # fmt: skip
def test_a_reading_that_fails_anywhere_changes_nothing(desk: Desk, fault: Fault, code: str, why: str) -> None:
    with feed_of(desk, ItemSystem(8), pauses=(0.0,)) as feed:
        feed.run()
        before = feed.standing()
        feed.system.items = [item(f"B{number}") for number in range(8)]
        feed.system.asked.clear()
        feed.system.fault = fault
        failed = feed.run()
        assert (failed.state, failed.fault, failed.fault_params["why"]) == ("failed", code, why)
        assert feed.standing() == before
        feed.system.fault = None


def test_a_silent_item_system_is_given_up(desk: Desk) -> None:
    with feed_of(desk, ItemSystem(2), pauses=()) as feed:
        feed.system.fault = lambda number, status, page: None
        failed = feed.run()
        assert (failed.state, failed.fault) == ("failed", "guides_unreachable") and feed.standing() == {}


def test_a_page_that_fails_once_is_asked_again(desk: Desk) -> None:
    with feed_of(desk, ItemSystem(8)) as feed:
        feed.system.fault = lambda number, status, page: (503, {}) if number in (0, 2) else (200, page)
        assert feed.run().counts["created"] == 8 and len(feed.system.asked) == 5


def test_a_page_that_comes_twice_is_no_second_item(desk: Desk) -> None:
    with feed_of(desk, ItemSystem(8)) as feed:
        pages: list[dict[str, Any]] = []

        def twice(number: int, status: int, page: dict[str, Any]) -> tuple[int, Any]:
            pages.append(page)
            # The second answer holds the first one's items once more.
            return 200, page | {"items": pages[0]["items"] + page["items"]} if number == 1 else page

        feed.system.fault = twice
        made = feed.run()
        assert (made.state, made.counts["created"], made.counts["refused"]) == ("done", 8, 0)


def test_what_changes_under_the_reader_is_read_again_from_the_first_page(desk: Desk) -> None:
    with feed_of(desk, ItemSystem(8)) as feed:

        def change(number: int) -> None:
            if number == 1:
                feed.system.version += 1
                feed.system.items[0] = item("A000", name="新名")

        feed.system.on_ask = change
        assert feed.run().state == "done" and feed.standing()["A000"][0] == "新名"
        feed.system.on_ask = lambda number: setattr(feed.system, "version", feed.system.version + 1)
        failed = feed.run()
        assert (failed.state, failed.fault) == ("failed", "guides_changed_while_read")


def test_rubbish_among_items_is_refused_row_by_row_and_what_it_was_stays(desk: Desk) -> None:
    with feed_of(desk, ItemSystem(14)) as feed:
        feed.run()
        feed.system.items[0] = item("A000", promised_days=30)
        feed.system.items[1] = item("A001", name=None)
        feed.system.items[2] = item("A002", materials=[{"name": "x", "copies": -1}])
        feed.system.items.append(item("C1", department="外星事务局"))
        feed.system.items[3] = item("A003", name="改")
        feed.system.items += ["rubbish", {"name": "no code"}, {"name": "nor here"}]  # type: ignore[list-item]
        made = feed.run()
        assert made.state == "done"
        assert {(row.code, row.outcome, row.why, row.field) for row in made.rows} == {
            ("A000", "refused", "promised_longer", ""), ("A001", "refused", "missing", "name"),
            ("A002", "refused", "wrong", "materials.1.copies"), ("A003", "changed", "", ""),
            ("C1", "skipped", "department_unknown", "外星事务局"), ("", "refused", "not_object", ""),
            ("", "refused", "missing", "code"),
        }  # fmt: skip
        now = feed.standing()
        assert now["A001"] == ("事项A001", True, 1) and "C1" not in now and now["A003"][0] == "改"


def test_almost_nothing_at_once_waits_for_somebody(desk: Desk) -> None:
    with feed_of(desk, ItemSystem(10)) as feed:
        feed.run()
        kept, feed.system.items = feed.system.items, feed.system.items[:2]
        before = feed.standing()
        held = feed.run()
        assert (held.state, held.held_for, held.counts["retired"]) == ("held", "retires_many", 8)
        assert feed.standing() == before
        # A later reading takes its place; what somebody agrees to is what was read, whatever is sent meanwhile.
        again = feed.run()
        assert feed.report(held).state == "dropped"
        feed.system.items = kept
        agreed = desk.database.write(lambda w: runs.agree(w, SYSTEM, again.id))
        assert agreed.state == "done" and sum(there for _, there, _ in feed.standing().values()) == 2
        with pytest.raises(HallError, match="guides_run_not_held"):
            desk.database.write(lambda w: runs.drop(w, SYSTEM, again.id))
        assert feed.run().counts["changed"] == 8


def test_all_rubbish_waits_as_well(desk: Desk) -> None:
    with feed_of(desk, ItemSystem(0)) as feed:
        feed.system.items = [{"code": f"X{number}"} for number in range(5)]
        held = feed.run()
        assert (held.state, held.held_for) == ("held", "refuses_many")
        dropped = desk.database.write(lambda w: runs.drop(w, SYSTEM, held.id))
        assert dropped.state == "dropped" and feed.standing() == {}


def test_a_process_that_dies_while_it_reads_has_done_nothing_and_keeps_nobody_from_reading(desk: Desk) -> None:
    with feed_of(desk, ItemSystem(4)) as feed:
        begun = desk.database.write(lambda w: runs.begin(w, SYSTEM, "full"))
        assert desk.database.write(runs.claim) is not None
        with pytest.raises(HallError, match="guides_run_under_way"):
            desk.database.write(lambda w: runs.begin(w, SYSTEM, "full"))
        assert not feed.puller.step()
        desk.clock.forward(minutes=6)
        assert not feed.puller.step()
        assert (feed.report(begun).state, feed.report(begun).fault) == ("failed", "guides_interrupted")
        assert feed.standing() == {} and feed.run().state == "done"


def test_what_is_due_is_read_by_itself_and_all_of_it_once_a_day(desk: Desk) -> None:
    with feed_of(desk, ItemSystem(4)) as feed:
        feed.set(minutes=30)
        assert not feed.puller.step()
        modes = []
        for minutes in (31, 31, 24 * 60):
            desk.clock.forward(minutes=minutes)
            assert feed.puller.step() and not feed.puller.step()
            modes.append(desk.read(lambda r: runs.run_list(r)[0].mode))
        assert modes == ["full", "changes", "full"]


def test_a_clock_that_ran_ahead_stops_no_reading(desk: Desk) -> None:
    with feed_of(desk, ItemSystem(4)) as feed:
        desk.clock.forward(days=300)
        feed.set(minutes=30)
        desk.clock.forward(minutes=31)
        assert feed.puller.step() and desk.database.write(lambda w: runs.begin(w, SYSTEM, "full"))
        # The process that reads dies, and the clock is set right.
        assert desk.database.write(runs.claim) is not None
        desk.clock.forward(days=-300)
        assert feed.puller.step() and not feed.puller.step()
        told = desk.read(runs.run_list)
        assert sorted((one.state, one.mode) for one in told) == [("done", "full"), ("done", "full"), ("failed", "full")]


def test_signed_questions_and_a_wrong_secret(desk: Desk) -> None:
    with feed_of(desk, ItemSystem(4)) as feed:
        feed.system.signed = True
        feed.set(auth="signed")
        assert feed.run().state == "done"
        feed.set(auth="signed", secret="another")
        failed = feed.run()
        # A refusal is no fault that another attempt cures.
        assert failed.fault_params["why"] == "status 401" and len(feed.system.asked) == 3


def test_the_secret_is_sealed_and_goes_nowhere_else(desk: Desk) -> None:
    with feed_of(desk, ItemSystem(1)) as feed:
        row = desk.read(lambda r: r.session.scalars(select(GuideSourceRow)).one())
        assert SECRET.encode() not in bytes(row.secret_cipher) and SECRET not in str(row.settings)
        with pytest.raises(HallError, match="upstream_secret_needed"):
            feed.set(address="https://other.example/items", secret=None)
        edit = GuideSourceEdit(address=feed.system.url, version=row.version, secret="x")
        with pytest.raises(HallError, match="upstream_address_here"):
            desk.database.write(lambda w: sources.put_source(w, "https://hall.example", SYSTEM, edit))
        for wrong in (
            "http://items.example/x",
            "https://u:p@items.example/",
            "https://items.example/?a=1",
            "file:///x",
        ):
            with pytest.raises(ValueError, match="address"):
                GuideSourceEdit(address=wrong, version=0)


def test_old_runs_go(desk: Desk) -> None:
    with feed_of(desk, ItemSystem(0)) as feed:
        for _ in range(3):
            desk.clock.forward(minutes=1)
            feed.run()
        assert len(desk.read(lambda r: list(r.session.scalars(select(GuideRunRow))))) == 3


def test_a_name_that_leads_elsewhere_between_two_pages_is_not_followed(desk: Desk) -> None:
    with feed_of(desk, ItemSystem(8)) as feed:
        asked: list[str] = []

        def names(host: str, port: int) -> list[str]:
            asked.append(host)
            return ["127.0.0.1"] if len(asked) == 1 else ["10.1.2.3"]

        feed.set(address=feed.system.url.replace("127.0.0.1", "localhost"))
        feed.puller = GuidePuller(desk.database, HERE, pauses=(), names=names)
        failed = feed.run()
        assert (failed.state, failed.fault) == ("failed", "guides_address_inside")
        # Whoever answers at the first address was asked for the first page, and nobody for the second.
        assert asked == ["localhost", "localhost"] and len(feed.system.asked) == 1
        assert feed.standing() == {}
        with pytest.raises(HallError, match="guides_address_inside"):
            feed.set(address="https://10.1.2.3/items")
