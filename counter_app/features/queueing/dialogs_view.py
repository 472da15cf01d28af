"""What is asked before a pause and before a transfer, and when a signed-in window is closed.

objectNames: pause_dialog pause_<reason> pause_other pause_confirm pause_cancel · transfer_dialog transfer_filter
transfer_services transfer_counter transfer_note transfer_confirm transfer_cancel · close_dialog close_sign_out
close_only close_cancel
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from counter_app.features.queueing.presenter import OperatorPresenter
from counter_app.features.queueing.services_view import ServiceList
from counter_app.features.queueing.state import OperatorState, Targets
from counter_app.parts_view import label, size
from shared.i18n import text
from shared.ui.theme.widgets import mark

KEY = Qt.ItemDataRole.UserRole
LONGEST_REASON = 40


class Dialog(QDialog):
    """A dialog of one column, as wide as the side bar; closing it is cancelling."""

    def __init__(self, parent: QWidget, name: str, presenter: OperatorPresenter, language: str) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._presenter, self._language = presenter, language
        self.setMinimumWidth(8 * size("touch_key"))
        self._column = QVBoxLayout(self)
        margin = size("space_l")
        self._column.setContentsMargins(margin, margin, margin, margin)
        self._column.setSpacing(size("space_s"))
        self._title = label("title")
        self._column.addWidget(self._title)

    def _t(self, key: str, **params: object) -> str:
        return text(f"counter.{key}", self._language, **params)

    def open_fresh(self) -> None:
        """With nothing of before in it."""
        self.open()

    def show_state(self, state: OperatorState) -> None:
        """While it is open, with each change of the state."""

    def fit(self) -> None:
        """As high as what is in it now: words that wrap need the width to know their height."""
        self._column.activate()
        wraps = self._column.hasHeightForWidth()
        height = self._column.totalHeightForWidth(self.width()) if wraps else self._column.totalSizeHint().height()
        self.setMinimumHeight(height)
        self.resize(self.width(), height)

    def about(self, words: str) -> QLabel:
        """A line that explains, below the title."""
        made = label("muted", wrap=True)
        made.setText(words)
        self._column.addWidget(made)
        return made

    def line(self, name: str, hint: str, act: Callable[[], object]) -> QLineEdit:
        """A field to type into; Enter acts. Its place is the caller's."""
        made = QLineEdit()
        made.setObjectName(name)
        made.setMaxLength(LONGEST_REASON)
        made.setPlaceholderText(hint)
        made.setAccessibleName(hint)
        made.returnPressed.connect(act)
        return made

    def add_cancel(self, name: str) -> None:
        cancel = self._button(name, text("ui.action.cancel", self._language), "quiet")
        cancel.clicked.connect(self.reject)
        self._column.addWidget(cancel)

    def _button(self, name: str, words: str, role: str = "") -> QPushButton:
        made = QPushButton(words)
        made.setObjectName(name)
        # Enter in a field must not press whatever stands first.
        made.setAutoDefault(False)
        if role:
            mark(made, role)
        return made

    def closeEvent(self, event: QCloseEvent) -> None:
        event.accept()
        self._presenter.close_dialog()

    def reject(self) -> None:
        super().reject()
        self._presenter.close_dialog()


class PauseDialog(Dialog):
    """The usual reasons as buttons, any other as text."""

    def __init__(self, parent: QWidget, presenter: OperatorPresenter, language: str) -> None:
        super().__init__(parent, "pause_dialog", presenter, language)
        self._title.setText(self._t("pause.title"))
        self.setWindowTitle(self._t("pause.title"))
        self.about(self._t("pause.about"))
        grid = QGridLayout()
        grid.setSpacing(size("space_s"))
        for n, reason in enumerate(presenter.state.reasons):
            made = self._button(f"pause_{reason.key}", reason.words)
            made.setMinimumHeight(size("touch_key"))
            made.clicked.connect(lambda _=False, key=reason.key: presenter.pause(key))
            grid.addWidget(made, n // 2, n % 2)
        self._column.addLayout(grid)
        self._other = self.line("pause_other", self._t("pause.other"), self._confirm)
        self._confirm_button = self._button("pause_confirm", self._t("pause.confirm"), "primary")
        self._confirm_button.clicked.connect(self._confirm)
        self._confirm_button.setEnabled(False)
        self._other.textChanged.connect(lambda words: self._confirm_button.setEnabled(bool(words.strip())))
        row = QHBoxLayout()
        row.setSpacing(size("space_s"))
        row.addWidget(self._other, 1)
        row.addWidget(self._confirm_button)
        self._column.addLayout(row)
        self.add_cancel("pause_cancel")

    def open_fresh(self) -> None:
        self._other.clear()
        self.open()

    def _confirm(self) -> None:
        if self._other.text().strip():
            self._presenter.pause(self._other.text())


class TransferDialog(Dialog):
    """Choose a service, if wanted one of its counters, and leave the colleague a note."""

    def __init__(self, parent: QWidget, presenter: OperatorPresenter, language: str) -> None:
        super().__init__(parent, "transfer_dialog", presenter, language)
        self.setWindowTitle(self._t("step.transfer"))
        self._offered: Targets | None = None
        self.about(self._t("transfer.about"))
        self._services = ServiceList(
            "transfer_services", self._t("transfer.loading"), self._t("give.nothing"), 6 * size("touch_target")
        )
        self._filter = QLineEdit()
        self._filter.setObjectName("transfer_filter")
        self._filter.setPlaceholderText(self._t("transfer.filter"))
        self._filter.setClearButtonEnabled(True)
        self._filter.textChanged.connect(self._services.search)
        self._services.currentItemChanged.connect(lambda *_: self._service_chosen())
        self._counter = QComboBox()
        self._counter.setObjectName("transfer_counter")
        self._note = QLineEdit()
        self._note.setObjectName("transfer_note")
        self._note.setMaxLength(200)
        self._note.setPlaceholderText(self._t("transfer.note_hint"))
        for key, widgets in (
            ("service", (self._filter, self._services)),
            ("counter", (self._counter,)),
            ("note", (self._note,)),
        ):
            head = label("caption")
            head.setText(self._t(f"transfer.{key}"))
            self._column.addWidget(head)
            for widget in widgets:
                widget.setAccessibleName(head.text())
                self._column.addWidget(widget)
        row = QHBoxLayout()
        row.setSpacing(size("space_s"))
        cancel = self._button("transfer_cancel", text("ui.action.cancel", language))
        cancel.clicked.connect(self.reject)
        self._confirm = self._button("transfer_confirm", self._t("transfer.confirm"), "primary")
        self._confirm.clicked.connect(self._transfer)
        row.addWidget(cancel, 1)
        row.addWidget(self._confirm, 2)
        self._column.addLayout(row)

    def open_fresh(self) -> None:
        self._services.offer(())
        self._filter.clear()
        self._note.clear()
        self._offered = None
        self._counter.clear()
        self._confirm.setEnabled(False)
        self.open()
        self._filter.setFocus()

    def show_state(self, state: OperatorState) -> None:
        """The choices, as soon as they are there."""
        self._title.setText(self._t("transfer.title", number=state.person.number if state.person else ""))
        # The clock changes the state every second: what is chosen stays until there is something else to choose.
        if state.targets is None or state.targets is self._offered:
            return
        self._offered = state.targets
        self._services.offer(state.targets.services)
        self._service_chosen()

    def _service_chosen(self) -> None:
        targets, key = self._presenter.state.targets, self._services.chosen()
        self._counter.clear()
        self._counter.addItem(self._t("transfer.any_counter"), "")
        if targets is not None and key:
            serving = targets.serving.get(key, ())
            for choice in targets.counters:
                if choice.key in serving:
                    self._counter.addItem(f"{choice.words}  {choice.about}".strip(), choice.key)
        self._confirm.setEnabled(bool(key))

    def _transfer(self) -> None:
        if key := self._services.chosen():
            self._presenter.transfer(key, self._counter.currentData() or "", self._note.text())


class CloseDialog(QDialog):
    """Closing while signed in: sign out too, only close, or stay. ``choice`` is sign_out, only or cancel."""

    def __init__(self, parent: QWidget, counter: str, language: str, *, may_sign_out: bool) -> None:
        super().__init__(parent)
        self.setObjectName("close_dialog")
        self.setWindowTitle(text("counter.close.title", language))
        self.choice = "cancel"
        column = QVBoxLayout(self)
        margin = size("space_l")
        column.setContentsMargins(margin, margin, margin, margin)
        column.setSpacing(size("space_s"))
        title = label("title")
        title.setText(text("counter.close.title", language))
        words = label(wrap=True)
        words.setText(text("counter.close.words", language, counter=counter))
        words.setMinimumWidth(7 * size("touch_key"))
        column.addWidget(title)
        column.addWidget(words)
        for choice, role in (("sign_out", "primary"), ("only", ""), ("cancel", "quiet")):
            made = QPushButton(text(f"counter.close.{choice}", language))
            made.setObjectName(f"close_{choice}")
            made.setAutoDefault(False)
            made.setEnabled(may_sign_out or choice != "sign_out")
            if role:
                mark(made, role)
            made.clicked.connect(lambda _=False, choice=choice: self._choose(choice))
            column.addWidget(made)

    def _choose(self, choice: str) -> None:
        self.choice = choice
        self.accept()
