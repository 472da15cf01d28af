"""What a layout, a playlist or a schedule was: each version, how a layout looked, and back to one of them.

signage_versions versions_list version_picture version_facts signage_restore version_close
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from admin_app.features.signage.presenter import SignagePresenter
from admin_app.features.signage.preview import WallPreview
from admin_app.parts_view import Dialog, label, named, pad, size
from shared.i18n import text
from shared.schemas.signage import ContentVersion
from shared.ui.widgets import button

PICTURE = (640, 360)


class VersionsDialog(Dialog):
    def __init__(
        self, parent: QWidget, presenter: SignagePresenter, preview: WallPreview | None, language: str
    ) -> None:
        """``preview``: a player of its own for a layout's versions."""
        super().__init__(parent)
        self.setObjectName("signage_versions")
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._presenter, self._preview, self._language = presenter, preview, language
        self._listed: object = None
        self._wanted: int | None = None
        self.setWindowTitle(self._t("title"))
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addWidget(label(self._t("about"), "muted", wrap=True))
        row = QHBoxLayout()
        pad(row, gap="space_m")
        self._list = QListWidget()
        self._list.setObjectName("versions_list")
        self._list.setMinimumWidth(size("text_body") * 22)
        self._list.currentRowChanged.connect(lambda _: self._show())
        side = QVBoxLayout()
        pad(side)
        self._picture = QLabel()
        self._picture.setObjectName("version_picture")
        self._picture.setFixedSize(*PICTURE)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._picture.setVisible(preview is not None)
        # The player takes a moment to begin.
        self._picture.setText(self._t("loading"))
        self._facts = label("", wrap=True, name="version_facts")
        side.addWidget(self._picture)
        side.addWidget(self._facts)
        side.addStretch(1)
        row.addWidget(self._list, 1)
        row.addLayout(side)
        column.addLayout(row, 1)
        foot = QHBoxLayout()
        pad(foot)
        foot.addStretch(1)
        self._restore = named(button(self._t("restore"), "undo", "primary", self._take), "signage_restore")
        foot.addWidget(named(button(self._t("close"), on_click=self.close), "version_close"))
        foot.addWidget(self._restore)
        column.addLayout(foot)
        if preview is not None:
            preview.drawn.connect(self._drawn)
            self.finished.connect(lambda _: preview.stop())
        presenter.state_changed.connect(self._draw)
        presenter.load_versions()
        self._draw()

    def _t(self, key: str, **params: object) -> str:
        return text(f"signage_console.versions.{key}", self._language, **params)

    def _chosen(self) -> ContentVersion | None:
        found, place = self._presenter.state.versions, self._list.currentRow()
        return found[place] if found is not None and 0 <= place < len(found) else None

    def _take(self) -> None:
        chosen = self._chosen()
        if chosen is not None:
            self._wanted = chosen.number
            self._presenter.restore(chosen.number)

    def _draw(self) -> None:
        state = self._presenter.state
        if self._wanted is not None and not state.busy:
            # Done, or refused: the page behind says which.
            self.close()
            return
        if state.versions != self._listed:
            self._listed = state.versions
            self._list.clear()
            for one in state.versions or ():
                at = f"{one.changed_at.astimezone():%Y-%m-%d %H:%M}"
                self._list.addItem(QListWidgetItem(self._t("row", n=one.number + 1, at=at, who=one.changed_by)))
            if state.versions:
                self._list.setCurrentRow(0)
        self._show()

    def _show(self) -> None:
        state, chosen = self._presenter.state, self._chosen()
        content = state.content
        can = state.may_change and not state.busy and chosen is not None and content is not None
        self._restore.setEnabled(
            can and chosen is not None and content is not None and chosen.number != content.version
        )
        if chosen is None or content is None:
            self._facts.setText(self._t("loading") if state.versions is None else "")
            return
        self._facts.setText(f"{chosen.name}\n{self._told(content.kind, chosen.data)}")
        if self._preview is not None:
            self._preview.show(chosen.data, state.contents, _room(chosen.data))

    def _told(self, kind: str, data: Mapping[str, Any]) -> str:
        if kind == "layout":
            return self._t("layout", wide=data["width"], high=data["height"], n=len(data.get("zones", [])))
        if kind == "playlist":
            return self._t("playlist", n=len(data.get("items", [])))
        return self._t("schedule", n=len(data.get("rules", [])))

    def _drawn(self, png: bytes) -> None:
        self._picture.setPixmap(QPixmap.fromImage(QImage.fromData(png)))


def _room(data: Mapping[str, Any]) -> tuple[int, int]:
    factor = min(PICTURE[0] / data["width"], PICTURE[1] / data["height"])
    return round(data["width"] * factor), round(data["height"] * factor)
