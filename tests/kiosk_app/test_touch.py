"""The touch browser against a real hall: what is found and read, paper, off line, and nothing left of who was here."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from kiosk_app.content_copy import CASES
from kiosk_app.features.browsing.guide_text import chapters
from kiosk_app.features.browsing.paper import Print, guide_slip
from kiosk_app.features.browsing.places import Spot, Way
from kiosk_app.kept_content import KeptGuide
from kiosk_app.library import Library
from kiosk_app.touch import TouchApp
from shared.devices.board import DeviceBoard
from shared.domain.pinyin.sounds import spell_by_table
from shared.domain.spelling import spell
from shared.schemas.publicity import CaseGiven
from shared.schemas.ticket_layout import TicketLayout
from tests.fakes.hall import RunningHall
from tests.fakes.proxy import proxy_to
from tests.fakes.qml import find_item
from tests.kiosk_app.conftest import MakeTouch
from tests.kiosk_app.rig import PATIENCE_MS


def first_guide(app: TouchApp) -> str:
    """Found by its initials, opened by a touch."""
    app.browsing.open("search/")
    app.browsing.search_text("sfz")
    key = next(tile.key for tile in app.browsing.state.tiles if "身份证" in tile.title)
    app.browsing.open(key)
    return key


def test_a_guide_is_found_read_printed_and_wiped(
    make_touch: MakeTouch, shared_hall: RunningHall, board: DeviceBoard, qtbot: QtBot
) -> None:
    app = make_touch(shared_hall, idle_seconds=0.6, warn_seconds=0.3)
    desk = app.browsing
    first_guide(app)
    assert desk.state.place == "guide" and desk.state.qr and desk.state.lines
    assert {tab.key for tab in desk.state.tabs} >= {"materials", "steps", "where"}
    desk.choose_tab("where")
    assert [tab.key for tab in desk.state.tabs if tab.chosen] == ["where"]
    desk.print_page()
    qtbot.waitUntil(lambda: any(one.name == "document_printed" for one in board.history), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: desk.state.place == "attract", timeout=PATIENCE_MS)
    # One touch, and nothing of it is left.
    desk.touch()
    assert desk.state.place == "start", "at once, not by a timer"
    assert (desk.state.query, desk.state.lines, desk.state.paper.state) == ("", (), "")
    assert find_item(app.window.rootObject(), "tile_0") is not None


def test_without_a_server_the_copy_goes_on_and_says_since_when(
    make_touch: MakeTouch, shared_hall: RunningHall, qtbot: QtBot, tmp_path: Path
) -> None:
    with proxy_to(shared_hall.port) as line:
        hall = replace(shared_hall, port=line.port)
        app = make_touch(hall)
        known = len(app.content.content.guides)
        assert known and app.browsing.state.as_of == ""
        qtbot.waitUntil(lambda: (tmp_path / "content" / "content.json").exists(), timeout=PATIENCE_MS)
        line.cut()
        qtbot.waitUntil(lambda: app.browsing.state.as_of != "", timeout=PATIENCE_MS)
        first_guide(app)
        assert app.browsing.state.lines
        app.stop()
        again = make_touch(hall)
        assert len(again.content.content.guides) == known
        assert again.browsing.state.as_of


def test_the_way_back_is_the_way_somebody_came() -> None:
    way = Way()
    assert not way.go(Spot.GUIDE, "x")
    assert way.go(Spot.THEMES) and way.go(Spot.GUIDES, "theme:x")
    way.here.page = 2
    assert way.go(Spot.GUIDE, "y")
    assert way.back() and (way.here.spot, way.here.page) == (Spot.GUIDES, 2)
    assert way.back() and way.back() and not way.back()


def test_a_case_is_found_by_its_number_and_off_line_among_the_latest(
    make_touch: MakeTouch, shared_hall: RunningHall, qtbot: QtBot
) -> None:
    today = shared_hall.client("kiosk").hall().now.date()
    client = shared_hall.client("admin")

    def case(number: int, days: int) -> CaseGiven:
        return CaseGiven(
            number=f"YS-{number:06}", item="居民身份证换领", applicant="李雪莲", decided_on=today - timedelta(days=days)
        )

    # The one that is wanted is older than all that a touch browser keeps.
    client.bring_cases([case(800_001, 9), *(case(900_000 + number, 1) for number in range(CASES))])
    with proxy_to(shared_hall.port) as line:
        app = make_touch(replace(shared_hall, port=line.port))
        desk = app.browsing
        qtbot.waitUntil(lambda: len(app.content.content.cases) == CASES, timeout=PATIENCE_MS)
        desk.open("cases/")
        desk.open("case_search/")
        assert (desk.state.shape, desk.state.found, desk.state.strip.there) == ("search", -1, False)
        for digit in "800001":
            desk.search_key(digit)
        qtbot.waitUntil(lambda: [tile.note[:9] for tile in desk.state.tiles] == ["YS-800001"], timeout=PATIENCE_MS)
        assert "李雪莲" not in desk.state.tiles[0].note and desk.state.found == 1
        line.cut()
        qtbot.waitUntil(lambda: desk.state.as_of != "", timeout=PATIENCE_MS)
        # Some of the demonstration's cases are newer, so that not all of these ten are among the latest.
        kept = [one for one in app.content.content.cases if "90009" in one.number]
        desk.search_text("90009")
        assert kept and desk.state.found == len(kept)
        desk.search_text("8000")
        assert desk.state.found == 0 and "服务器" in desk.state.empty_hint, "what is not here may be there"


@pytest.mark.parametrize("typed", ["居民身份证", "shenfenzheng", "sfz", "shenfenzhegn"])
def test_names_are_found_by_the_keyboards_own_table(
    make_touch: MakeTouch, shared_hall: RunningHall, typed: str
) -> None:
    client = shared_hall.client("kiosk")
    guides = tuple(map(KeptGuide.of, client.whole_guides([one.id for one in client.guides().items][:50])))
    library = Library(replace(Library().content, guides=guides, departments=tuple(client.departments())))
    wanted = next(guide for guide in guides if guide.name.startswith("居民身份证"))
    assert wanted in library.search(typed)


def test_polyphones_are_spelled_in_each_way() -> None:
    assert spell_by_table("行").startswith("行") and {"xing", "hang"} <= set(spell_by_table("行")[1:].split(","))
    assert spell_by_table("ID card") == spell("ID card")


def test_narrow_paper_is_a_layout_any_printer_reads(shared_hall: RunningHall) -> None:
    client = shared_hall.client("kiosk")
    for guide in client.whole_guides([one.id for one in client.guides().items][:50]):
        wanted = Print(guide, chapters(guide, ["A01", "A02"], "zh-CN"), "{大厅}", "zh-CN", guide.changed_at)
        slip = guide_slip(wanted)
        assert TicketLayout.model_validate(slip.layout).blocks
        assert (slip.number, slip.qr) == (guide.code, guide.link)
