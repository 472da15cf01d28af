"""Whoever works at the counter gives themselves a new password, without leaving it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Slot

from counter_app.person import Person
from shared.domain.errors import HallError
from shared.i18n import text
from shared.i18n.errors import error_text
from shared.schemas.accounts import PasswordChange, Profile
from shared.ui.background import run_in_background
from shared.ui.presenter import Presenter


@dataclass(frozen=True)
class PasswordState:
    """``rules`` in words; ``has_code``: a one-time code is asked for too; ``done`` in words once it is changed."""

    loaded: bool = False
    has_code: bool = False
    rules: str = ""
    busy: bool = False
    problem: str = ""
    done: str = ""


class PasswordPresenter(Presenter[PasswordState]):
    def __init__(self, person: Person, language: str) -> None:
        super().__init__(PasswordState())
        self._person, self._language = person, language

    @Slot()
    def load(self) -> None:
        """Anew for whoever is here now."""
        self.set_state(PasswordState(busy=True))
        run_in_background(
            lambda: self._person.ask(lambda client: client.profile()), self._known, self._refused, owner=self
        )

    def change_password(self, current: str, code: str, password: str, again: str) -> None:
        if password != again:
            self.change(problem=error_text("passwords_differ", self._language))
        elif self.state.loaded and not self.state.busy:
            wanted = PasswordChange(current=current, code="".join(code.split()), password=password)
            self.change(busy=True, problem="")
            run_in_background(
                lambda: self._person.ask(lambda client: client.change_password(wanted)), self._changed, self._refused,
                owner=self,
            )  # fmt: skip

    def _known(self, own: Profile) -> None:
        rules = own.password_rules
        words = [self._t("password.rules", length=rules.length, classes=rules.classes)]
        if rules.history:
            words.append(self._t("password.history", history=rules.history))
        self.change(loaded=True, busy=False, has_code=own.account.second_factor, rules="\n".join(words))

    def _changed(self, _: object) -> None:
        self.change(busy=False, done=self._t("password.done"))

    def _refused(self, error: HallError) -> None:
        words = error_text(error.code, self._language, **error.params)
        self.change(busy=False, problem=self._t("proof_wrong") if error.code == "sign_in_wrong" else words)

    def _t(self, key: str, **params: object) -> str:
        return text(f"profile.{key}", self._language, **params)
