"""The dialog in which a picture or film is chosen, and the field that shows what was.

media_choice media_choice_search media_choice_list media_choice_take media_choice_cancel <name>_choose <name>_clear
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QListView, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from admin_app.media_choice import MediaChoice, kind_of
from admin_app.parts_view import Banner, Dialog, label, named, pad, picture, size
from shared.i18n import text
from shared.schemas.media import Media
from shared.ui.widgets import button

_KEY = Qt.ItemDataRole.UserRole


class MediaChoiceDialog(Dialog):
    """``chosen`` is told once, and not when nothing was taken."""

    def __init__(
        self, parent: QWidget, presenter: MediaChoice, kind: str, language: str, chosen: Callable[[Media], object]
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setObjectName("media_choice")
        self.setWindowTitle(text("media.choice.title", language))
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._presenter, self._language, self._chosen = presenter, language, chosen
        self._drawn: tuple[Media, ...] | None = None
        self._search = QLineEdit()
        self._search.setObjectName("media_choice_search")
        self._search.setPlaceholderText(text("media.choice.search", language))
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(presenter.look_for)
        self._list = QListWidget()
        self._list.setObjectName("media_choice_list")
        self._list.setViewMode(QListView.ViewMode.IconMode)
        self._list.setResizeMode(QListView.ResizeMode.Adjust)
        self._list.setMovement(QListView.Movement.Static)
        self._list.setWordWrap(True)
        letter = size("text_body")
        self._list.setIconSize(QSize(letter * 12, letter * 7))
        self._list.setGridSize(QSize(letter * 14, letter * 10))
        self._list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._list.itemDoubleClicked.connect(lambda _: self._take())
        self._list.currentRowChanged.connect(lambda _: self._draw())
        self._empty = label("", "muted", wrap=True, name="media_choice_empty")
        self._problem = Banner("media_choice_problem")
        self._ok = button(text("media.choice.take", language), "check", "primary", self._take)
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addWidget(label(text("media.choice.title", language), "title"))
        column.addWidget(self._problem)
        column.addWidget(self._search)
        column.addWidget(self._empty)
        column.addWidget(self._list, 1)
        row = QHBoxLayout()
        pad(row)
        row.addStretch(1)
        cancel = button(text("media.choice.cancel", language), on_click=self.close)
        row.addWidget(named(cancel, "media_choice_cancel"))
        row.addWidget(named(self._ok, "media_choice_take"))
        column.addLayout(row)
        self.resize(letter * 62, letter * 42)
        presenter.state_changed.connect(self._draw)
        presenter.thumbnail.connect(self._picture_came)
        presenter.begin(kind)

    def _draw(self) -> None:
        state = self._presenter.state
        self._problem.show_words(state.problem)
        words = "media.choice.loading" if not state.loaded else "media.choice.none" if not state.shown else ""
        self._empty.setText(text(words, self._language) if words and not state.problem else "")
        self._empty.setVisible(bool(words) and not state.problem)
        if state.shown != self._drawn:
            self._drawn = state.shown
            self._list.clear()
            for one in state.shown:
                made = QListWidgetItem(self._icon(one), one.name)
                made.setData(_KEY, one.sha256)
                # Before its picture is here and after it: what is under it keeps its place.
                made.setSizeHint(self._list.gridSize())
                made.setToolTip(f"{one.name} · {one.width} × {one.height}")
                self._list.addItem(made)
        self._ok.setEnabled(self._one() is not None)

    def _icon(self, one: Media) -> QIcon:
        content = self._presenter.thumbnails.get(one.sha256)
        shown = QPixmap()
        if content is not None and shown.loadFromData(content):
            return QIcon(shown)
        return QIcon(picture("play" if kind_of(one) == "video" else "picture", "muted"))

    def _picture_came(self, sha256: str) -> None:
        for place, one in enumerate(self._drawn or ()):
            if one.sha256 == sha256 and (item := self._list.item(place)) is not None:
                item.setIcon(self._icon(one))

    def _one(self) -> Media | None:
        place, shown = self._list.currentRow(), self._drawn or ()
        return shown[place] if 0 <= place < len(shown) else None

    def _take(self) -> None:
        one = self._one()
        if one is not None:
            self.close()
            self._chosen(one)


class MediaField(QWidget):
    """What is chosen, with a way to choose another or none. ``changed`` is told after each change by hand."""

    def __init__(
        self, name: str, words: str, kind: str, presenter: MediaChoice, language: str, changed: Callable[[], object]
    ) -> None:  # fmt: skip
        super().__init__()
        self.setObjectName(name)
        self._words, self._kind, self._presenter, self._language = words, kind, presenter, language
        self._changed = changed
        self._sha256 = ""
        icon = "picture" if kind == "picture" else "play"
        self._choose = named(button(words, icon, on_click=self._ask), f"{name}_choose")
        self._clear = named(button("", "close", on_click=lambda: self._take(None)), f"{name}_clear")
        self._clear.setAccessibleName(text("media.choice.clear", language, what=words))
        self._clear.setToolTip(text("media.choice.clear", language, what=words))
        row = QHBoxLayout(self)
        pad(row, gap="space_xs")
        row.addWidget(self._choose, 1)
        row.addWidget(self._clear)
        self._show("")

    @property
    def sha256(self) -> str:
        """Empty: none."""
        return self._sha256

    def set_sha256(self, sha256: str) -> None:
        """What is kept; its name is asked for."""
        if sha256 == self._sha256:
            return
        self._sha256 = sha256
        self._show(sha256[:8])
        if sha256:
            self._presenter.name_of(sha256, lambda name: self._named(sha256, name))

    def _named(self, sha256: str, name: str) -> None:
        if sha256 == self._sha256 and name:
            self._show(name)

    def _ask(self) -> None:
        MediaChoiceDialog(self.window(), self._presenter, self._kind, self._language, self._take).open()

    def _take(self, one: Media | None) -> None:
        self._sha256 = one.sha256 if one is not None else ""
        self._show(one.name if one is not None else "")
        self._changed()

    def _show(self, name: str) -> None:
        shown = name if len(name) <= 24 else f"{name[:11]}…{name[-10:]}"
        chosen = text("media.choice.chosen", self._language, what=self._words, name=shown)
        self._choose.setText(chosen if name else self._words)
        self._choose.setToolTip(name)
        self._clear.setVisible(bool(self._sha256))
