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
    """``step``: password, otp (a code is needed too), new_password; ``problem`` in words."""

    name: str = ""
    step: str = "password"
    busy: bool = False
    problem: str = ""


class SigningInPresenter(Presenter[SigningInState]):
    """``done``: somebody is signed in."""

    done = Signal()

    def __init__(self, signed_in: SignedIn, language: str, parent: QObject | None = None) -> None:
        super().__init__(SigningInState(name=str(QSettings().value(NAME_KEY, ""))), parent)
        self._signed_in = signed_in
        self._language = language
        self._auth_session = ""

    @Slot(str, str, str)
    def sign_in(self, name: str, password: str, code: str) -> None:
        name = name.strip()
        if not name or not password:
            self.change(problem=text("sign_in_window.missing", self._language))
            return
        self.change(name=name)
        self._run(lambda: self._signed_in.by_password(name, password, code))

    @Slot(str, str)
    def set_password(self, password: str, again: str) -> None:
        """The first password is somebody else's choice: this one is kept."""
        if password != again:
            self.change(problem=text("sign_in_window.differ", self._language))
            return
        self._run(lambda: self._signed_in.new_password(self._auth_session, password))

    @Slot(str)
    def again(self, problem: str = "") -> None:
        """From the beginning, as when the session has ended."""
        self.change(step="password", busy=False, problem=problem)

    def _run(self, work: Callable[[], None]) -> None:
        if not self.state.busy:
            self.change(busy=True, problem="")
            run_in_background(work, self._done, self._refused, owner=self)

    def _done(self, _: object) -> None:
        # Only now: a name that was mistyped is not remembered.
        QSettings().setValue(NAME_KEY, self.state.name)
        self.change(step="password", busy=False, problem="")
        self.done.emit()

    def _refused(self, error: HallError) -> None:
        step = self.state.step
        if isinstance(error, StepNeededError):
            self._auth_session = error.auth_session
            step = error.needs if error.needs in ("otp", "new_password") else step
        elif error.code == "sign_in_ticket_old":
            step = "password"
        self.change(step=step, busy=False, problem=error_text(error.code, self._language, **error.params))
