"""Who works at the console: name and password, a one-time code, a new password when the first one must be changed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QSettings, Signal, Slot

from shared.client.signing_in import SignedIn, StepNeededError
from shared.domain.errors import HallError
from shared.i18n import text
from shared.i18n.errors import error_text
from shared.ui.background import run_in_background
from shared.ui.presenter import Presenter

log = logging.getLogger(__name__)
NAME_KEY = "sign_in/name"


@dataclass(frozen=True)
class SigningInState:
    """``step``: password, otp (a code is needed too), new_password; ``ask`` and ``problem`` in words."""

    name: str = ""
    step: str = "password"
    ask: str = ""
    busy: bool = False
    problem: str = ""


class SigningInPresenter(Presenter[SigningInState]):
    """``done``: somebody is signed in."""

    done = Signal()

    def __init__(self, signed_in: SignedIn, language: str, parent: QObject | None = None) -> None:
        ask = text("sign_in_window.words", language)
        super().__init__(SigningInState(name=str(QSettings().value(NAME_KEY, "")), ask=ask), parent)
        self._signed_in = signed_in
        self._language = language
        self._auth_session = ""
        # What a code completes: only while its step is shown.
        self._password = ""

    @Slot(str, str)
    def sign_in(self, name: str, password: str) -> None:
        name = name.strip()
        if not name or not password:
            self.change(problem=self._t("missing"))
        elif not self.state.busy:
            self.change(name=name)
            self._password = password
            self._run(lambda: self._signed_in.by_password(name, password))

    @Slot(str)
    def give_code(self, code: str) -> None:
        """The one-time code that the password asked for, as the app shows it or without the gap."""
        name, password, code = self.state.name, self._password, "".join(code.split())
        if code and password:
            self._run(lambda: self._signed_in.by_password(name, password, code))
        else:
            self.change(problem=self._t("code_missing"))

    @Slot(str, str)
    def set_password(self, password: str, again: str) -> None:
        """The first password is somebody else's choice: this one is kept."""
        if password != again:
            self.change(problem=self._t("differ"))
            return
        self._run(lambda: self._signed_in.new_password(self._auth_session, password))

    @Slot(str)
    def again(self, problem: str = "") -> None:
        """From the beginning, as when the session has ended."""
        self._password = ""
        self.change(step="password", ask=self._t("words"), busy=False, problem=problem)

    def _run(self, work: Callable[[], None]) -> None:
        if not self.state.busy:
            self.change(busy=True, problem="")
            run_in_background(work, self._done, self._refused, owner=self)

    def _done(self, _: object) -> None:
        # Only now: a name that was mistyped is not remembered.
        QSettings().setValue(NAME_KEY, self.state.name)
        self.again()
        self.done.emit()

    def _refused(self, error: HallError) -> None:
        words = error_text(error.code, self._language, **error.params)
        if isinstance(error, StepNeededError):
            self._next(error)
        elif error.code == "sign_in_ticket_old":
            self.again(words)
        else:
            # The password was right a moment ago: it is the code.
            wrong = error.code == "sign_in_wrong" and self.state.step == "otp"
            self.change(busy=False, problem=self._t("code_wrong") if wrong else words)

    def _next(self, error: StepNeededError) -> None:
        """What is asked for beside name and password."""
        if error.needs == "otp":
            self.change(step="otp", ask=self._t("words_code"), busy=False, problem="")
        elif error.needs == "new_password":
            self._auth_session = error.auth_session
            ask = self._t("words_new", length=error.length, classes=error.classes)
            self.change(step="new_password", ask=ask, busy=False, problem="")
        else:
            self.again(self._t("must_set_up", server=self._signed_in.server))

    def _t(self, key: str, **params: object) -> str:
        return text(f"sign_in_window.{key}", self._language, **params)
