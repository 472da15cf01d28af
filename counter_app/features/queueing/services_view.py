"""The services that a number can be given for, or a ticket moved to: searched by characters, pinyin or initials."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from counter_app.features.queueing.state import ServiceChoice
from shared.domain.search import Found, Index

KEY = Qt.ItemDataRole.UserRole


class ServiceList(QListWidget):
    """The best first; what is surely meant is chosen already. ``loading``, ``nothing``: what is said instead."""

    def __init__(self, name: str, loading: str, nothing: str, rows_height: int) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setMinimumHeight(rows_height)
        self._loading, self._nothing, self._words = loading, nothing, ""
        self._choices: Sequence[ServiceChoice] = ()
        self._index = Index[str](())

    def offer(self, choices: Sequence[ServiceChoice]) -> None:
        """What was chosen stays, if it is among them."""
        self._choices = choices
        self._index = Index(one.entry for one in choices)
        self._fill(self.chosen())

    def search(self, words: str) -> None:
        """What was chosen for other words is not meant by these."""
        self._words = words.strip()
        self._fill("")

    def chosen(self) -> str:
        """Its key, or nothing."""
        item = self.currentItem()
        return str(item.data(KEY) or "") if item is not None else ""

    def _fill(self, chosen: str) -> None:
        self.clear()
        by_key = {one.key: one for one in self._choices}
        hits = self._index.find(self._words)
        wanted = chosen or meant(hits, self._choices)
        for one in [by_key[hit.key] for hit in hits] if self._words else self._choices:
            item = QListWidgetItem(f"{one.words}   {one.about}")
            item.setData(KEY, one.key)
            item.setToolTip(f"{one.words}\n{one.about}")
            if not one.possible:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.addItem(item)
            if one.possible and one.key == wanted:
                self.setCurrentItem(item)
        if not self.count():
            item = QListWidgetItem(self._nothing if self._choices else self._loading)
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.addItem(item)


def meant(hits: Sequence[Found[str]], choices: Sequence[ServiceChoice]) -> str | None:
    """The service that may be taken without another look: the best hit, where it fits as typed and is possible."""
    best = next(iter(hits), None)
    if best is None or best.how.fuzzy:
        return None
    return next((one.key for one in choices if one.key == best.key and one.possible), None)
