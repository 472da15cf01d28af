"""A presenter's state and what QML sees of it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

import pytest
from PySide6.QtCore import Slot
from pytestqt.qtbot import QtBot

from shared.ui.presenter import Presenter, to_view


class Step(StrEnum):
    """Steps of a small journey."""

    START = "start"
    TYPING = "typing"


@dataclass(frozen=True)
class Line:
    """A nested part of the state."""

    title: str
    open: bool = True


@dataclass(frozen=True)
class NumberState:
    """State of the small journey."""

    step: Step = Step.START
    number: str = ""
    lines: tuple[Line, ...] = ()
    notes: dict[str, int] = field(default_factory=dict)


class NumberPresenter(Presenter[NumberState]):
    """Collects a number."""

    def __init__(self) -> None:
        super().__init__(NumberState())

    @Slot(str)
    def type_key(self, key: str) -> None:
        """One more sign."""
        self.change(step=Step.TYPING, number=self.state.number + key)


def test_change_replaces_the_state_and_tells_once(qtbot: QtBot) -> None:
    presenter = NumberPresenter()
    with qtbot.waitSignal(presenter.state_changed, raising=True):
        presenter.type_key("7")
    assert presenter.state == NumberState(Step.TYPING, "7")


def test_an_equal_state_is_no_change(qtbot: QtBot) -> None:
    presenter = NumberPresenter()
    with qtbot.assertNotEmitted(presenter.state_changed):
        presenter.set_state(NumberState())


def test_view_is_plain_and_follows_the_state(qtbot: QtBot) -> None:
    presenter = NumberPresenter()
    presenter.set_state(NumberState(Step.TYPING, "1", (Line("a"), Line("b", open=False)), {"n": 2}))
    assert presenter.property("view") == {
        "step": "typing",
        "number": "1",
        "lines": [{"title": "a", "open": True}, {"title": "b", "open": False}],
        "notes": {"n": 2},
    }
    presenter.type_key("2")
    assert presenter.property("view")["number"] == "12"


def test_times_and_ids_become_text_and_numbers() -> None:
    moment = datetime(2026, 11, 23, 1, 5, tzinfo=UTC)
    number = UUID("01890000-0000-7000-8000-000000000001")
    assert to_view([moment, timedelta(minutes=2), number]) == ["2026-11-23T01:05:00+00:00", 120.0, str(number)]


def test_what_qml_cannot_read_is_refused() -> None:
    with pytest.raises(TypeError, match="object"):
        to_view({"x": object()})
