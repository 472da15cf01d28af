"""What the displays show: a list of layouts, playlists and schedules, and an editor for each.

page_signage signage_problem signage_told signage_list signage_new_<kind> signage_save signage_undo signage_redo
signage_retire signage_earlier signage_pages signage_attract (the editors' own views list the rest)
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QInputDialog,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from admin_app.bars_view import SideBySide
from admin_app.features.signage.attract_view import AttractDialog
from admin_app.features.signage.layout_view import LayoutEditor
from admin_app.features.signage.pages_view import PagesDialog
from admin_app.features.signage.playlist_view import PlaylistEditor
from admin_app.features.signage.presenter import KINDS, SignagePresenter
from admin_app.features.signage.schedule_view import ScheduleEditor
from admin_app.features.signage.versions_view import VersionsDialog
from admin_app.parts_view import Banner, Card, label, named, pad
from shared.i18n import text
from shared.ui.widgets import button


class SignagePage(QWidget):
    def __init__(self, presenter: SignagePresenter, language: str) -> None:
        super().__init__()
        self.setObjectName("page_signage")
        self._presenter, self._language = presenter, language
        self._listed: object = None
        self._problem, self._told = Banner("signage_problem"), Banner("signage_told")
        self._undo = named(button(self._t("undo"), "undo", on_click=presenter.undo), "signage_undo")
        self._redo = named(button(self._t("redo"), "refresh", on_click=presenter.redo), "signage_redo")
        self._versions = named(button(self._t("versions"), "clock", "", self._show_versions), "signage_earlier")
        # Only of use where some layout shows one.
        self._pages = named(
            button(text("signage_console.pages.open", language), "window", "", self._show_pages), "signage_pages"
        )
        self._retire = named(button(self._t("retire"), "trash", "", self._ask_retire), "signage_retire")
        self._save = named(button(self._t("save"), "save", "primary", presenter.save), "signage_save")
        head = QHBoxLayout()
        pad(head)
        self._name = label("", "title")
        head.addWidget(label(self._t("title"), "title"))
        head.addStretch(1)
        for made in (self._undo, self._redo, self._pages, self._versions, self._retire, self._save):
            head.addWidget(made)
        self._editors: dict[str, LayoutEditor | PlaylistEditor | ScheduleEditor] = {
            "layout": LayoutEditor(presenter, language), "playlist": PlaylistEditor(presenter, language),
            "schedule": ScheduleEditor(presenter, language),
        }  # fmt: skip
        self._stack = QStackedWidget()
        self._none = label(self._t("empty"), "muted", wrap=True, name="signage_empty")
        self._none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack.addWidget(self._none)
        for editor in self._editors.values():
            self._stack.addWidget(editor)
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addLayout(head)
        column.addWidget(self._problem)
        column.addWidget(self._told)
        column.addWidget(SideBySide(self._list_card(), self._stack, (1, 4)), 1)
        presenter.state_changed.connect(self._draw)
        self._draw()

    def open_target(self, target: str) -> None:
        """There is nothing on this page to go to."""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._presenter.enter()

    def _t(self, key: str, **params: object) -> str:
        return text(f"signage_console.page.{key}", self._language, **params)

    def _list_card(self) -> QWidget:
        card = Card()
        self._list = QListWidget()
        self._list.setObjectName("signage_list")
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.currentItemChanged.connect(self._chosen)
        card.body.addWidget(self._list, 1)
        self._adds = []
        for kind in KINDS:
            ask = partial(self._ask_name, kind)
            made = named(button(self._t(f"new_{kind}"), "plus", on_click=ask), f"signage_new_{kind}")
            self._adds.append(made)
            card.body.addWidget(made)
        self._attract = named(
            button(text("signage_console.attract.open", self._language), "hand", "", self._show_attract),
            "signage_attract",
        )  # fmt: skip
        card.body.addWidget(self._attract)
        return card

    def _ask_name(self, kind: str) -> None:
        name, given = QInputDialog.getText(self, self._t(f"new_{kind}"), self._t("name"))
        if given and name.strip():
            self._presenter.add(kind, name.strip()[:64])

    def _show_versions(self) -> None:
        content = self._presenter.state.content
        if content is not None:
            preview = self._presenter.version_preview if content.kind == "layout" else None
            VersionsDialog(self.window(), self._presenter, preview, self._language).open()

    def _show_pages(self) -> None:
        PagesDialog(self.window(), self._presenter, self._language).open()

    def _show_attract(self) -> None:
        AttractDialog(self.window(), self._presenter, self._language).open()

    def _ask_retire(self) -> None:
        content = self._presenter.state.content
        if content is not None:
            self._presenter.retire(not content.retired)

    def _chosen(self, item: QListWidgetItem | None) -> None:
        found = item.data(Qt.ItemDataRole.UserRole) if item is not None else None
        if found is not None and found != self._presenter.state.selected:
            self._presenter.choose(found)

    def _draw(self) -> None:
        state = self._presenter.state
        content = state.content
        self._problem.show_words(state.problem)
        self._told.show_words(state.told, "ok")
        can = state.may_change and not state.busy
        self._pages.setVisible(state.may_change and state.has_pages)
        for made in (*self._adds, self._attract):
            made.setEnabled(can and state.loaded)
        self._undo.setEnabled(can and bool(state.undo))
        self._redo.setEnabled(can and bool(state.redo))
        self._save.setEnabled(can and state.dirty and not state.faults)
        self._versions.setEnabled(content is not None and not state.dirty and not state.busy)
        self._retire.setEnabled(can and content is not None and not state.dirty)
        self._retire.setText(" " + self._t("restore" if content is not None and content.retired else "retire"))
        listed = (state.contents, state.selected, state.dirty)
        if listed != self._listed:
            self._listed = listed
            self._fill()
        editor = self._editors.get(content.kind) if content is not None else None
        self._stack.setCurrentWidget(editor or self._none)
        if editor is not None:
            editor.draw(can)

    def _fill(self) -> None:
        state = self._presenter.state
        with QSignalBlocker(self._list):
            self._list.clear()
            for kind in KINDS:
                of_kind = [one for one in state.contents if one.kind == kind]
                if not of_kind:
                    continue
                title = QListWidgetItem(self._t(f"kind_{kind}"))
                title.setFlags(Qt.ItemFlag.NoItemFlags)
                self._list.addItem(title)
                for one in sorted(of_kind, key=lambda one: (one.retired, one.name)):
                    words = self._t("retired_name", name=one.name) if one.retired else one.name
                    if one.id == state.selected and state.dirty:
                        words = self._t("changed_name", name=words)
                    item = QListWidgetItem("    " + words)
                    item.setToolTip(words)
                    item.setData(Qt.ItemDataRole.UserRole, one.id)
                    self._list.addItem(item)
                    if one.id == state.selected:
                        self._list.setCurrentItem(item)
