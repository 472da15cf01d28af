"""Pictures and videos as a grid, one of them in detail, and uploads below.

page_media media_problem media_told media_choose media_reload media_search media_retired media_grid media_empty
media_formats media_preview media_name media_save_name media_uses media_plays media_retire media_restore
(question: media_retire_ask media_retire_no media_retire_yes) media_uploads
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QDir, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPixmap, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from admin_app.bars_view import SideBySide, search_line, typed
from admin_app.features.media.grid_view import MediaGrid
from admin_app.features.media.presenter import MediaPresenter, MediaState
from admin_app.features.media.uploads_view import UploadsCard
from admin_app.parts_view import Banner, Card, Question, label, named, pad, picture, size
from shared.domain.media.formats import FORMATS
from shared.i18n import text
from shared.ui.widgets import button


class MediaPage(QWidget):
    def __init__(self, presenter: MediaPresenter, language: str) -> None:
        super().__init__()
        self.setObjectName("page_media")
        self.setAcceptDrops(True)
        self._presenter, self._language = presenter, language
        self._shown = MediaState()
        self._problem, self._told = Banner("media_problem"), Banner("media_told")
        self._choose = named(button(self._t("choose"), "plus", "primary", self._ask_files), "media_choose")
        head = QHBoxLayout()
        pad(head)
        head.addWidget(label(self._t("title"), "title"), 1)
        head.addWidget(named(button(self._t("reload"), "refresh", on_click=presenter.load), "media_reload"))
        head.addWidget(self._choose)
        self._formats = label(self._t("formats"), "muted", wrap=True, name="media_formats")
        self._uploads = UploadsCard(presenter, language)
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addLayout(head)
        column.addWidget(self._formats)
        column.addWidget(self._problem)
        column.addWidget(self._told)
        # Uploads under the grid only: what is looked at keeps its height.
        left = QWidget()
        below = QVBoxLayout(left)
        pad(below, gap="space_m")
        below.addWidget(self._grid_card(), 1)
        below.addWidget(self._uploads)
        column.addWidget(SideBySide(left, self._about_card(), (5, 3)), 1)
        presenter.state_changed.connect(self._draw)
        presenter.thumbnail.connect(self._thumbnail)
        self._draw()

    def open_target(self, target: str) -> None:
        """There is nothing on this page to go to."""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._presenter.load()

    def _t(self, key: str, **params: object) -> str:
        return text(f"media.page.{key}", self._language, **params)

    # What there is

    def _grid_card(self) -> Card:
        card = Card()
        row = QHBoxLayout()
        pad(row)
        search = search_line("media_search", self._t("search"))
        search.textChanged.connect(self._presenter.look_for)
        retired = QCheckBox(self._t("with_retired"))
        retired.setObjectName("media_retired")
        retired.toggled.connect(self._presenter.show_retired)
        row.addWidget(search, 1)
        row.addWidget(retired)
        self.grid = MediaGrid(self._language, self._presenter.thumbnails)
        self.grid.chosen.connect(self._presenter.choose)
        self._empty = label("", "muted", wrap=True, name="media_empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        card.body.addLayout(row)
        card.body.addWidget(self._empty, 1)
        card.body.addWidget(self.grid, 1)
        return card

    # One of them

    def _about_card(self) -> Card:
        card = Card()
        self._pick = label(self._t("pick"), "muted", wrap=True)
        self._pick.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._preview = QLabel()
        self._preview.setObjectName("media_preview")
        self._preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._preview.setFixedHeight(size("text_body") * 11)
        self._preview.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._name = typed("media_name", self._t("name"), 200, self._rename)
        self._name.textEdited.connect(lambda _: self._draw_save())
        self._save = named(button(self._t("save_name"), "save", on_click=self._rename), "media_save_name")
        names = QHBoxLayout()
        pad(names)
        names.addWidget(self._name, 1)
        names.addWidget(self._save)
        self._facts = QFormLayout()
        self._facts.setHorizontalSpacing(size("space_l"))
        self._facts.setVerticalSpacing(size("space_xs"))
        self._uses = label("", wrap=True, name="media_uses")
        self._plays = label("", wrap=True, name="media_plays")
        self._retire = named(button(self._t("retire"), "trash", "danger", self._ask_retire), "media_retire")
        self._restore = named(
            button(self._t("restore"), "undo", on_click=lambda: self._presenter.retire(False)), "media_restore"
        )
        inside = QWidget()
        column = QVBoxLayout(inside)
        pad(column, gap="space_m")
        column.addWidget(self._preview)
        column.addLayout(names)
        column.addLayout(self._facts)
        column.addWidget(label(self._t("used"), "lead"))
        column.addWidget(self._uses)
        column.addWidget(label(self._t("played_title"), "lead"))
        column.addWidget(self._plays)
        column.addStretch(1)
        self._about = QScrollArea()
        self._about.setWidgetResizable(True)
        self._about.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._about.setFrameShape(QScrollArea.Shape.NoFrame)
        self._about.setWidget(inside)
        # On the card's own ground.
        inside.setAutoFillBackground(False)
        self._about.viewport().setAutoFillBackground(False)
        card.body.addWidget(self._pick, 1)
        card.body.addWidget(self._about, 1)
        card.body.addWidget(self._retire)
        card.body.addWidget(self._restore)
        return card

    def _rename(self) -> None:
        if self._name.text().strip() != self._presenter.state.name:
            self._presenter.rename(self._name.text())

    def _ask_retire(self) -> None:
        state = self._presenter.state
        used = [self._t("retire_used", n=len(state.uses))] if state.uses else []
        no: Callable[[], object] = lambda: None  # noqa: E731
        Question(
            self, "media_retire_ask", self._t("retire_title", name=state.name), [*used, self._t("retire_fact")],
            [
                ("media_retire_no", text("ui.action.cancel", self._language), "", no),
                ("media_retire_yes", self._t("retire"), "danger", lambda: self._presenter.retire(True)),
            ],
        ).open()  # fmt: skip

    # Files come in

    def _ask_files(self) -> None:
        dialog = QFileDialog(self, self._t("choose_title"), QDir.homePath())
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        known = " ".join(f"*.{suffix}" for one in FORMATS for suffix in one.suffixes)
        dialog.setNameFilter(f"{self._t('filter')} ({known})")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(self._presenter.uploads.add)
        dialog.open()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._presenter.state.may_change and any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self._formats.setText(self._t("drop"))

    def dragLeaveEvent(self, event: object) -> None:
        self._formats.setText(self._t("formats"))

    def dropEvent(self, event: QDropEvent) -> None:
        self._formats.setText(self._t("formats"))
        event.acceptProposedAction()
        self._presenter.uploads.add([url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()])

    # Drawing

    def _thumbnail(self, sha256: str) -> None:
        self.grid.sheets.came(sha256)
        if sha256 == self._presenter.state.selected:
            self._draw_preview(sha256)

    def _draw(self) -> None:
        state, before = self._presenter.state, self._shown
        self._shown = state
        self._problem.show_words(state.problem)
        self._told.show_words(state.told, "ok")
        self._choose.setVisible(state.may_change)
        self._formats.setVisible(state.may_change)
        self.grid.show_sheets(state.sheets, state.selected)
        self.grid.setVisible(bool(state.sheets))
        self._empty.setVisible(not state.sheets)
        self._empty.setText(self._empty_words(state))
        self._uploads.draw(state.uploads)
        self._pick.setVisible(not state.selected)
        self._about.setVisible(bool(state.selected))
        may = state.may_change and bool(state.selected)
        self._retire.setVisible(may and not state.retired)
        self._restore.setVisible(may and state.retired)
        self._retire.setEnabled(not state.busy)
        self._restore.setEnabled(not state.busy)
        self._name.setReadOnly(not state.may_change)
        self._save.setVisible(state.may_change)
        if (state.selected, state.name) != (before.selected, before.name):
            self._name.setText(state.name)
            self._name.setCursorPosition(0)
        if state.selected != before.selected:
            self._draw_preview(state.selected)
        if state.facts != before.facts:
            self._draw_facts(state)
        self._draw_save()
        self._plays.setText(state.plays)
        uses = state.uses
        self._uses.setText(
            self._t("used_loading") if uses is None else "\n".join(uses) if uses else self._t("used_nowhere")
        )

    def _empty_words(self, state: MediaState) -> str:
        if not state.loaded:
            return ""
        return self._t("empty_search" if state.count else "empty_may" if state.may_change else "empty")

    def _draw_save(self) -> None:
        typed_name = self._name.text().strip()
        self._save.setEnabled(bool(typed_name) and typed_name != self._presenter.state.name)

    def _draw_facts(self, state: MediaState) -> None:
        while self._facts.rowCount():
            self._facts.removeRow(0)
        for title, value in state.facts:
            self._facts.addRow(label(title, "muted"), label(value, wrap=True))

    def _draw_preview(self, sha256: str) -> None:
        shown: QPixmap | None = self.grid.sheets.picture_of(sha256)
        if shown is None:
            self._preview.setPixmap(picture("picture", "faint", "icon_l"))
            return
        room = self._preview.size().expandedTo(self._preview.minimumSize())
        fitted = shown.size().scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        self._preview.setPixmap(
            shown.scaled(
                fitted.boundedTo(shown.size()), Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        )  # fmt: skip
