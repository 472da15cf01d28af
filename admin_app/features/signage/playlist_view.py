"""The items of a playlist in their order.

playlist_table playlist_seconds playlist_fade playlist_cover playlist_add playlist_up
playlist_down playlist_remove
"""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QListWidget, QSpinBox, QWidget

from admin_app.features.signage.presenter import SignagePresenter
from admin_app.media_choice import kind_of
from admin_app.media_choice_view import MediaChoiceDialog
from admin_app.parts_view import Card, label, named, pad
from shared.i18n import text
from shared.schemas.media import Media
from shared.ui.widgets import button

# Of a picture where nothing else is said.
SECONDS = 10
NAME = 100


class PlaylistEditor(QWidget):
    def __init__(self, presenter: SignagePresenter, language: str) -> None:
        super().__init__()
        self._presenter, self._language = presenter, language
        self._drawn: object = None
        card = Card(self._t("title"))
        row = QHBoxLayout(self)
        pad(row)
        row.addWidget(card)
        self._table = QListWidget()
        self._table.setObjectName("playlist_table")
        self._seconds = QSpinBox()
        self._seconds.setObjectName("playlist_seconds")
        self._seconds.setRange(0, 3600)
        self._seconds.setValue(SECONDS)
        self._seconds.setSpecialValueText(self._t("to_its_end"))
        self._seconds.setSuffix(" " + self._t("seconds"))
        self._fade, self._cover = QCheckBox(self._t("fade")), QCheckBox(self._t("cover"))
        self._fade.setObjectName("playlist_fade")
        self._cover.setObjectName("playlist_cover")
        self._fade.setChecked(True)
        self._add = named(button(self._t("add"), "plus", "primary", self._ask), "playlist_add")
        new = QHBoxLayout()
        pad(new)
        for made in (self._seconds, self._fade, self._cover, self._add):
            new.addWidget(made)
        new.addStretch(1)
        acts = QHBoxLayout()
        pad(acts)
        self._acts = [
            named(button(self._t("up"), "chevron-up", on_click=lambda: self._move(-1)), "playlist_up"),
            named(button(self._t("down"), "chevron-down", on_click=lambda: self._move(1)), "playlist_down"),
            named(button(self._t("remove"), "trash", "danger", self._remove), "playlist_remove"),
        ]
        for made in self._acts:
            acts.addWidget(made)
        acts.addStretch(1)
        card.body.addWidget(label(self._t("about"), "muted", wrap=True))
        card.body.addWidget(self._table, 1)
        card.body.addLayout(acts)
        card.body.addLayout(new)
        self._table.currentRowChanged.connect(lambda _: self.draw(self.isEnabled()))

    def _t(self, key: str, **params: object) -> str:
        return text(f"signage_console.playlist.{key}", self._language, **params)

    def _items(self) -> list[dict[str, Any]]:
        return [dict(one) for one in (self._presenter.state.data or {}).get("items", [])]

    def _ask(self) -> None:
        MediaChoiceDialog(self.window(), self._presenter.media, "", self._language, self._take).open()

    def _take(self, chosen: Media) -> None:
        """A film without seconds plays to its end; a picture needs some."""
        kind, seconds = kind_of(chosen), self._seconds.value()
        made = {
            "media": chosen.sha256, "kind": kind, "name": chosen.name[:NAME], "size": chosen.size,
            "seconds": float(seconds or (SECONDS if kind == "picture" else 0)) or None,
            "transition": "fade" if self._fade.isChecked() else "cut",
            "fit": "cover" if self._cover.isChecked() else "contain",
        }  # fmt: skip
        self._presenter.edit({**self._presenter.state.data, "items": [*self._items(), made]})

    def _move(self, step: int) -> None:
        items, place = self._items(), self._table.currentRow()
        if 0 <= place < len(items) and 0 <= place + step < len(items):
            items.insert(place + step, items.pop(place))
            self._presenter.edit({**self._presenter.state.data, "items": items})
            self._table.setCurrentRow(place + step)

    def _remove(self) -> None:
        items, place = self._items(), self._table.currentRow()
        if 0 <= place < len(items):
            del items[place]
            self._presenter.edit({**self._presenter.state.data, "items": items})

    def draw(self, can: bool) -> None:
        content = self._presenter.state.content
        if content is None or content.kind != "playlist":
            return
        self.setEnabled(can)
        items = self._items()
        if items != self._drawn:
            self._drawn = items
            place = self._table.currentRow()
            self._table.clear()
            for one in items:
                seconds = one.get("seconds")
                long = self._t("long", n=round(seconds)) if seconds else self._t("to_its_end")
                name = one.get("name") or one["media"][:16]
                item = self._t("row", kind=self._t(one.get("kind", "picture")), name=name, long=long)
                self._table.addItem(item)
            self._table.setCurrentRow(min(place, len(items) - 1))
        for made in self._acts:
            made.setEnabled(can and self._table.currentRow() >= 0)
