"""Updates beside a program: asked for where a launcher started it, and never in the way of its work."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from shared.client.hall_client import HallClient
from shared.offline.updates.settings import FOLDER_ENV, SETTINGS_ENV
from shared.schemas.updates import UpdateAnswer
from shared.ui.updates import Updates
from tests.fakes.releases import key


class Hall(HallClient):
    """Wants nothing of this terminal, and counts how often it was asked."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:9", "")
        self.asked = threading.Event()

    def wanted_update(self) -> UpdateAnswer:
        self.asked.set()
        return UpdateAnswer()


def told(path: Path) -> dict[str, str]:
    """As the launcher tells it."""
    return {SETTINGS_ENV: str(path), FOLDER_ENV: str(path.parent / "slots")}


@pytest.mark.parametrize("text", [None, "keys = 3"])
def test_a_terminal_that_is_not_updated_works_all_the_same(qtbot: QtBot, tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "updates.toml"
    if text is not None:
        path.write_text(text)
    hall = Hall()
    updates = Updates(hall, lambda: "", environment=told(path) if text else {})
    updates.start()
    updates.stop()
    assert not hall.asked.is_set() and updates._thread is None and not updates._timer.isActive()
    hall.close()


def test_one_that_is_asks_beside_its_work_and_ends_with_it(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "updates.toml"
    path.write_text(f'keys = ["{key()[1]}"]\nfolder = "{tmp_path}/updates"\n')
    hall = Hall()
    updates = Updates(hall, lambda: "somebody_there", environment=told(path))
    updates.start()
    qtbot.waitUntil(hall.asked.is_set)
    assert updates._hindered == "somebody_there" and updates._timer.isActive()
    hall.close()
    updates.stop()
    assert updates._thread is None and not updates._timer.isActive()
