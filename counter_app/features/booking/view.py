"""Papers sent in advance: a card in the side bar, and a window of their own to look at them and judge.

objectNames: papers_card papers_booked papers_summary papers_look · papers_window papers_list papers_title papers_hint
papers_trouble papers_note papers_accept papers_refuse; paper_view.py lists those of what is shown
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from counter_app.features.booking.paper_view import PaperView
from counter_app.features.booking.presenter import PaperLine, PapersPresenter
from counter_app.parts_view import ElidedLabel, label, size
from shared.i18n import text
from shared.ui.theme.widgets import mark
from shared.ui.widgets import sign_icon

KEY = Qt.ItemDataRole.UserRole
LONGEST_NOTE = 200
TONES = {"accepted": "ok", "refused": "error", "": "warn"}


class PapersCard(QFrame):
    """That the person in hand booked, and how many papers came before them."""

    def __init__(self, presenter: PapersPresenter, language: str) -> None:
        super().__init__()
        self.setObjectName("papers_card")
        mark(self, "banner-info")
        self._presenter, self._language = presenter, language
        self._booked = ElidedLabel("muted", "papers_booked")
        self._summary = ElidedLabel("lead", "papers_summary", lines=2)
        self._look = QPushButton(text("counter.papers.look", language))
        self._look.setObjectName("papers_look")
        self._look.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._look.clicked.connect(presenter.open_window)
        row = QHBoxLayout(self)
        row.setContentsMargins(size("space_m"), size("space_s"), size("space_s"), size("space_s"))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._booked)
        words.addWidget(self._summary)
        row.addLayout(words, 1)
        row.addWidget(self._look)
        presenter.state_changed.connect(self.show_state)
        self.show_state()

    def show_state(self) -> None:
        state = self._presenter.state
        self.setVisible(bool(state.booked))
        self._booked.setText(state.booked)
        self._summary.setText(state.summary)
        self._summary.set_lines(1 if state.lines else 2)


class PapersWindow(QWidget):
    """The checklist at the left, the paper at the right, the verdict below it."""

    def __init__(self, presenter: PapersPresenter, language: str) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.setObjectName("papers_window")
        mark(self, "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._presenter, self._language = presenter, language
        self._drawn: tuple[PaperLine, ...] | None = None
        self._of = ""
        self._list = QListWidget()
        self._list.setObjectName("papers_list")
        self._list.setAccessibleName(text("counter.papers.list", language))
        self._list.setWordWrap(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setFixedWidth(5 * size("touch_key"))
        self._list.currentItemChanged.connect(lambda *_: self._chosen_changed())
        self._title = ElidedLabel("title", "papers_title", lines=2)
        self._hint = label("muted", "papers_hint", wrap=True)
        self._trouble = label("error", "papers_trouble", wrap=True)
        self._paper = PaperView(language)
        self._note = QLineEdit()
        self._note.setObjectName("papers_note")
        self._note.setMaxLength(LONGEST_NOTE)
        self._note.setPlaceholderText(self._t("note"))
        self._note.setAccessibleName(self._t("note"))
        self._note.textChanged.connect(lambda _: self._show_possible())
        self._accept = self._button("papers_accept", "accept", "primary", accepted=True)
        self._refuse = self._button("papers_refuse", "refuse", "danger", accepted=False)
        self._lay_out()
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.close)
        presenter.state_changed.connect(self.show_state)

    def _button(self, name: str, words: str, role: str, *, accepted: bool) -> QPushButton:
        made = QPushButton(self._t(words))
        made.setObjectName(name)
        mark(made, role)
        made.clicked.connect(lambda: self._presenter.judge(self._chosen(), accepted, self._note.text()))
        return made

    def _lay_out(self) -> None:
        whole = QHBoxLayout(self)
        margin = size("space_l")
        whole.setContentsMargins(margin, margin, margin, margin)
        whole.setSpacing(margin)
        whole.addWidget(self._list)
        column = QVBoxLayout()
        column.setSpacing(size("space_s"))
        for part in (self._title, self._hint, self._trouble):
            column.addWidget(part)
        column.addWidget(self._paper, 1)
        row = QHBoxLayout()
        row.setSpacing(size("space_s"))
        row.addWidget(self._note, 1)
        row.addWidget(self._refuse)
        row.addWidget(self._accept)
        column.addLayout(row)
        whole.addLayout(column, 1)
        self.resize(20 * size("touch_key"), 15 * size("touch_key"))

    def _t(self, key: str, **params: object) -> str:
        return text(f"counter.papers.{key}", self._language, **params)

    def show_state(self) -> None:
        state = self._presenter.state
        if state.is_open != self.isVisible():
            if not state.is_open:
                self._paper.clear()
                self.hide()
                return
            self._of = ""
            self._note.clear()
            self.show()
            self.raise_()
            self.activateWindow()
        if not state.is_open:
            return
        self.setWindowTitle(self._t("title", number=state.number))
        if state.lines != self._drawn:
            self._drawn = state.lines
            self._note.clear()
            self._fill(state.lines)
        wanted = state.opening or state.opened
        if wanted and wanted != self._chosen():
            self._choose(wanted)
        self._trouble.setVisible(bool(state.trouble))
        self._trouble.setText(state.trouble)
        line = self._line()
        self._title.setText(line.material if line is not None else self._t("nothing"))
        wide = self._title.fontMetrics().horizontalAdvance(self._title.text()) > self._title.width()
        self._title.set_lines(2 if wide else 1)
        parts = (line.hint, line.sent, self._t("why", note=line.note) if line.note else "") if line else ()
        self._hint.setText("   ".join(part for part in parts if part))
        self._hint.setVisible(bool(self._hint.text()))
        if state.opening:
            self._paper.say(self._t("opening"))
            self._of = ""
        elif state.opened and state.opened != self._of:
            self._of = state.opened
            self._paper.show_paper(self._presenter.content, line.media_type if line else "")
        elif not state.opened:
            self._of = ""
            self._paper.say("" if state.trouble else self._t("choose" if line is None or line.id else "not_sent_long"))
        self._show_possible()

    def _fill(self, lines: tuple[PaperLine, ...]) -> None:
        chosen = self._list.currentRow()
        self._list.blockSignals(True)
        self._list.clear()
        for line in lines:
            item = QListWidgetItem(f"{line.sent}\n{line.material}")
            item.setData(KEY, line.id)
            item.setToolTip(f"{line.material}\n{line.hint}")
            if line.id:
                item.setIcon(sign_icon(TONES[line.verdict]))
            self._list.addItem(item)
        self._list.setCurrentRow(chosen if chosen < len(lines) else -1)
        self._list.blockSignals(False)

    def _choose(self, paper_id: str) -> None:
        for row in range(self._list.count()):
            if self._list.item(row).data(KEY) == paper_id:
                self._list.blockSignals(True)
                self._list.setCurrentRow(row)
                self._list.blockSignals(False)

    def _chosen(self) -> str:
        item = self._list.currentItem()
        return str(item.data(KEY)) if item is not None else ""

    def _line(self) -> PaperLine | None:
        row, lines = self._list.currentRow(), self._presenter.state.lines
        return lines[row] if 0 <= row < len(lines) else None

    def _chosen_changed(self) -> None:
        # The note is about the paper before.
        self._note.clear()
        if self._chosen():
            self._presenter.look(self._chosen())
        else:
            self._presenter.put_away()

    def _show_possible(self) -> None:
        state = self._presenter.state
        shown = bool(self._chosen()) and state.opened == self._chosen() and not state.is_busy
        self._note.setEnabled(bool(self._chosen()))
        self._accept.setEnabled(shown)
        self._refuse.setEnabled(shown and bool(self._note.text().strip()))
        self._refuse.setToolTip("" if self._note.text().strip() else self._t("refuse_needs_note"))

    def closeEvent(self, event: QCloseEvent) -> None:
        event.accept()
        self._paper.clear()
        self._presenter.close_window()
