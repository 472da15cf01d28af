"""Nothing of the touch browser that is touched lies under its foot, over something else, or outside."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from PySide6.QtQuick import QQuickItem
from pytestqt.qtbot import QtBot

from kiosk_app.features.browsing.places import Spot
from kiosk_app.touch import TouchApp
from tests.fakes.hall import RunningHall
from tests.fakes.qml import find_item
from tests.kiosk_app.conftest import MakeTouch
from tests.kiosk_app.test_fits import faults


@dataclass
class Screen:
    """What is looked at, as a kiosk's test sees it."""

    app: TouchApp
    qtbot: QtBot

    def find(self, name: str) -> QQuickItem:
        found = find_item(self.app.window.rootObject(), name)
        assert found is not None, name
        return found


@pytest.mark.parametrize("size", ["540x960", "960x540"])
def test_every_screen_fits(make_touch: MakeTouch, shared_hall: RunningHall, qtbot: QtBot, size: str) -> None:
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
    assert not wrong, "\n".join(wrong)
