"""The page of a closed counter: who signs in, and how.

objectNames: sign_in_staff sign_in_password sign_in_button sign_in_card sign_in_card_sign sign_in_phone sign_in_qr
sign_in_match sign_in_ask sign_in_code sign_in_code_button sign_in_new sign_in_again sign_in_new_button sign_in_back
change_counter
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRegularExpression, QStringListModel, Qt
from PySide6.QtGui import QPixmap, QRegularExpressionValidator
from PySide6.QtWidgets import QCompleter, QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from counter_app.features.sign_on.presenter import SignOnPresenter, SignOnState
from counter_app.parts_view import StepButton, label, size
from shared.i18n import text
from shared.ui.icons import icon
from shared.ui.theme.widgets import mark, tokens
from shared.ui.widgets import button, qr_picture

TITLES = {"first": "title", "phone": "phone_title", "code": "code_title", "new_password": "new_title"}


class SignInPage(QWidget):
    """One card; what stands in it depends on the step."""

    def __init__(self, presenter: SignOnPresenter, language: str) -> None:
        super().__init__()
        self._presenter, self._language = presenter, language
        self._people: tuple[str, ...] = ()
        self._names = QStringListModel(self)
        self._asked, self._step, self._qr = False, "", ""
        card = QFrame()
        mark(card, "card")
        inside = QVBoxLayout(card)
        margin = size("space_l")
        inside.setContentsMargins(margin, margin, margin, margin)
        inside.setSpacing(size("space_m"))
        self._title, self._ask = label("headline", wrap=True), label("muted", "sign_in_ask", wrap=True)
        inside.addWidget(self._title)
        inside.addWidget(self._ask)
        self._parts = {
            "first": self._first(), "phone": self._by_phone(), "code": self._with_code(), "new_password": self._renew(),
        }  # fmt: skip
        for part in self._parts.values():
            inside.addWidget(part)
        self.back = button(self._t("back"), "back", "quiet", presenter.back)
        self.back.setObjectName("sign_in_back")
        inside.addWidget(self.back)
        self._others = self._other_ways()
        inside.addWidget(self._others)
        self._change = QPushButton(text("counter.choose.change", language))
        self._change.setObjectName("change_counter")
        mark(self._change, "quiet")
        self._change.clicked.connect(presenter.change_counter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(card)
        column.addWidget(self._change)
        column.addStretch(1)
        self.setFocusProxy(self.staff)
        presenter.state_changed.connect(self.show_state)
        self.show_state()

    # Parts

    def _first(self) -> QWidget:
        part, column = _part()
        self._staff_word = label("lead")
        self._staff_word.setText(self._t("staff"))
        self.staff = self._field("sign_in_staff", "placeholder", self._sign_in)
        self.staff.setAccessibleName(self._t("staff"))
        self.staff.setMaxLength(64)
        completer = QCompleter(self._names, self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.staff.setCompleter(completer)
        self.password = self._field("sign_in_password", "password", self._sign_in, secret=True)
        self.password.textChanged.connect(lambda words: self._presenter.type_password(bool(words)))
        self._presenter.forgotten.connect(self.password.clear)
        self.button = self._go("sign_in_button", self._sign_in)
        for one in (self._staff_word, self.staff, self.password, self.button):
            column.addWidget(one)
        return part

    def _by_phone(self) -> QWidget:
        part, column = _part()
        self._picture = QLabel()
        self._picture.setObjectName("sign_in_qr")
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._picture.setMinimumHeight(_qr_edge())
        self._match_word, self._match = label("muted"), label("display", "sign_in_match")
        self._match_word.setText(self._t("match"))
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._match_word)
        row.addSpacing(size("space_s"))
        row.addWidget(self._match)
        row.addStretch(1)
        column.addWidget(self._picture)
        column.addLayout(row)
        return part

    def _with_code(self) -> QWidget:
        part, column = _part()
        self.code = self._field("sign_in_code", "code", self._give_code)
        # Typed as the app shows it, in two groups, or as one.
        self.code.setValidator(QRegularExpressionValidator(QRegularExpression("[0-9 ]{0,7}"), self.code))
        self.code.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._code_button = self._go("sign_in_code_button", self._give_code)
        column.addWidget(self.code)
        column.addWidget(self._code_button)
        return part

    def _renew(self) -> QWidget:
        part, column = _part()
        self.new = self._field("sign_in_new", "new", self._keep, secret=True)
        self.again = self._field("sign_in_again", "again", self._keep, secret=True)
        self._new_button = self._go("sign_in_new_button", self._keep)
        for one in (self.new, self.again, self._new_button):
            column.addWidget(one)
        return part

    def _other_ways(self) -> QWidget:
        part, column = _part()
        words = self._others_word = label("muted")
        words.setText(self._t("others"))
        self._card_sign = label(name="sign_in_card_sign")
        self._card_sign.setFixedSize(size("icon_m"), size("icon_m"))
        self._card = label("", "sign_in_card", wrap=True)
        row = QHBoxLayout()
        row.setSpacing(size("space_s"))
        row.addWidget(self._card_sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._card, 1)
        self.phone = button(self._t("phone"), "phone", "", self._presenter.by_phone)
        self.phone.setObjectName("sign_in_phone")
        self.phone.setMinimumHeight(size("touch_target"))
        column.addWidget(words)
        column.addLayout(row)
        column.addWidget(self.phone)
        return part

    # Showing

    def show_state(self) -> None:
        state = self._presenter.state
        first = state.step == "first"
        if state.people != self._people:
            self._people = state.people
            self._names.setStringList(list(state.people))
            if not self.staff.text():
                self.staff.setText(state.last_staff)
        self._title.setText(self._t(TITLES[state.step]))
        self._ask.setText(state.ask or (self._t("about") if first else ""))
        for step, part in self._parts.items():
            part.setVisible(step == state.step)
        self.password.setVisible(state.proves)
        self.back.setVisible(not first)
        self.back.setEnabled(not state.busy)
        self._change.setVisible(first)
        self._show_others(state)
        self._show_qr(state)
        self._show_buttons(state)
        self._show_focus(state)

    def _show_others(self, state: SignOnState) -> None:
        self._others.setVisible(state.proves and state.step in ("first", "phone"))
        self._others_word.setVisible(state.step == "first")
        self.phone.setVisible(state.step == "first")
        self.phone.setEnabled(state.possible and not state.busy)
        self._card.setText(state.card_words)
        mark(self._card, "warn" if state.card_tone == "warn" else "muted")
        ink = str(tokens()["warn" if state.card_tone == "warn" else "primary"])
        sign = icon("warning" if state.card_tone == "warn" else "id-card", ink)
        self._card_sign.setPixmap(sign.pixmap(size("icon_m"), size("icon_m")))

    def _show_qr(self, state: SignOnState) -> None:
        if state.qr != self._qr:
            self._qr = state.qr
            self._picture.setPixmap(qr_picture(state.qr, _qr_edge()) if state.qr else QPixmap())
        self._match.setText(state.match)
        self._match_word.setVisible(bool(state.match))

    def _show_buttons(self, state: SignOnState) -> None:
        busy = text("counter.step.busy", self._language) if state.busy else ""
        possible = state.possible and not state.busy
        for made, key in (
            (self.button, "button"),
            (self._code_button, "code_button"),
            (self._new_button, "new_button"),
        ):
            made.show_step(self._t(key), "Enter", possible=possible, busy_words=busy)
        for field in (self.staff, self.password, self.code, self.new, self.again):
            field.setEnabled(not state.busy)

    def _show_focus(self, state: SignOnState) -> None:
        if not state.closed or state.step != self._step:
            # Whoever comes next finds nothing of it.
            for field in (self.password, self.code, self.new, self.again):
                field.clear()
        refused = self._asked and state.possible and not state.busy
        if self._step and (state.step != self._step or refused):
            # The next step, or refused: what is asked for stands ready to be typed.
            first = self.password if state.proves and self.staff.text() else self.staff
            field = {"code": self.code, "new_password": self.new}.get(state.step, first)
            (self.back if state.step == "phone" else field).setFocus()
            field.selectAll()
        self._step, self._asked = state.step, state.busy

    # Doing

    def _field(self, name: str, key: str, go: Callable[[], None], *, secret: bool = False) -> QLineEdit:
        made = QLineEdit()
        made.setObjectName(name)
        words = self._t(key)
        made.setAccessibleName(words)
        made.setPlaceholderText(words)
        made.setMaxLength(128)
        made.setMinimumHeight(size("touch_key"))
        if secret:
            made.setEchoMode(QLineEdit.EchoMode.Password)
        made.returnPressed.connect(go)
        return made

    def _go(self, name: str, go: Callable[[], None]) -> StepButton:
        made = StepButton(name, "sign-in", role="primary")
        made.clicked.connect(go)
        return made

    def _sign_in(self) -> None:
        self._presenter.sign_in(self.staff.text(), self.password.text())

    def _give_code(self) -> None:
        self._presenter.give_code(self.code.text())

    def _keep(self) -> None:
        self._presenter.set_password(self.new.text(), self.again.text())

    def _t(self, key: str) -> str:
        return text(f"counter.sign_in.{key}", self._language)


def _part() -> tuple[QWidget, QVBoxLayout]:
    part = QWidget()
    column = QVBoxLayout(part)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(size("space_m"))
    return part, column


def _qr_edge() -> int:
    return size("touch_key") * 5
