"""The blocks of a layout from top to bottom: chosen, dragged into another order, added, deleted.

layouts_blocks layouts_add layouts_delete
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QAbstractItemView, QFileDialog, QHBoxLayout, QListWidget, QListWidgetItem

from admin_app.bars_view import choice
from admin_app.features.ticket_layouts.blocks import NEW_BLOCKS
from admin_app.features.ticket_layouts.presenter import LayoutsPresenter
from admin_app.parts_view import Card, named, pad
from shared.i18n import text
from shared.ui.theme.widgets import colour
from shared.ui.widgets import button

ID = Qt.ItemDataRole.UserRole


class BlocksCard(Card):
    def __init__(self, presenter: LayoutsPresenter, language: str) -> None:
        super().__init__(text("ticket_layouts.blocks", language))
        self._presenter, self._language = presenter, language
        self._drawn: object = None
        self._list = QListWidget()
        self._list.setObjectName("layouts_blocks")
        self._list.setAccessibleName(self._t("blocks"))
        self._list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._list.currentItemChanged.connect(
            lambda now, _: presenter.choose(now.data(ID)) if now is not None else None
        )
        self._list.model().rowsMoved.connect(self._dragged)
        kinds = [("", self._t("add")), *((kind, self._t(f"kind_{kind}")) for kind in (*NEW_BLOCKS, "picture"))]
        self._add = choice("layouts_add", self._t("add"), kinds, self._add_block)
        self._delete = named(button(self._t("delete"), "trash", "quiet", presenter.delete), "layouts_delete")
        row = QHBoxLayout()
        pad(row)
        row.addWidget(self._add, 1)
        row.addWidget(self._delete)
        self.body.addLayout(row)
        self.body.addWidget(self._list, 1)

    def draw(self, can: bool) -> None:
        state = self._presenter.state
        news = (state.blocks, state.preview and state.preview.troubles, state.faults)
        if news != self._drawn:
            self._drawn = news
            self._fill()
        self._mark_chosen()
        self._delete.setEnabled(can and state.block is not None)
        for made in (self._add, self._list):
            made.setEnabled(can or state.busy)

    def _t(self, key: str, **params: object) -> str:
        return text(f"ticket_layouts.{key}", self._language, **params)

    def _dragged(self) -> None:
        self._presenter.order([str(self._list.item(n).data(ID)) for n in range(self._list.count())])

    def _add_block(self) -> None:
        kind = str(self._add.currentData())
        self._add.setCurrentIndex(0)
        if kind == "picture":
            path, _ = QFileDialog.getOpenFileName(self, self._t("kind_picture"), "", "PNG, JPEG (*.png *.jpg *.jpeg)")
            if path:
                self._presenter.add_picture(path)
        elif kind:
            self._presenter.add(kind)

    def _fill(self) -> None:
        state = self._presenter.state
        faults = dict(state.faults)
        troubled = dict(state.preview.troubles if state.preview else ()) | faults
        with QSignalBlocker(self._list):
            self._list.clear()
            for block in state.blocks:
                item = QListWidgetItem(self._words_of(block))
                item.setData(ID, block["id"])
                item.setToolTip(item.text())
                if (trouble := troubled.get(block["id"])) is not None:
                    item.setForeground(colour("error" if block["id"] in faults else "warn"))
                    item.setToolTip(self._t(f"trouble_{trouble}"))
                self._list.addItem(item)

    def _mark_chosen(self) -> None:
        chosen = self._presenter.state.chosen
        found = (n for n in range(self._list.count()) if self._list.item(n).data(ID) == chosen)
        row = next(found, -1)
        if row != self._list.currentRow():
            with QSignalBlocker(self._list):
                self._list.setCurrentRow(row)

    def _words_of(self, block: dict[str, Any]) -> str:
        if block["kind"] == "field":
            return self._t(f"field_{block['field']}")
        if block["kind"] == "text":
            texts = block["texts"]
            words = texts.get(self._language) or next(filter(None, texts.values()), "")
            return self._t("text_of", words=" ".join(words.split())[:40])
        return self._t(f"kind_{block['kind']}")
