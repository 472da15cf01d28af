"""Services: the tree with its search to the left, the form to the right.

services_tree service_search show_retired_services add_service add_group service_name service_name_en
service_short_name service_ticketable service_series service_identity service_minutes service_hint service_suspended
service_suspended_note save revert retire restore refusal conflict unsaved editor_title editor_facts
retire_question retire_yes retire_no
"""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QTreeWidget,
    QTreeWidgetItem,
)

from admin_app.bars_view import SideBySide
from admin_app.editing.editor_view import EditorCard
from admin_app.features.catalogue import rules
from admin_app.features.catalogue.services import FIELDS, OF_GROUPS, ServicesPresenter
from admin_app.parts_view import Banner, Card, named, pad, size
from shared.i18n import text
from shared.schemas.hall import Service
from shared.ui.icons import icon
from shared.ui.theme.widgets import colour, tokens
from shared.ui.widgets import Form, button, integer, max_length, required, sign_icon

KEY_ROLE = Qt.ItemDataRole.UserRole


class ServicesTab(SideBySide):
    """Draws the presenter's tree and form."""

    def __init__(self, presenter: ServicesPresenter, language: str) -> None:
        super().__init__()
        self.setObjectName("services_tab")
        self._presenter = presenter
        self._language = language
        self._drawn: tuple[object, ...] = ()
        self._nodes: dict[str, QTreeWidgetItem] = {}
        self.addWidget(self._left())
        self.editor = EditorCard(presenter, self._form(), language, self._describe)
        self.addWidget(self.editor)
        self.share(62, 38)
        presenter.state_changed.connect(self._draw)
        presenter.found.connect(self._show_found)
        self._draw()
        self.editor.draw()

    def _t(self, key: str, **params: object) -> str:
        return text(f"admin.catalogue.{key}", self._language, **params)

    def _left(self) -> Card:
        card = Card()
        self.search = QLineEdit()
        self.search.setObjectName("service_search")
        self.search.setPlaceholderText(self._t("search_services"))
        self.search.setClearButtonEnabled(True)
        self.search.addAction(icon("search", str(tokens()["muted"])), QLineEdit.ActionPosition.LeadingPosition)
        self.search.textChanged.connect(self._presenter.search)
        retired = QCheckBox(self._t("show_retired"))
        retired.setObjectName("show_retired_services")
        retired.toggled.connect(self._presenter.show_retired)
        self._add = named(button(self._t("add_service"), "plus", "", self._presenter.add_here), "add_service")
        self._add_group = named(button(self._t("add_group"), "plus", "quiet", self._presenter.add_group), "add_group")
        row = QHBoxLayout()
        pad(row)
        row.addWidget(self.search, 1)
        for made in (retired, self._add_group, self._add):
            row.addWidget(made)
        self._problem = Banner("services_problem")
        self.tree = QTreeWidget()
        self.tree.setObjectName("services_tree")
        self.tree.setHeaderLabels([self._t("field_name"), self._t("series"), self._t("waiting"), self._t("counters")])
        self.tree.setUniformRowHeights(True)
        self.tree.setAlternatingRowColors(False)
        head = self.tree.header()
        head.setStretchLastSection(False)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, letters in ((1, 5), (2, 6), (3, 8)):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            self.tree.setColumnWidth(column, size("text_body") * letters)
        self.tree.currentItemChanged.connect(self._chosen)
        card.body.addLayout(row)
        card.body.addWidget(self._problem)
        card.body.addWidget(self.tree, 1)
        return card

    def _form(self) -> Form:
        form = Form(self._language)
        name, name_en, short, self._series = QLineEdit(), QLineEdit(), QLineEdit(), QLineEdit()
        ticketable = QCheckBox(self._t("ticketable_itself"))
        identity = QComboBox()
        for rule in rules.IDENTITY:
            identity.addItem(self._t(f"identity_{rule}"), rule)
        minutes = QSpinBox()
        minutes.setRange(*rules.MINUTES)
        minutes.setSuffix(" " + self._t("minutes"))
        hint, suspended, self._note = QPlainTextEdit(), QCheckBox(self._t("suspended_now")), QLineEdit()
        hint.setFixedHeight(size("touch_target") * 2)
        self._series.textEdited.connect(lambda words: self._series.setText(words.upper()))
        self._note.setPlaceholderText(self._t("suspended_hint"))
        length = max_length(rules.NAME)
        form.add("name", self._t("field_name"), name, required, length)
        form.add("name_en", self._t("field_name_en"), name_en, self._kept("name_en"), length)
        form.add(
            "short_name", self._t("field_short_name"), short, self._kept("short_name"), max_length(rules.SHORT_NAME)
        )
        form.add("ticketable", self._t("field_ticketable"), ticketable)
        form.add("series", self._t("field_series"), self._series, self._of_service(rules.series))
        form.add("identity", self._t("field_identity"), identity)
        form.add("typical_minutes", self._t("field_typical_minutes"), minutes, integer(*rules.MINUTES))
        form.add("hint", self._t("field_hint"), hint, max_length(rules.NOTE))
        form.add("suspended", self._t("field_suspended"), suspended)
        form.add("suspended_note", self._t("field_suspended_note"), self._note, max_length(rules.NOTE))
        for made, object_name in (
            (name, "service_name"), (name_en, "service_name_en"), (short, "service_short_name"),
            (ticketable, "service_ticketable"),
            (self._series, "service_series"), (identity, "service_identity"), (minutes, "service_minutes"),
            (hint, "service_hint"), (suspended, "service_suspended"), (self._note, "service_suspended_note"),
        ):  # fmt: skip
            made.setObjectName(object_name)
        return form

    def _kept(self, field: str) -> rules.Check:
        # The server makes them up for a new service; an existing one can't lose them.
        return lambda value: None if self._presenter.state.is_new else required(value)

    def _of_service(self, check: rules.Check) -> rules.Check:
        return lambda value: None if self._presenter.is_group else check(value)

    def _describe(self) -> tuple[str, str, bool]:
        presenter, service = self._presenter, self._presenter.current
        if service is None:
            key = "new_group" if presenter.is_group else "new_service"
            under = self._t("under", parent=presenter.parent_name) if presenter.parent_name else self._t("at_top")
            return self._t(key), under, False
        facts = [service.department_name if self._language.startswith("zh") else service.department_name_en]
        if service.counter_labels:
            facts.append(self._t("at_counters", labels=self._t("separator").join(service.counter_labels)))
        if service.ticketable:
            facts.append(self._t("waiting_now", n=service.waiting or 0))
        facts.append(service.hours_text if self._language.startswith("zh") else service.hours_text_en)
        return presenter.title(service), " · ".join(part for part in facts if part), service.retired

    def _draw(self) -> None:
        state = self._presenter.state
        self._problem.show_words(state.problem if not state.loaded else "")
        what = (state.items, state.drafted)
        if what != self._drawn:
            self._drawn = what
            self._fill()
            self._show_found(self._presenter.matching(self.search.text()))
        for made, group in ((self._add, False), (self._add_group, True)):
            made.setVisible(self._presenter.may_change)
            made.setEnabled(state.loaded and self._presenter.may_add(group=group))
        for key in FIELDS:
            shown = not self._presenter.is_group or key in OF_GROUPS
            self.editor.form.show_field(key, shown and (key != "ticketable" or self._presenter.is_node))
        self._note.setEnabled(bool(state.fields.get("suspended")))
        node = self._nodes.get(state.selected)
        if node is not None and self.tree.currentItem() is not node:
            with QSignalBlocker(self.tree):
                self.tree.setCurrentItem(node)
            self.tree.scrollToItem(node)
        elif node is None:
            with QSignalBlocker(self.tree):
                self.tree.setCurrentItem(None)  # type: ignore[call-overload]

    def _fill(self) -> None:
        open_ = {key for key, node in self._nodes.items() if node.isExpanded()}
        first = not self._nodes
        place = self.tree.verticalScrollBar().value()
        state = self._presenter.state
        with QSignalBlocker(self.tree):
            self.tree.clear()
            self._nodes = {str(item.id): QTreeWidgetItem() for item in state.items}
            for item in state.items:
                node = self._nodes[str(item.id)]
                self._write(node, item, str(item.id) in state.drafted)
                self._hang(node, str(item.parent_id) if item.parent_id else "")
            for key in sorted(state.drafted):
                kind, _, parent = key.partition(":")
                if kind.startswith("new"):
                    node = self._nodes[key] = QTreeWidgetItem()
                    node.setData(0, KEY_ROLE, key)
                    words = self._presenter.draft_name(key) or self._t(
                        "new_group" if "group" in kind else "new_service"
                    )
                    node.setText(0, text("admin.editing.not_sent", self._language, name=words))
                    node.setIcon(0, icon("pencil", colour("warn").name()))
                    self._hang(node, parent)
            for key, node in self._nodes.items():
                node.setExpanded(key in open_ or (first and node.parent() is None))
        self.tree.verticalScrollBar().setValue(place)

    def _hang(self, node: QTreeWidgetItem, parent: str) -> None:
        if parent in self._nodes:
            self._nodes[parent].addChild(node)
        else:
            self.tree.addTopLevelItem(node)

    def _write(self, node: QTreeWidgetItem, item: Service, drafted: bool) -> None:
        node.setData(0, KEY_ROLE, str(item.id))
        words = item.name if self._language.startswith("zh") else item.name_en
        node.setToolTip(0, words)
        if item.retired:
            words = text("admin.editing.is_retired", self._language, name=words)
            for column in range(self.tree.columnCount()):
                node.setForeground(column, colour("faint"))
        elif item.closed_reason == "suspended":
            words = self._t("is_suspended", name=words)
            node.setIcon(0, sign_icon("warn"))
        if drafted:
            words = text("admin.editing.is_drafted", self._language, name=words)
            node.setIcon(0, icon("pencil", colour("warn").name()))
        node.setText(0, words)
        if not item.ticketable:
            font = node.font(0)
            font.setBold(item.parent_id is None)
            node.setFont(0, font)
        node.setText(1, item.series or "")
        node.setText(2, str(item.waiting) if item.waiting else "")
        if item.ticketable and not item.retired:
            labels = item.counter_labels
            few = self._t("separator").join(labels) if len(labels) <= 2 else self._t("counters_n", n=len(labels))
            node.setText(3, few or self._t("no_counter"))
            node.setToolTip(3, self._t("separator").join(labels))
            if not labels:
                node.setForeground(3, colour("error"))

    def _show_found(self, shown: frozenset[str] | None) -> None:
        for key, node in self._nodes.items():
            node.setHidden(shown is not None and key not in shown and not key.startswith("new"))
            if shown is not None and key in shown:
                node.setExpanded(True)

    def _chosen(self, now: QTreeWidgetItem | None, before: QTreeWidgetItem | None) -> None:
        if now is not None:
            self._presenter.select(str(now.data(0, KEY_ROLE)))
