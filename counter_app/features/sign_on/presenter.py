"""Who signs in at the counter: a staff number, and on an enrolled counter the proof of it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal, Slot

from counter_app.desk import DeskModel, Outcome
from counter_app.person import Person
from counter_app.settings import Memory
from shared.domain.errors import HallError
from shared.i18n import text
from shared.ui.background import run_in_background
from shared.ui.presenter import Presenter


@dataclass(frozen=True)
class SignOnState:
    """``proves``: whoever signs in proves it, with a one-time code too when the server asks for one."""

    possible: bool = False
    proves: bool = False
    code_needed: bool = False
    proving: bool = False
    signing_in: bool = False
    closed: bool = False
    last_staff: str = ""
    # "number  name  title" of everybody, to complete what is typed.
    people: tuple[str, ...] = ()


class SignOnPresenter(Presenter[SignOnState]):
    """``said(tone, words)`` goes to the bar's one banner, ``failed(HallError)`` too; empty words take it away."""

    said = Signal(str, str)
    failed = Signal(object)
    counter_change_wanted = Signal()

    def __init__(self, model: DeskModel, memory: Memory, *, language: str = "zh-CN", person: Person | None) -> None:
        """``person`` signs people in on an enrolled counter; without it a number alone is enough."""
        super().__init__(SignOnState(proves=person is not None, last_staff=memory.get("staff")))
        self._model, self._memory, self._language, self._person = model, memory, language, person
        self._asked = ""
        model.changed.connect(self.refresh)
        model.acted.connect(self._on_acted)

    @Slot(str)
    @Slot(str, str, str)
    def sign_in(self, typed: str, password: str = "", code: str = "") -> None:
        """Staff number, alone or with the name behind it as the list offers it; the rest where people prove it."""
        number = (typed.split() or [""])[0].upper()
        if not number:
            self._tell("warn", "sign_in.number_missing")
            return
        person = self._person
        if person is None:
            self._sign_in(number, {"staff_number": number})
        elif not password:
            self._tell("warn", "sign_in.password_missing")
        elif self.state.possible and not self.state.proving:
            self._asked = number
            self.said.emit("", "")
            self.change(proving=True)
            run_in_background(
                lambda: person.prove(number, password, code), self._on_proved, self._on_not_proved, owner=self
            )

    @Slot()
    def change_counter(self) -> None:
        self.counter_change_wanted.emit()

    @Slot()
    def refresh(self) -> None:
        """Work the state out again from the desk."""
        model = self._model
        closed = model.desk is not None and model.desk.counter.state == "closed"
        facts = model.facts
        if facts is not None:
            self.change(people=tuple(f"{one.number}  {one.name}  {one.title}" for one in facts.staff))
        self.change(closed=closed, possible=closed and not model.busy, signing_in=model.busy == "sign-in")

    def _sign_in(self, number: str, body: dict[str, str]) -> None:
        if self.state.possible:
            self._asked = number
            self.said.emit("", "")
            self._model.act("sign-in", body)

    def _on_proved(self, token: str) -> None:
        self.change(proving=False, code_needed=False)
        self._sign_in(self._asked, {"staff_token": token})

    def _on_not_proved(self, error: HallError) -> None:
        needed = error.code == "sign_in_code_needed"
        self.change(proving=False, code_needed=needed or self.state.code_needed)
        self.failed.emit(error)

    def _on_acted(self, outcome: Outcome) -> None:
        if outcome.step == "sign-in":
            number, memory = self._asked, self._memory
            self.change(last_staff=number)
            run_in_background(lambda: memory.keep("staff", number), owner=self)
        elif outcome.step == "sign-out" and self._person is not None:
            run_in_background(self._person.leave, owner=self)

    def _tell(self, tone: str, key: str) -> None:
        self.said.emit(tone, text(f"counter.{key}", self._language))
