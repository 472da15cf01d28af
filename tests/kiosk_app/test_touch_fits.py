"""Nothing of the touch browser that is touched lies under its foot, over something else, or outside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest
from PySide6.QtQuick import QQuickItem
from pytestqt.qtbot import QtBot

from kiosk_app.features.browsing.places import Spot
from kiosk_app.touch import TouchApp
from shared.schemas.publicity import CaseGiven
from tests.fakes.hall import RunningHall
from tests.fakes.qml import find_item
from tests.kiosk_app.conftest import MakeTouch
from tests.kiosk_app.test_fits import below, faults, place

# The longest that is usual: its name stands masked, each letter a star.
COMPANY = CaseGiven(
    number="YS-2026-009001", item="企业设立登记", applicant_kind="enterprise", decided_on=date.min,
    applicant="岭海市云山区晨光建筑装饰工程设计有限责任公司",
)  # fmt: skip


@dataclass
class Screen:
    """What is looked at, as a kiosk's test sees it."""

    app: TouchApp
    qtbot: QtBot

    def find(self, name: str) -> QQuickItem:
        found = find_item(self.app.window.rootObject(), name)
        assert found is not None, name
        return found


def cut(screen: Screen) -> list[str]:
    """What of the choices and records on the screen can't be read whole."""
    tiles = [item for item in below(screen.app.window.rootObject()) if item.objectName().startswith("tile_")]
    return [str(part.property("text")) for tile in tiles for part in below(tile) if part.property("truncated")]


def strays(screen: Screen) -> list[str]:
    """Buttons of a text that do not stand beside it."""
    text, root = place(screen.find("text_scroll")), screen.app.window.rootObject()
    found = [item for item in below(root) if item.objectName() in ("scroll_up", "scroll_down") and item.isVisible()]
    return [item.objectName() for item in found if place(item).top() < text.top() - 1]


@pytest.mark.parametrize("size", ["540x960", "960x540"])
def test_every_screen_fits(make_touch: MakeTouch, shared_hall: RunningHall, qtbot: QtBot, size: str) -> None:
    today = shared_hall.client("kiosk").hall().now.date()
    shared_hall.client("admin").bring_cases([COMPANY.model_copy(update={"decided_on": today})])
    app = make_touch(shared_hall, size=size)
    screen, desk, library = Screen(app, qtbot), app.browsing, app.content.library
    guide, department = library.content.guides[0], library.departments[0]
    theme = library.themes()[0].name
    ways = [
        [], ["introduction/"], ["getting_here/"], ["departments/"], ["departments/", f"department/{department.id}"],
        ["themes/"], ["themes/", f"guides/theme:{theme}"], ["search/"], ["search/", f"guide/{guide.id}"], ["notices/"],
        ["search/", "?s"], ["search/", "?xyzxyzxyz"], ["cases/"], ["cases/", "case_search/"],
        ["cases/", "case_search/", "?0"],
    ]  # fmt: skip
    wrong = []
    # What fits in large letters fits in small ones.
    desk.set_elder(True)
    for language in ("zh-CN", "en"):
        desk.set_language(language)
        for way in ways:
            desk.home()
            for step in way:
                if step.startswith("?"):
                    desk.search_text(step[1:])
                else:
                    desk.open(step)
            expected = next((step.partition("/")[0] for step in reversed(way) if "/" in step), Spot.START.value)
            assert desk.state.place == expected
            wrong += faults(screen, f"{expected} {language} {size}")
            if expected.startswith("case") or expected == "departments":
                wrong += [f"{expected} {language} {size}: '{words}' is cut" for words in cut(screen)]
            if expected == "guide":
                wrong += [f"{expected} {language} {size}: {name} is outside" for name in strays(screen)]
    assert not wrong, "\n".join(wrong)
