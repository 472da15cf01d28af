"""The second factor: whether there is one, setting it up, turning it off.

own_second_state own_second_begin own_second_qr own_second_secret own_second_current own_second_old own_second_code
own_second_confirm own_second_cancel own_second_off
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from admin_app.features.profile.password_view import secret
from admin_app.features.profile.presenter import ProfilePresenter, ProfileState
from admin_app.parts_view import label, named, pad, size
from shared.i18n import text
from shared.ui.widgets import Form, StatusDot, button, qr_picture
from shared.ui.widgets.form import required


class SecondFactorPart(QWidget):
    def __init__(self, presenter: ProfilePresenter, language: str) -> None:
        super().__init__()
        self._presenter, self._language = presenter, language
        self._done, self._uri = presenter.state.done, ""
        self._removing = False
        self._dot = StatusDot()
        self._dot.setObjectName("own_second_state")
        self._about = label("", "muted", wrap=True)
        self._picture = label(name="own_second_qr")
        self._scan, self._by_hand = label("", wrap=True), label(self._t("by_hand"), "muted", wrap=True)
        self._secret = label("", "lead", wrap=True, name="own_second_secret")
        self._secret.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._scan.setText(self._t("scan"))
        self._form = Form(language)
        self._current = secret("own_second_current")
        self._form.add("current", text("profile.password.current", language), self._current, required)
        self._form.add("old", self._t("old_code"), secret("own_second_old", 7, hidden=False))
        self._form.add("code", self._t("code"), secret("own_second_code", 7, hidden=False))
        self._begin = named(button("", "phone", "primary", presenter.begin_second_factor), "own_second_begin")
        self._confirm = named(button(self._t("confirm"), "check", "primary", self._send), "own_second_confirm")
        self._cancel = named(button(self._t("cancel"), on_click=self._give_up), "own_second_cancel")
        self._off = named(button(self._t("turn_off"), "", "danger", self._turn_off), "own_second_off")
        self._lay_out()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        pad(column, gap="space_m")
        words = QVBoxLayout()
        pad(words)
        for line in (self._scan, self._by_hand, self._secret):
            words.addWidget(line)
        words.addStretch(1)
        self._offer = QWidget()
        offer = QHBoxLayout(self._offer)
        pad(offer, gap="space_l")
        offer.addWidget(self._picture)
        offer.addLayout(words, 1)
        row = QHBoxLayout()
        pad(row)
        for made in (self._begin, self._confirm, self._off, self._cancel):
            made.setAutoDefault(False)
            row.addWidget(made)
        row.addStretch(1)
        for part in (self._dot, self._about, self._offer, self._form):
            column.addWidget(part)
        column.addLayout(row)
        column.addWidget(label(self._t("lost"), "muted", wrap=True))
        column.addStretch(1)

    def show_state(self, state: ProfileState) -> None:
        own = state.profile
        if state.done != self._done:
            self._done, self._removing = state.done, False
            self._form.set_values(dict.fromkeys(("current", "old", "code"), ""))
        on = own is not None and own.account.second_factor
        required_ = own is not None and own.second_factor_required
        offering = state.offer is not None
        if own is not None:
            self._dot.show_state("ok" if on else "warn" if required_ else "off", self._t("on" if on else "off"))
        about = [self._t("on_about" if on else "off_about"), *([self._t("required")] if required_ else [])]
        self._about.setText("\n".join(about))
        self._begin.setText(" " + self._t("again" if on else "set_up"))
        self._offer.setVisible(offering)
        uri = state.offer.uri if state.offer is not None else ""
        if uri != self._uri:
            self._uri = uri
            self._picture.setPixmap(qr_picture(uri, size("text_body") * 14) if uri else QPixmap())
            secret_ = state.offer.secret if state.offer is not None else ""
            self._secret.setText(" ".join(secret_[at : at + 4] for at in range(0, len(secret_), 4)))
        asking = offering or self._removing
        begun = asking and self._form.isHidden()
        self._form.setVisible(asking)
        if begun:
            self._current.setFocus()
        self._form.show_field("old", on)
        self._form.show_field("code", offering)
        self._begin.setVisible(not asking)
        self._confirm.setVisible(offering)
        self._cancel.setVisible(asking)
        self._off.setVisible(on and not required_ and not offering)
        for made in (self._begin, self._confirm, self._off):
            made.setEnabled(own is not None and not state.busy)

    def _send(self) -> None:
        if self._form.complain():
            typed = self._form.values()
            self._presenter.confirm_second_factor(typed["current"], typed["old"], typed["code"])

    def _turn_off(self) -> None:
        """First what proves it, then off."""
        if not self._removing:
            self._removing = True
            self.show_state(self._presenter.state)
        elif self._form.complain():
            typed = self._form.values()
            self._presenter.remove_second_factor(typed["current"], typed["old"])

    def _give_up(self) -> None:
        self._removing = False
        self._presenter.forget()

    def _t(self, key: str) -> str:
        return text(f"profile.second.{key}", self._language)
