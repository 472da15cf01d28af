"""The designer of tickets: blocks to the left, the paper in the middle, the chosen block's properties to the right.

page_ticket_layouts layouts_choice layouts_new layouts_describe layouts_undo layouts_redo layouts_revert layouts_save
layouts_publish layouts_problem layouts_conflict layouts_told (what stands below: blocks_view.py paper_view.py
form_view.py where_view.py; dialogs: trial_view.py versions_view.py describe_view.py)
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from admin_app.bars_view import choice
from admin_app.features.ticket_layouts.blocks_view import BlocksCard
from admin_app.features.ticket_layouts.describe_view import DescribeDialog
from admin_app.features.ticket_layouts.form_view import BlockForm
from admin_app.features.ticket_layouts.paper_view import PaperCard
from admin_app.features.ticket_layouts.presenter import LayoutsPresenter
from admin_app.features.ticket_layouts.trial_view import TrialDialog
from admin_app.features.ticket_layouts.versions_view import VersionsDialog
from admin_app.features.ticket_layouts.where_view import WhereCard
from admin_app.parts_view import Banner, Card, Question, label, named, pad, size
from shared.i18n import text
from shared.ui.widgets import button


class TicketLayoutsPage(QWidget):
    def __init__(self, presenter: LayoutsPresenter, language: str) -> None:
        super().__init__()
        self.setObjectName("page_ticket_layouts")
        self._presenter = presenter
        self._language = language
        self._listed: object = None
        self._formed: object = None
        self._problem, self._told = Banner("layouts_problem"), Banner("layouts_told")
        self._conflict = Banner("layouts_conflict")
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_s")
        column.addLayout(self._head())
        for banner in (self._problem, self._conflict, self._told):
            column.addWidget(banner)
        self._blocks = BlocksCard(presenter, language)
        self._paper = PaperCard(presenter, language, self._try_out)
        self._where = WhereCard(presenter, language, self._compare)
        row = QHBoxLayout()
        pad(row, gap="space_m")
        row.addWidget(self._blocks, 3)
        row.addWidget(self._paper, 5)
        row.addWidget(self._right(), 4)
        column.addLayout(row, 1)
        presenter.state_changed.connect(self._draw)
        self._draw()

    def open_target(self, target: str) -> None:
        """There is nothing on this page to go to."""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Others design, too: what the page shows is what there is now.
        self._presenter.load()

    def _t(self, key: str, **params: object) -> str:
        return text(f"ticket_layouts.{key}", self._language, **params)

    def _head(self) -> QHBoxLayout:
        presenter = self._presenter
        self._choice = choice("layouts_choice", self._t("title"), (), self._chosen_layout)
        # The name is what one goes by; on a small screen it gives way before the buttons do.
        self._choice.setMinimumContentsLength(10)
        self._choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._choice.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._choice.setMaximumWidth(size("text_body") * 30)
        self._new = named(button(self._t("new"), "plus", "", presenter.new), "layouts_new")
        self._describe = named(button(self._t("describe"), "pencil", "quiet", self._ask_describe), "layouts_describe")
        self._undo = named(button("", "undo", "quiet", presenter.undo), "layouts_undo")
        self._redo = named(button("", "refresh", "quiet", presenter.redo), "layouts_redo")
        for made, key in ((self._undo, "undo"), (self._redo, "redo")):
            made.setToolTip(self._t(key))
            made.setAccessibleName(self._t(key))
        self._revert = named(button(self._t("revert"), "close", "quiet", presenter.revert), "layouts_revert")
        self._save = named(button(self._t("save"), "save", "", presenter.save), "layouts_save")
        self._publish = named(button(self._t("publish"), "check", "primary", self._ask_publish), "layouts_publish")
        row = QHBoxLayout()
        pad(row)
        row.addWidget(label(self._t("title"), "title"))
        row.addWidget(self._choice, 1)
        row.addWidget(self._new)
        row.addWidget(self._describe)
        row.addStretch(0)
        for made in (self._undo, self._redo, self._revert, self._save, self._publish):
            row.addWidget(made)
        return row

    def _right(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        pad(column)
        card = Card(self._t("properties"))
        self._form = BlockForm(self._language, self._presenter.edit)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._form)
        scroll.setStyleSheet("QScrollArea, #block_form { background: transparent; }")
        self._none = label(self._t("properties_none"), "muted", wrap=True, name="layouts_none_chosen")
        card.body.addWidget(self._none)
        card.body.addWidget(scroll, 1)
        column.addWidget(card, 1)
        column.addWidget(self._where)
        return side

    # What a person does

    def _chosen_layout(self) -> None:
        self._presenter.select(UUID(str(self._choice.currentData())))

    def _ask_describe(self) -> None:
        layout = self._presenter.state.layout
        if layout is not None:
            DescribeDialog(self, layout, self._presenter.describe, self._language).open()

    def _ask_publish(self) -> None:
        layout = self._presenter.state.layout
        if layout is not None:
            self._ask(self._t("publish_title", name=layout.name), self._t("publish"), lambda: self._presenter.publish())

    def _ask_restore(self, number: int) -> None:
        title, words = self._t("restore_title", n=number), self._t("restore")
        self._ask(title, words, lambda: self._presenter.publish(number))

    def _ask(self, title: str, words: str, act: Callable[[], object]) -> None:
        """Before anything else is printed than until now."""
        answers: list[tuple[str, str, str, Callable[[], object]]] = [
            ("publish_no", self._t("stay"), "", lambda: None), ("publish_yes", words, "primary", act),
        ]  # fmt: skip
        Question(self, "publish_question", title, [self._t("publish_fact", uses=self._where.words)], answers).open()

    def _try_out(self) -> None:
        TrialDialog(self, self._presenter, self._language).open()

    def _compare(self) -> None:
        presenter, state = self._presenter, self._presenter.state
        if state.layout is not None:
            presenter.versions.open(state.layout, state.blocks, state.paper, state.sample, presenter.zone)
            VersionsDialog(self, presenter, self._ask_restore, self._language).open()

    # How it looks

    def _draw(self) -> None:
        state = self._presenter.state
        self._problem.show_words(state.problem)
        self._conflict.show_words(state.conflict, "warn")
        self._told.show_words(state.told, "ok")
        listed = (state.layouts, state.selected, state.drafted)
        if listed != self._listed:
            self._listed = listed
            self._fill_choice()
        formed = (state.block, state.selected, state.services)
        if formed != self._formed:
            self._formed = formed
            self._form.show_services(state.services)
            self._form.show_block(state.block)
            self._none.setVisible(state.block is None and state.layout is not None)
        can = state.may_change and state.layout is not None and not state.busy
        self._blocks.draw(can)
        self._paper.draw(can)
        self._where.draw(can)
        self._form.setEnabled(can or state.busy)
        self._new.setEnabled(state.loaded and state.may_change and not state.busy)
        self._describe.setEnabled(can)
        self._save.setEnabled(can and state.dirty and not state.faults)
        retired = state.layout is not None and state.layout.retired
        self._publish.setEnabled(can and not state.dirty and not state.faults and not retired)
        self._revert.setEnabled(can and state.dirty)
        self._undo.setEnabled(bool(state.undo))
        self._redo.setEnabled(bool(state.redo))

    def _fill_choice(self) -> None:
        state = self._presenter.state
        with QSignalBlocker(self._choice):
            self._choice.clear()
            for one in sorted(state.layouts, key=lambda one: one.retired):
                name = self._t("name_retired", name=one.name) if one.retired else one.name
                if str(one.id) in state.drafted:
                    name = self._t("name_drafted", name=name)
                self._choice.addItem(name, str(one.id))
            self._choice.setCurrentIndex(self._choice.findData(str(state.selected)))
