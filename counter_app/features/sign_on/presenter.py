"""Who signs in at the counter: by password, staff card or phone; where nobody proves it, by a staff number alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QTimer, Signal, Slot

from counter_app.desk import DeskModel, Outcome
from counter_app.features.sign_on.card import StaffCards
from counter_app.features.sign_on.phone import PhoneWay
from counter_app.person import Person
from counter_app.settings import Memory
from shared.client.signing_in import PhoneOffer, SignedIn, StepNeededError
from shared.devices.messages import status_key
from shared.domain.errors import HallError
from shared.i18n import catalogue, text
from shared.ui.background import run_in_background
from shared.ui.presenter import Presenter

# Nobody finishes what somebody else began, and no password or QR waits for the next one.
STEP_MS = 180_000
# After these nobody knows whether the counter was opened.
UNSURE = frozenset({"server_unreachable", "server_stopping", "database_unavailable"})


@dataclass(frozen=True)
class SignOnState:
    """``step``: first, phone (a QR stands there), code, new_password; ``ask`` says in words what a step asks for."""

    step: str = "first"
    # An enrolled counter: whoever signs in proves it.
    proves: bool = False
    closed: bool = False
    possible: bool = False
    busy: bool = False
    ask: str = ""
    last_staff: str = ""
    # "number  name  title" of everybody, to complete what is typed.
    people: tuple[str, ...] = ()
    card_tone: str = ""
    card_words: str = ""
    qr: str = ""
    match: str = ""


class SignOnPresenter(Presenter[SignOnState]):
    """``said(tone, words)`` goes to the bar's one banner, ``failed(HallError)`` too; empty words take it away.

    ``forgotten()``: the password that stands there is nobody's any more.
    """

    said = Signal(str, str)
    failed = Signal(object)
    forgotten = Signal()
    counter_change_wanted = Signal()

    def __init__(
        self, model: DeskModel, memory: Memory, cards: StaffCards, *, language: str = "zh-CN", person: Person | None
    ) -> None:
        """``person`` signs people in on an enrolled counter; without it a number alone is enough."""
        super().__init__(SignOnState(proves=person is not None, last_staff=memory.get("staff")))
        self._model, self._memory, self._language, self._person = model, memory, language, person
        self._cards = cards
        self._proving = self._typed = False
        # How whoever signs in proved it: password, card, phone.
        self._way = ""
        # What a code completes, and what a new password is set with: only while its step is shown.
        self._with_code: Callable[[SignedIn, str], None] | None = None
        self._ticket = ""
        self._forget = QTimer(self)
        self._forget.setSingleShot(True)
        self._forget.setInterval(STEP_MS)
        self._forget.timeout.connect(self._lapse)
        model.changed.connect(self.refresh)
        model.acted.connect(self._on_acted)
        model.refused.connect(self._on_refused)
        if person is not None:
            self._phone = PhoneWay(person.attempt)
            self._phone.setParent(self)
            self._phone.offered.connect(self._on_offer)
            self._phone.away.connect(lambda error: self.change(qr="", match="", ask=self._t("phone_away")))
            self._phone.agreed.connect(self._on_phone)
            self._phone.refused.connect(self._on_phone_refused)
            cards.laid.connect(self._on_card)
            cards.changed.connect(self._show_card)
            self._show_card()

    # What a person can do

    @Slot(str)
    @Slot(str, str)
    def sign_in(self, typed: str, password: str = "") -> None:
        """Staff number, alone or with the name behind it as the list offers it; the password where people prove it."""
        number = (typed.split() or [""])[0]
        if not number:
            self.said.emit("warn", self._t("number_missing"))
        elif self._person is None:
            if self.state.possible:
                self._way = ""
                self.said.emit("", "")
                self._model.act("sign-in", {"staff_number": number.upper()})
        elif not password:
            self.said.emit("warn", self._t("password_missing"))
        else:
            name = number.lower()
            self._prove("password", lambda line, code: line.by_password(name, password, code))

    @Slot(bool)
    def type_password(self, typed: bool) -> None:
        """Whether something stands in the field of the first step's password; told with each key."""
        self._typed = typed
        self._watch()

    @Slot(str)
    def give_code(self, code: str) -> None:
        """The one-time code that password or card asked for."""
        work, code = self._with_code, "".join(code.split())
        if work is None or not code:
            self.said.emit("warn", self._t("code_missing"))
        else:
            self._run(lambda line: work(line, code))

    @Slot(str, str)
    def set_password(self, password: str, again: str) -> None:
        """The first password is somebody else's choice: this one is kept."""
        ticket = self._ticket
        if password != again:
            self.said.emit("warn", self._t("differ"))
        elif password:
            self._run(lambda line: line.new_password(ticket, password))

    @Slot()
    def by_phone(self) -> None:
        if self._person is not None and self.state.possible and not self.state.busy:
            self.said.emit("", "")
            self._step("phone", self._t("phone_making"))
            self._phone.start()

    @Slot()
    def back(self) -> None:
        """To the first page; what was begun is forgotten."""
        if not self._proving:
            self.said.emit("", "")
            self._step("first")

    @Slot()
    def change_counter(self) -> None:
        self.counter_change_wanted.emit()

    def stop(self) -> None:
        self._forget.stop()
        if self._person is not None:
            self._phone.stop()

    # Proving

    def _prove(self, way: str, work: Callable[[SignedIn, str], None]) -> None:
        if self.state.possible and not self.state.busy:
            self._way, self._with_code = way, work
            self._run(lambda line: work(line, ""))

    def _run(self, work: Callable[[SignedIn], None], line: SignedIn | None = None) -> None:
        person = self._person
        if person is None or not self.state.possible or self.state.busy:
            return
        self._proving = True
        self._forget.stop()
        self.said.emit("", "")
        self.refresh()
        line = line or person.attempt()

        def prove() -> tuple[SignedIn, str]:
            person.leave()
            try:
                work(line)
                return line, line.token()
            except HallError:
                line.close()
                raise

        run_in_background(prove, self._on_proved, self._on_not_proved, owner=self)

    def _on_proved(self, made: tuple[SignedIn, str]) -> None:
        line, token = made
        assert self._person is not None
        self._proving = False
        self.forgotten.emit()
        self._person.welcome(line)
        self._step("first")
        self.refresh()
        if not self._model.act("sign-in", {"staff_token": token}):
            self._leave()

    def _on_not_proved(self, error: HallError) -> None:
        self._proving = False
        if error.code not in UNSURE:
            self.forgotten.emit()
        self.refresh()
        if isinstance(error, StepNeededError) and error.needs in ("otp", "new_password"):
            if error.needs == "otp":
                self._step("code", self._t(f"code_after_{self._way}"))
            else:
                self._ticket = error.auth_session
                self._step("new_password", self._t("new_rules", length=error.length, classes=error.classes))
            return
        self._watch()
        if self.state.step not in ("code", "new_password"):
            self._with_code = None
        if isinstance(error, StepNeededError) and self._person is not None:
            self._step("first")
            self.said.emit("warn", self._t("must_set_up", server=self._person.server))
        elif error.code == "sign_in_wrong" and (self.state.step == "code" or self._way == "card"):
            self.said.emit("error", self._t("code_wrong" if self.state.step == "code" else "card_wrong"))
        else:
            if error.code == "sign_in_ticket_old":
                self._step("first")
            self.failed.emit(error)

    def _on_card(self, number: str) -> None:
        person = self._person
        if person is None or not self.state.possible or self.state.busy:
            return
        self._step("first")
        self._prove("card", lambda line, code: line.by_card(number, person.terminal_token(), code))

    def _on_offer(self, offer: PhoneOffer) -> None:
        self.change(qr=offer.url, match=offer.match, ask=self._t("phone_about"))

    def _on_phone(self, line: SignedIn) -> None:
        # The phone has spoken: what is left is to take the token along.
        self._step("first")
        self._way = "phone"
        self._run(lambda _: None, line)

    def _on_phone_refused(self, error: HallError) -> None:
        self._step("first")
        self._way = "phone"
        # Also when the phone agreed and something is still needed, such as a new password.
        self._on_not_proved(error)

    # The desk

    @Slot()
    def refresh(self) -> None:
        """Work the state out again from the desk."""
        model, before = self._model, self.state.closed
        closed = model.needs_somebody
        if model.facts is not None:
            self.change(people=tuple(f"{one.number}  {one.name}  {one.title}" for one in model.facts.staff))
        self.change(
            closed=closed, possible=closed and not model.busy,
            busy=self._proving or model.busy == "sign-in",
        )  # fmt: skip
        if before and not closed and self.state.step != "first":
            # Opened from elsewhere: nobody signs in here any more.
            self._step("first")
        if closed and not before and model.desk is not None:
            self._leave()

    def _on_acted(self, outcome: Outcome) -> None:
        if outcome.step != "sign-in":
            return
        staff = outcome.desk.counter.staff if outcome.desk is not None else None
        if staff is None:
            return
        number, memory = staff.number, self._memory
        self.change(last_staff=number)
        run_in_background(lambda: memory.keep("staff", number), owner=self)
        if self._way in ("card", "phone"):
            # Nobody typed a name: it is said whose it is.
            self.said.emit("ok", self._t(f"welcome_{self._way}", name=staff.name, number=staff.number))

    def _on_refused(self, step: str, error: HallError) -> None:
        if step == "sign-in" and error.code not in UNSURE:
            self._leave()

    def _leave(self) -> None:
        """Whoever was here is not any more: their session ends with it."""
        if self._person is not None and self._person.is_here:
            run_in_background(self._person.leave, owner=self)

    # Showing

    def _step(self, step: str, ask: str = "") -> None:
        if step != "phone" and self._person is not None:
            self._phone.stop()
        if step == "first":
            self._ticket, self._with_code = "", None
        self.change(step=step, ask=ask, qr="", match="")
        self._watch()

    def _watch(self) -> None:
        """From now on there is so much time again; while a proof is under way nothing is forgotten."""
        if not self._proving and (self.state.step != "first" or self._typed):
            self._forget.start()
        else:
            self._forget.stop()

    def _lapse(self) -> None:
        self.forgotten.emit()
        self.back()

    def _show_card(self) -> None:
        code, usable = self._cards.code, self._cards.usable
        tone = "" if code in ("ready", "missing") else "busy" if code in ("starting", "reading") else "warn"
        if usable or catalogue().has(f"counter.sign_in.card_{code}"):
            words = self._t(f"card_{code}")
        else:
            words = self._t("card_fault", fault=text(status_key(code), self._language))
        self.change(card_tone=tone, card_words=words)

    def _t(self, key: str, **params: object) -> str:
        return text(f"counter.sign_in.{key}", self._language, **params)
