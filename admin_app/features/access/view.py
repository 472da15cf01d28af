"""Roles: the list, who holds the selected one, and what it permits.

page_access roles_list roles_add roles_copy roles_retired roles_three roles_problem roles_holders roles_holders_empty
role_name role_name_en role_note role_save role_revert role_retire role_restore role_locked role_refusal role_conflict
role_unsaved role_editor_title role_editor_facts
"""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from admin_app.bars_view import SideBySide
from admin_app.editing.editor_view import EditorCard
from admin_app.features.access.presenter import RolesPresenter, duty_words
from admin_app.features.access.tree_view import PermissionTree
from admin_app.parts_view import Banner, Card, label, named, pad, size
from shared.i18n import text
from shared.ui.icons import icon
from shared.ui.theme.widgets import colour
from shared.ui.widgets import Column, Form, SearchableTable, Toast, button, max_length, required

KEY_ROLE = Qt.ItemDataRole.UserRole


class RolesPage(QWidget):
    """Draws the presenter's state and its editor's."""

    def __init__(self, presenter: RolesPresenter, language: str) -> None:
        super().__init__()
        self.setObjectName("page_access")
        self._presenter = presenter
        self._editor = presenter.editor
        self._language = language
        self._drawn: tuple[object, ...] = ()
        self._nodes: dict[str, QTreeWidgetItem] = {}
        self._problem, self._three = Banner("roles_problem"), Banner("roles_three")
        self.editor = EditorCard(self._editor, self._form(), language, self._describe, "role_")
        self.tree = PermissionTree(language)
        self.tree.changed.connect(lambda keys: self._editor.edit({"patterns": keys}))
        self.editor.below.addWidget(self.tree, 1)
        left = QWidget()
        column = QVBoxLayout(left)
        pad(column, gap="space_s")
        column.addWidget(self._list(), 3)
        column.addWidget(self._held(), 2)
        split = SideBySide(left, self.editor, (3, 7))
        page = QVBoxLayout(self)
        pad(page, "space_l", "space_m")
        page.addLayout(self._head())
        page.addWidget(self._problem)
        page.addWidget(self._three)
        page.addWidget(split, 1)
        self._toast = Toast(self, language)
        self.editor.told.connect(self._toast.show_message)
        presenter.state_changed.connect(self._draw)
        self._editor.state_changed.connect(self._draw)
        self._draw()
        self.editor.draw()

    def open_target(self, target: str) -> None:
        self._presenter.go(target)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._presenter.enter()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._presenter.leave()

    def _t(self, key: str, **params: object) -> str:
        return text(f"roles.{key}", self._language, **params)

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        pad(row)
        row.addWidget(label(self._t("title"), "title"))
        row.addStretch(1)
        self._retired = QCheckBox(self._t("show_retired"))
        self._retired.setObjectName("roles_retired")
        self._retired.toggled.connect(self._editor.show_retired)
        self._copy = named(button(self._t("copy"), "document", on_click=self._editor.copy), "roles_copy")
        self._add = named(button(self._t("add"), "plus", "primary", self._begin), "roles_add")
        for made in (self._retired, self._copy, self._add):
            row.addWidget(made)
        return row

    def _begin(self) -> None:
        self._editor.add()
        self._name.setFocus()

    def _list(self) -> Card:
        card = Card()
        self.list = QTreeWidget()
        self.list.setObjectName("roles_list")
        self.list.setAccessibleName(self._t("title"))
        self.list.setHeaderLabels([self._t("field_name"), self._t("holders_n")])
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        head = self.list.header()
        head.setStretchLastSection(False)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        head.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.list.currentItemChanged.connect(self._chosen)
        self._empty = label(text("ui.spinner.working", self._language), "muted", wrap=True)
        card.body.addWidget(self._empty)
        card.body.addWidget(self.list, 1)
        return card

    def _held(self) -> Card:
        card = Card(self._t("holders"))
        letter = size("text_body")
        columns = [Column("name", self._t("holder"), width=letter * 8), Column("where", self._t("where"))]
        self.holders = SearchableTable(columns, "role_holders", language=self._language)
        self.holders.setObjectName("roles_holders")
        self.holders.export_button.hide()
        self.holders.setToolTip(self._t("holder_tip"))
        self.holders.row_activated.connect(self._go)
        self._nobody = label("", "muted", wrap=True, name="roles_holders_empty")
        card.body.addWidget(self._nobody)
        card.body.addWidget(self.holders, 1)
        # Without the table, the title stays on top.
        card.body.addStretch(0)
        return card

    def _go(self, row: dict[str, str] | None) -> None:
        if row is not None and self._presenter.state.may_see_accounts:
            self._presenter.account_wanted.emit(row["account"])

    def _form(self) -> Form:
        form = Form(self._language)
        self._name, name_en, note = QLineEdit(), QLineEdit(), QLineEdit()
        for made, name in ((self._name, "role_name"), (name_en, "role_name_en"), (note, "role_note")):
            made.setObjectName(name)
        note.setMaxLength(1000)
        form.add("name", self._t("field_name"), self._name, required, max_length(64))
        form.add("name_en", self._t("field_name_en"), name_en, self._kept, max_length(64))
        form.add("note", self._t("field_note"), note)
        return form

    def _kept(self, value: object) -> tuple[str, dict[str, object]] | None:
        # The server takes the Chinese name for a new role; an existing one can't lose it.
        return None if self._editor.state.is_new else required(value)

    def _describe(self) -> tuple[str, str, bool]:
        role = self._editor.current
        if role is None:
            origin = self._editor.copied_from
            return self._t("new"), self._t("new_from", name=self._editor.name(origin)) if origin else "", False
        facts = [self._t("held_by", n=role.holders)]
        if role.duties:
            facts.append(self._t("duties", duties=duty_words(role, self._language)))
        if len(role.duties) > 1 and self._presenter.state.three:
            facts.append(self._t("mixed"))
        return self._editor.name(role), " · ".join(facts), role.retired

    def _chosen(self, now: QTreeWidgetItem | None, before: QTreeWidgetItem | None) -> None:
        if now is not None:
            self._editor.select(str(now.data(0, KEY_ROLE)))

    def _draw(self) -> None:
        state, edited = self._presenter.state, self._editor.state
        self._problem.show_words(edited.problem)
        self._three.show_words(self._t("three") if state.three else "", "info")
        self._empty.setVisible(not edited.loaded and not edited.problem)
        self._add.setVisible(state.may_change)
        self._copy.setVisible(state.may_change)
        self._copy.setEnabled(self._editor.current is not None)
        drawn = (edited.items, edited.drafted, edited.is_new and edited.fields.get("name"))
        if drawn != self._drawn:
            self._drawn = drawn
            self._fill()
        node = self._nodes.get(edited.selected)
        if self.list.currentItem() is not node:
            with QSignalBlocker(self.list):
                self.list.setCurrentItem(node)  # type: ignore[arg-type]
        self.holders.set_rows(state.holders)
        empty = state.holders_problem
        if not empty and self._editor.current is not None and not state.holders:
            empty = self._t("holders_none") if state.holders_known else text("ui.spinner.working", self._language)
        self._nobody.setText(empty)
        self._nobody.setVisible(bool(empty))
        self.holders.setVisible(bool(state.holders))
        locked = bool(edited.selected) and bool(self._editor.locked())
        self.tree.show_permissions(
            state.permissions, edited.fields.get("patterns", ()), self._presenter.reasons(),
            locked=locked or edited.saving,
        )  # fmt: skip
        self.editor.draw()

    def _fill(self) -> None:
        edited = self._editor.state
        new = sorted(key for key in edited.drafted | {edited.selected} if key.startswith("new"))
        with QSignalBlocker(self.list):
            self.list.clear()
            self._nodes = {}
            for role in edited.items:
                key = str(role.id)
                node = self._nodes[key] = QTreeWidgetItem([self._editor.name(role), str(role.holders or "")])
                node.setData(0, KEY_ROLE, key)
                node.setToolTip(0, self._t("is_base", name=self._editor.name(role)) if role.base else role.note)
                node.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                sign = ("lock", "muted") if role.base else ("people", "primary")
                node.setIcon(0, icon(sign[0], colour(sign[1]).name()))
                if role.retired:
                    node.setText(0, text("admin.editing.is_retired", self._language, name=self._editor.name(role)))
                    node.setForeground(0, colour("faint"))
                if key in edited.drafted:
                    node.setText(0, text("admin.editing.is_drafted", self._language, name=node.text(0)))
                    node.setIcon(0, icon("pencil", colour("warn").name()))
                self.list.addTopLevelItem(node)
            for key in new:
                named_so = edited.fields.get("name") if key == edited.selected else self._editor.draft_name(key)
                words = named_so or self._t("new")
                node = self._nodes[key] = QTreeWidgetItem(
                    [text("admin.editing.not_sent", self._language, name=words), ""]
                )
                node.setData(0, KEY_ROLE, key)
                node.setIcon(0, icon("pencil", colour("warn").name()))
                self.list.addTopLevelItem(node)
