"""The desk for what is kept about one person.

page_personal personal_number personal_phone personal_find personal_forget personal_problem personal_told personal_empty
personal_export personal_erase personal_show_<n> personal_value_<n> personal_cards reason_dialog reason reason_ok
reason_cancel
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from admin_app.features.personal_data.presenter import REASON, CardFacts, Line, PersonalDataPresenter
from admin_app.parts_view import Banner, Card, clear, label, named, pad, size
from shared.i18n import text
from shared.ui.theme.widgets import mark
from shared.ui.widgets import button


class ReasonDialog(QDialog):
    """Asks for the reason that is kept with what is about to be done; does not block."""

    def __init__(
        self, parent: QWidget, title: str, facts: list[str], accept: str, role: str, language: str,
        act: Callable[[str], object],
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setObjectName("reason_dialog")
        self.setWindowTitle(title)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(size("text_body") * 34)
        self._act = act
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addWidget(label(title, "title", wrap=True))
        for fact in facts:
            column.addWidget(label(fact, wrap=True))
        self._reason = QLineEdit()
        self._reason.setObjectName("reason")
        self._reason.setMaxLength(200)
        self._reason.setPlaceholderText(text("protection.personal.reason_hint", language))
        self._reason.setAccessibleName(text("protection.personal.reason_hint", language))
        column.addWidget(self._reason)
        row = QHBoxLayout()
        pad(row)
        row.addStretch(1)
        cancel = text("protection.personal.cancel", language)
        row.addWidget(named(button(cancel, on_click=self.close), "reason_cancel"))
        self._ok = named(button(accept, role=role, on_click=self._answer), "reason_ok")
        self._ok.setEnabled(False)
        self._ok.setDefault(True)
        row.addWidget(self._ok)
        column.addLayout(row)
        self._reason.textChanged.connect(lambda words: self._ok.setEnabled(len(words.strip()) >= REASON))
        self._reason.setFocus()

    def _answer(self) -> None:
        words = self._reason.text().strip()
        self.close()
        self._act(words)


class PersonalDataPage(QWidget):
    """Draws the presenter's cards."""

    def __init__(self, presenter: PersonalDataPresenter, language: str) -> None:
        super().__init__()
        self.setObjectName("page_personal")
        self._presenter = presenter
        self._language = language
        self._drawn: tuple[object, ...] = ()
        self._problem, self._told = Banner("personal_problem"), Banner("personal_told")
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addWidget(label(self._t("title"), "title"))
        column.addWidget(label(self._t("intro"), "muted", wrap=True))
        column.addLayout(self._search())
        column.addWidget(self._problem)
        column.addWidget(self._told)
        column.addLayout(self._actions())
        self._empty = label("", "muted", wrap=True, name="personal_empty")
        column.addWidget(self._empty)
        inside = QWidget()
        mark(inside, "page")
        self._cards = QVBoxLayout(inside)
        pad(self._cards, gap="space_m")
        self._cards.setAlignment(Qt.AlignmentFlag.AlignTop)
        scroll = QScrollArea()
        scroll.setObjectName("personal_cards")
        scroll.setWidgetResizable(True)
        scroll.setWidget(inside)
        column.addWidget(scroll, 1)
        presenter.state_changed.connect(self._draw)
        self._draw()

    def open_target(self, target: str) -> None:
        """There is nothing on this page to go to."""

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._presenter.hide_value()

    def _t(self, key: str, **params: object) -> str:
        return text(f"protection.personal.{key}", self._language, **params)

    def _search(self) -> QHBoxLayout:
        row = QHBoxLayout()
        pad(row)
        self._number, self._phone = QLineEdit(), QLineEdit()
        for field, name in ((self._number, "number"), (self._phone, "phone")):
            field.setObjectName(f"personal_{name}")
            field.setPlaceholderText(self._t(f"{name}_hint"))
            field.setAccessibleName(self._t(f"{name}_hint"))
            field.setMaxLength(64)
            field.setClearButtonEnabled(True)
            field.returnPressed.connect(self._find)
            row.addWidget(field, 1)
        row.addWidget(named(button(self._t("find"), "search", "primary", self._find), "personal_find"))
        row.addWidget(named(button(self._t("forget"), "close", on_click=self._forget), "personal_forget"))
        return row

    def _actions(self) -> QHBoxLayout:
        row = QHBoxLayout()
        pad(row)
        self._summary = label("", "lead")
        row.addWidget(self._summary, 1)
        self._export = named(button(self._t("export"), "download", on_click=self._ask_export), "personal_export")
        self._erase = named(button(self._t("erase"), "trash", "danger", self._ask_erase), "personal_erase")
        row.addWidget(self._export)
        row.addWidget(self._erase)
        return row

    def _find(self) -> None:
        self._presenter.find(self._number.text(), self._phone.text())

    def _forget(self) -> None:
        self._number.clear()
        self._phone.clear()
        self._presenter.forget()

    def _draw(self) -> None:
        state = self._presenter.state
        self._problem.show_words(state.problem)
        self._told.show_words(state.told, "ok")
        some = state.found == "some"
        self._summary.setText(self._t("summary", tickets=state.tickets, accounts=state.accounts) if some else "")
        self._summary.setVisible(some)
        self._export.setVisible(some and state.may_export)
        self._erase.setVisible(some and state.may_erase)
        self._erase.setEnabled(not state.active_ticket)
        self._erase.setToolTip(self._t("active", number=state.active_ticket) if state.active_ticket else "")
        empty = text("ui.spinner.working", self._language) if state.busy and not some else ""
        if state.found == "none":
            empty = self._t("none")
        elif state.active_ticket:
            empty = self._t("active", number=state.active_ticket)
        self._empty.setText(empty)
        self._empty.setVisible(bool(empty))
        if (drawn := (state.cards, state.may_reveal)) != self._drawn:
            self._drawn = drawn
            self._draw_cards(state.cards)

    def _draw_cards(self, cards: tuple[CardFacts, ...]) -> None:
        clear(self._cards)
        count = 0
        for facts in cards:
            card = Card(facts.title)
            card.head.addWidget(label(facts.note, "muted"))
            card.head.addStretch(1)
            for line in facts.lines:
                card.body.addLayout(self._line(line, count))
                count += 1
            self._cards.addWidget(card)

    def _line(self, line: Line, number: int) -> QHBoxLayout:
        row = QHBoxLayout()
        pad(row)
        title = label(line.title, "muted")
        title.setFixedWidth(size("text_body") * 8)
        row.addWidget(title)
        row.addWidget(label(line.value, "lead" if line.in_full else "", name=f"personal_value_{number}"))
        if line.in_full:
            row.addWidget(named(button(self._t("hide"), role="quiet", on_click=self._presenter.hide_value),
                                f"personal_show_{number}"))  # fmt: skip
        elif line.key and self._presenter.state.may_reveal:
            show = button(self._t("show"), role="quiet", on_click=lambda: self._ask_reveal(line))
            row.addWidget(named(show, f"personal_show_{number}"))
        row.addStretch(1)
        return row

    def _ask_reveal(self, line: Line) -> None:
        ReasonDialog(
            self, self._t("reveal_title", what=line.title), [self._t("reveal_facts")], self._t("show"), "primary",
            self._language, lambda reason: self._presenter.reveal(line.key, reason),
        ).open()  # fmt: skip

    def _ask_export(self) -> None:
        ReasonDialog(
            self, self._t("export_title"), [self._t("export_facts")], self._t("export"), "primary", self._language,
            self._ask_file,
        ).open()  # fmt: skip

    def _ask_file(self, reason: str) -> None:
        dialog = QFileDialog(self, self._t("export_title"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("JSON (*.json)")
        dialog.setDefaultSuffix("json")
        dialog.fileSelected.connect(lambda name: self._presenter.export(reason, Path(name)))
        dialog.open()

    def _ask_erase(self) -> None:
        state = self._presenter.state
        facts = [self._t("erase_gone", tickets=state.tickets, accounts=state.accounts), self._t("erase_stays")]
        ReasonDialog(
            self, self._t("erase_title"), facts, self._t("erase_now"), "danger", self._language, self._presenter.erase
        ).open()
