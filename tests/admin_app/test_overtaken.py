"""An answer that was on its way when something newer became known, or while something is being done, spoils nothing."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any
from uuid import UUID

from admin_app.editing.drafts import Drafts, Fields
from admin_app.editing.editor import NEW, EditorPresenter, Retiring
from admin_app.features.emergencies.presenter import EmergenciesPresenter
from admin_app.features.terminals.presenter import DevicesPresenter
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.schemas.emergencies import Emergency, EmergencyRaise
from shared.schemas.terminals import Terminal
from shared.ui.background import wait_for_background
from tests.admin_app.stage import Console
from tests.fakes.hall import RunningHall


class LateClient(HallClient):
    """Lists of terminals are read at once and come when they are let go; emergencies can't be listed."""

    def __init__(self, hall: RunningHall) -> None:
        super().__init__(hall.url, hall.token("admin"))
        self.read, self.go_on = threading.Event(), threading.Event()
        self.keys: list[str | None] = []

    def terminals(self) -> list[Terminal]:
        found = super().terminals()
        self.read.set()
        assert self.go_on.wait(20)
        return found

    def emergencies(self) -> list[Emergency]:
        raise HallError("database_unavailable", status=503)

    def raise_emergency(self, wanted: EmergencyRaise, *, key: str | None = None) -> Emergency:
        self.keys.append(key)
        assert self.go_on.wait(20)
        raise HallError("server_unreachable")


class Notes(EditorPresenter[str]):
    """A list of names on a server that is a Python list."""

    def __init__(self, drafts: Path) -> None:
        super().__init__(HallClient("http://127.0.0.1:1", ""), Drafts(drafts), "zh-CN")
        self.there = ["first"]
        self.read, self.go_on = threading.Event(), threading.Event()
        self.reads = 0

    def _fetch(self, with_retired: bool) -> list[str]:
        self.reads += 1
        found = list(self.there)
        if self.reads == 1:
            self.read.set()
            assert self.go_on.wait(20)
        return found

    def _key(self, item: str) -> str:
        return item

    def _fields(self, item: str) -> Fields:
        return {"name": item}

    def _new_fields(self, selected: str) -> Fields:
        return {"name": ""}

    def _send(self, selected: str, fields: Fields, key: str) -> str:
        assert self.read.wait(20)
        self.there.append(fields["name"])
        return str(fields["name"])

    def _set_retired(self, selected: str, retired: bool) -> str:
        raise AssertionError

    def _title(self, item: str) -> str:
        return item

    def retiring(self) -> Retiring | None:
        return None


def test_a_list_read_before_something_was_saved_does_not_take_it_out_of_the_form(
    console: Console, tmp_path: Path
) -> None:
    page = Notes(tmp_path / "drafts.json")
    seen: list[Any] = []
    page.load()
    page.select(NEW)
    page.edit({"name": "second"})
    page.save()
    console.wait(lambda: page.state.selected == "second")
    page.state_changed.connect(lambda: seen.append(page.state.fields.get("name")))
    # The list that does not know of it comes last of all.
    console.wait(lambda: page.state.loaded)
    page.go_on.set()
    assert wait_for_background(20)
    assert page.state.items == ("first", "second") and page.state.fields["name"] == "second"
    assert set(seen) <= {"second"}
    page.flush()


def test_a_list_of_emergencies_that_does_not_come_lets_nothing_be_sent_twice(console: Console) -> None:
    client = LateClient(console.hall)
    page = EmergenciesPresenter(client, console.app.link, "zh-CN")
    wanted = page.wanted({"minutes": 5, "headline": "演习", "status": "Exercise", "template": "free"})
    assert wanted is not None
    page.send(wanted)
    page.load()
    console.wait(lambda: page.state.problem != "")
    assert page.state.busy
    client.go_on.set()
    console.wait(lambda: not page.state.busy)
    # Its answer was lost: asked again, it is the same one.
    page.send(wanted)
    console.wait(lambda: len(client.keys) == 2 and not page.state.busy)
    assert client.keys[0] == client.keys[1]
    client.close()


def test_what_is_told_of_a_terminal_while_all_are_asked_for_stays(console: Console) -> None:
    known = console.hall.client("admin").terminals()[0]
    client = LateClient(console.hall)
    page = DevicesPresenter(client, console.app.link, "zh-CN")
    page.ask()
    assert client.read.wait(20)
    page.take(known.model_copy(update={"name": "改名"}))
    client.go_on.set()
    console.wait(lambda: page.state.loaded)
    names = {UUID(row["id"]): row["name"] for row in page.state.rows}
    assert names[known.id] == "改名"
    client.close()
