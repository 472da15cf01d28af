"""The dialog that makes a code for a terminal, and what can be done about the chosen one.

enrol_dialog enrol_name enrol_place enrol_kind enrol_counter enrol_approved enrol_make enrol_code enrol_qr enrol_close
enrol_refusal device_state device_fact_<n> device_<approve|refuse|revoke|rekey> device_counter device_refusal
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from admin_app.features.terminals.enrolment import ACTIONS, EnrolmentPresenter
from admin_app.parts_view import Banner, Dialog, clear, label, named, pad, size
from shared.i18n import text
from shared.ui.theme.widgets import mark
from shared.ui.widgets import StatusDot, button, qr_picture
from shared.ui.widgets.form import Form, max_length, required

KINDS = ("kiosk", "counter", "display", "standby")
_TONES = {"pending": "warn", "approved": "ok", "revoked": "off", "set_up": "busy"}
_ROLES = {"approve": "primary", "refuse": "danger", "revoke": "danger", "rekey": ""}
_ICONS = {"approve": "check", "refuse": "close", "revoke": "lock", "rekey": "refresh"}


class EnrolDialog(Dialog):
    """First what the terminal is, then its code; ``terminal_id``: a new key for that one. Does not block."""

    def __init__(
        self, parent: QWidget, presenter: EnrolmentPresenter, language: str, *, terminal_id: str = "", name: str = ""
    ) -> None:
        super().__init__(parent)
        self.setObjectName("enrol_dialog")
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(size("text_body") * 34)
        self._presenter = presenter
        self._language = language
        self._terminal_id = terminal_id
        title = self._t("rekey_title", name=name) if terminal_id else self._t("title")
        self.setWindowTitle(title)
        self._how = label(self._t("how"), "muted", wrap=True, name="enrol_how")
        self._how.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._ask(bool(terminal_id)))
        self._pages.addWidget(self._answer())
        self._refusal = Banner("enrol_refusal")
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addWidget(label(title, "title", wrap=True))
        column.addWidget(self._refusal)
        column.addWidget(self._pages, 1)
        self.finished.connect(lambda _: presenter.forget_code())
        presenter.state_changed.connect(self._draw)
        self._draw()

    def _t(self, key: str, **params: object) -> str:
        return text(f"admin.enrol.{key}", self._language, **params)

    def _ask(self, known: bool) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        pad(column, gap="space_m")
        column.addWidget(label(self._t("rekey_facts" if known else "facts"), "muted", wrap=True))
        self._form = Form(self._language)
        self._kind, self._counter = QComboBox(), QComboBox()
        self._name, self._place = QLineEdit(), QLineEdit()
        if not known:
            for kind in KINDS:
                self._kind.addItem(text(f"admin.devices.kind_{kind}", self._language), kind)
            for made, name in (
                (self._kind, "enrol_kind"), (self._name, "enrol_name"), (self._place, "enrol_place"),
                (self._counter, "enrol_counter"),
            ):  # fmt: skip
                made.setObjectName(name)
            self._form.add("kind", self._t("kind"), self._kind)
            self._form.add("name", self._t("name"), self._name, required, max_length(64))
            self._form.add("place", self._t("place"), self._place, max_length(200))
            self._form.add("counter", self._t("counter"), self._counter)
            self._kind.currentIndexChanged.connect(lambda _: self._follow_kind())
            column.addWidget(self._form)
            self._follow_kind()
        self._approved = QCheckBox(self._t("approved"))
        self._approved.setObjectName("enrol_approved")
        column.addWidget(self._approved)
        column.addWidget(label(self._t("approved_facts"), "muted", wrap=True))
        column.addStretch(1)
        row = QHBoxLayout()
        pad(row)
        row.addStretch(1)
        row.addWidget(named(button(text("ui.action.cancel", self._language), on_click=self.close), "enrol_cancel"))
        self._make = named(button(self._t("make"), "qr", "primary", self._go), "enrol_make")
        self._make.setDefault(True)
        row.addWidget(self._make)
        column.addLayout(row)
        return page

    def _answer(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        pad(column, gap="space_m")
        self._code = label("", "display", name="enrol_code")
        self._code.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._qr = QLabel()
        self._qr.setObjectName("enrol_qr")
        self._until = label("", wrap=True, name="enrol_until")
        for part in (self._code, self._qr, self._until):
            part.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(part)
        column.addWidget(self._how)
        column.addStretch(1)
        row = QHBoxLayout()
        row.addStretch(1)
        done = text("ui.action.close", self._language)
        row.addWidget(named(button(done, role="primary", on_click=self.close), "enrol_close"))
        column.addLayout(row)
        return page

    def _follow_kind(self) -> None:
        kind = self._kind.currentData()
        self._form.show_field("counter", kind == "counter")
        self._name.setPlaceholderText(self._t(f"name_example_{kind}"))
        self._how.setText(self._t("how_standby" if kind == "standby" else "how"))

    def _go(self) -> None:
        if self._terminal_id:
            self._presenter.rekey(self._terminal_id, self._approved.isChecked())
        elif self._form.complain():
            self._presenter.make_code(
                str(self._kind.currentData()), self._name.text().strip(), self._place.text().strip(),
                str(self._counter.currentData() or ""), self._approved.isChecked(),
            )  # fmt: skip

    def _draw(self) -> None:
        state = self._presenter.state
        self._refusal.show_words(state.refusal)
        self._make.setEnabled(not state.busy)
        fill_counters(self._counter, state.counters, self._t("any_counter"))
        if state.code and self._code.text() != state.code:
            self._code.setText(state.code)
            picture = qr_picture(state.qr, size("text_body") * 14)
            self._qr.setPixmap(picture)
            # A layout would rather cut a picture than ask for more room.
            self._qr.setMinimumHeight(picture.height())
            self._until.setText(self._t("until", time=state.until))
            self._pages.setCurrentIndex(1)
            self.adjustSize()


def fill_counters(box: QComboBox, counters: tuple[tuple[str, str], ...], anywhere: str) -> None:
    """Fill a choice of counters anew when they have changed; what is chosen stays."""
    wanted = [("", anywhere), *counters]
    if [(box.itemData(n), box.itemText(n)) for n in range(box.count())] == wanted:
        return
    chosen = box.currentData()
    box.blockSignals(True)
    box.clear()
    for key, words in wanted:
        box.addItem(words, key)
    box.setCurrentIndex(max(0, box.findData(chosen)))
    box.blockSignals(False)


class StandingBox(QWidget):
    """How the chosen terminal stands, and what can be done about it."""

    def __init__(self, presenter: EnrolmentPresenter, language: str) -> None:
        super().__init__()
        self._presenter = presenter
        self._language = language
        self._terminal_id = self._name = ""
        self._facts: tuple[tuple[str, str], ...] | None = None
        self._may_bind = False
        column = QVBoxLayout(self)
        pad(column)
        self._state = StatusDot("off", "")
        self._state.setObjectName("device_state")
        self._grid = QVBoxLayout()
        pad(self._grid, gap="space_xs")
        self._counter = QComboBox()
        self._counter.setObjectName("device_counter")
        self._counter.setAccessibleName(self._t("counter"))
        self._counter.activated.connect(
            lambda _: presenter.bind(self._terminal_id, str(self._counter.currentData() or ""))
        )
        self._refusal = Banner("device_refusal")
        column.addWidget(self._state)
        column.addLayout(self._grid)
        self._counter_word = label(self._t("counter"), "muted")
        column.addWidget(self._counter_word)
        column.addWidget(self._counter)
        column.addWidget(self._refusal)
        row = QHBoxLayout()
        pad(row)
        self._buttons = {name: self._button(name) for name in ("approve", "rekey", "refuse", "revoke")}
        for made in self._buttons.values():
            row.addWidget(made)
        row.addStretch(1)
        column.addLayout(row)
        presenter.state_changed.connect(self._follow)

    def show_terminal(
        self, terminal_id: str, name: str, kind: str, state: str, facts: tuple[tuple[str, str], ...], counter_id: str,
        may_manage: bool,
    ) -> None:  # fmt: skip
        """An empty id: nothing is chosen."""
        self._terminal_id, self._name = terminal_id, name
        self.setVisible(bool(terminal_id))
        if not terminal_id:
            return
        self._state.show_state(_TONES[state], self._t(f"state_{state}"))
        for action, made in self._buttons.items():
            made.setVisible(may_manage and action in ACTIONS[state])
        bindable = kind == "counter" and state != "set_up"
        self._may_bind = may_manage
        self._counter.setEnabled(may_manage and not self._presenter.state.busy)
        self._counter.setVisible(bindable)
        self._counter_word.setVisible(bindable)
        fill_counters(self._counter, self._presenter.state.counters, self._t("any_counter"))
        self._counter.setCurrentIndex(max(0, self._counter.findData(counter_id)))
        if facts != self._facts:
            self._facts = facts
            self._draw_facts(facts)

    def _t(self, key: str) -> str:
        return text(f"admin.enrol.{key}", self._language)

    def _button(self, action: str) -> QPushButton:
        made = button(self._t(action), _ICONS[action], _ROLES[action], lambda: self._do(action))
        return named(made, f"device_{action}")

    def _do(self, action: str) -> None:
        if action == "rekey":
            EnrolDialog(
                self.window(), self._presenter, self._language, terminal_id=self._terminal_id, name=self._name
            ).open()
        else:
            self._presenter.decide(self._terminal_id, action)

    def _follow(self) -> None:
        state = self._presenter.state
        # While a dialog asks for a code, it says itself why there is none.
        asking = self.window().findChild(QDialog, "enrol_dialog") is not None
        self._refusal.show_words("" if asking else state.refusal)
        # A choice made while an answer is under way would be lost.
        self._counter.setEnabled(self._may_bind and not state.busy)
        for made in self._buttons.values():
            made.setEnabled(not state.busy)

    def _draw_facts(self, facts: tuple[tuple[str, str], ...]) -> None:
        clear(self._grid)
        for number, (word, value) in enumerate(facts):
            self._grid.addWidget(label(word, "muted"))
            shown = label(value, "lead" if number == 0 else "", wrap=True, name=f"device_fact_{number}")
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            mark(shown, "lead" if number == 0 else "")
            self._grid.addWidget(shown)
