"""The designer of tickets: blocks to the left, the paper in the middle, the chosen block's properties to the right.

page_ticket_layouts layouts_choice layouts_new layouts_save layouts_publish layouts_undo layouts_redo layouts_blocks
layouts_add layouts_delete layouts_paper layouts_sample layouts_picture layouts_faults layouts_versions layouts_restore
layouts_place layouts_use layouts_unuse layouts_uses layouts_problem layouts_told (form_view.py lists the properties)
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import UUID

from PIL import Image, UnidentifiedImageError
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen, QPixmap, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from admin_app.bars_view import choice
from admin_app.features.ticket_layouts.form_view import BlockForm
from admin_app.features.ticket_layouts.paper import SAMPLES
from admin_app.features.ticket_layouts.presenter import NEW_BLOCKS, LayoutsPresenter
from admin_app.parts_view import Banner, Card, Question, label, named, pad
from shared.i18n import text
from shared.schemas.ticket_layout import PICTURE_DOTS, PICTURE_LETTERS
from shared.ui.theme.widgets import colour
from shared.ui.widgets import button

ID = Qt.ItemDataRole.UserRole


class _Paper(QLabel):
    """Tells at which height of the picture it was clicked."""

    clicked = Signal(int)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.clicked.emit(int(event.position().y()))


class TicketLayoutsPage(QWidget):
    def __init__(self, presenter: LayoutsPresenter, language: str) -> None:
        super().__init__()
        self.setObjectName("page_ticket_layouts")
        self._presenter = presenter
        self._language = language
        self._drawn: dict[str, Any] = {}
        self._problem, self._told = Banner("layouts_problem"), Banner("layouts_told")
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_s")
        column.addLayout(self._head())
        column.addWidget(self._problem)
        column.addWidget(self._told)
        row = QHBoxLayout()
        pad(row, gap="space_m")
        row.addWidget(self._left(), 3)
        row.addWidget(self._middle(), 5)
        row.addWidget(self._right(), 4)
        column.addLayout(row, 1)
        presenter.state_changed.connect(self._draw)
        self._draw()

    def open_target(self, target: str) -> None:
        """There is nothing on this page to go to."""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._presenter.state.loaded:
            self._presenter.load()

    def _t(self, key: str, **params: object) -> str:
        return text(f"ticket_layouts.{key}", self._language, **params)

    def _head(self) -> QHBoxLayout:
        presenter = self._presenter
        self._choice = choice("layouts_choice", self._t("title"), (), self._chosen_layout)
        self._choice.setMinimumContentsLength(10)
        self._new = named(button(self._t("new"), "plus", "", presenter.new), "layouts_new")
        self._undo = named(button(self._t("undo"), "undo", "quiet", presenter.undo), "layouts_undo")
        self._redo = named(button(self._t("redo"), "refresh", "quiet", presenter.redo), "layouts_redo")
        self._save = named(button(self._t("save"), "save", "", presenter.save), "layouts_save")
        self._publish = named(button(self._t("publish"), "check", "primary", self._ask_publish), "layouts_publish")
        row = QHBoxLayout()
        pad(row)
        row.addWidget(label(self._t("title"), "title"))
        row.addWidget(self._choice)
        row.addWidget(self._new)
        row.addStretch(1)
        for made in (self._undo, self._redo, self._save, self._publish):
            row.addWidget(made)
        return row

    def _left(self) -> Card:
        card = Card(self._t("blocks"))
        self._blocks = QListWidget()
        self._blocks.setObjectName("layouts_blocks")
        self._blocks.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self._blocks.currentItemChanged.connect(
            lambda now, _: self._presenter.choose(now.data(ID)) if now is not None else None
        )
        self._blocks.model().rowsMoved.connect(self._dragged)
        kinds = [("", self._t("add")), *((kind, self._t(f"kind_{kind}")) for kind in (*NEW_BLOCKS, "picture"))]
        self._add = choice("layouts_add", self._t("add"), kinds, self._add_block)
        self._delete = named(button(self._t("delete"), "trash", "quiet", self._presenter.delete), "layouts_delete")
        row = QHBoxLayout()
        pad(row)
        row.addWidget(self._add, 1)
        row.addWidget(self._delete)
        card.body.addLayout(row)
        card.body.addWidget(self._blocks, 1)
        return card

    def _middle(self) -> Card:
        card = Card()
        papers = [(one, self._t(f"paper_{one}")) for one in ("80mm", "58mm")]
        self._width = choice("layouts_paper", self._t("paper"), papers, self._look)
        samples = [(one, self._t(f"sample_{one}")) for one in SAMPLES]
        self._sample = choice("layouts_sample", self._t("samples"), samples, self._look)
        row = QHBoxLayout()
        pad(row)
        row.addWidget(self._width)
        row.addWidget(self._sample)
        row.addStretch(1)
        self._picture = _Paper()
        self._picture.setObjectName("layouts_picture")
        self._picture.setWordWrap(True)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        self._scale = 1.0
        self._picture.clicked.connect(lambda y: self._presenter.choose_at(round(y / self._scale)))
        scroll = self._scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(self._picture)
        self._faults = label("", "error", wrap=True, name="layouts_faults")
        card.body.addLayout(row)
        card.body.addWidget(self._faults)
        card.body.addWidget(scroll, 1)
        return card

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
        card.body.addWidget(scroll, 1)
        column.addWidget(card, 1)
        column.addWidget(self._where())
        return side

    def _where(self) -> Card:
        card = Card(self._t("where"))
        self._uses = label("", "muted", wrap=True, name="layouts_uses")
        self._place = _narrow(choice("layouts_place", self._t("where"), (), lambda: None))
        self._use = named(button(self._t("use"), "check", "", self._ask_use), "layouts_use")
        self._unuse = named(button(self._t("unuse"), "close", "quiet", self._presenter.use_nowhere), "layouts_unuse")
        self._versions = _narrow(choice("layouts_versions", self._t("versions"), (), lambda: None))
        self._restore = named(button(self._t("restore"), "undo", "", self._ask_restore), "layouts_restore")
        card.body.addWidget(self._uses)
        for parts in ((self._place, self._use, self._unuse), (self._versions, self._restore)):
            row = QHBoxLayout()
            pad(row)
            for n, made in enumerate(parts):
                row.addWidget(made, 0 if n else 1)
            card.body.addLayout(row)
        return card

    # What a person does

    def _chosen_layout(self) -> None:
        wanted = UUID(str(self._choice.currentData()))
        if not self._presenter.state.dirty:
            self._presenter.select(wanted)
            return
        Question(
            self, "layouts_leave", self._t("leave"), [self._t("leave_fact")],
            [
                ("layouts_stay", self._t("stay"), "", lambda: self._fill_choice()),
                ("layouts_drop", self._t("drop"), "danger", lambda: self._presenter.select(wanted)),
            ],
        ).open()  # fmt: skip

    def _ask_publish(self) -> None:
        layout = self._presenter.state.layout
        if layout is not None:
            facts = [self._t("publish_fact", uses=self._uses.text())]
            answers: list[tuple[str, str, str, Callable[[], object]]] = [
                ("publish_no", self._t("stay"), "", lambda: None),
                ("publish_yes", self._t("publish"), "primary", lambda: self._presenter.publish()),
            ]
            Question(self, "publish_question", self._t("publish_title", name=layout.name), facts, answers).open()

    def _ask_restore(self) -> None:
        if self._versions.currentData():
            self._presenter.publish(int(self._versions.currentData()))

    def _ask_use(self) -> None:
        kind, _, target = str(self._place.currentData() or "").partition(":")
        if kind:
            self._presenter.use(kind, target)

    def _dragged(self) -> None:
        self._presenter.order([str(self._blocks.item(n).data(ID)) for n in range(self._blocks.count())])

    def _add_block(self) -> None:
        kind = str(self._add.currentData())
        self._add.setCurrentIndex(0)
        if kind == "picture":
            self._pick_picture()
        elif kind:
            self._presenter.add(kind)

    def _pick_picture(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, self._t("kind_picture"), "", "PNG, JPEG (*.png *.jpg *.jpeg)")
        if path:
            self.put_picture(path)

    def put_picture(self, path: str) -> None:
        """As dots: made to fit the paper, then black and white."""
        try:
            with Image.open(path, formats=("PNG", "JPEG")) as opened:
                opened.draft("L", PICTURE_DOTS)
                picture = opened.convert("L")
        except (OSError, ValueError, UnidentifiedImageError, Image.DecompressionBombError):
            self._problem.show_words(self._t("picture_unreadable"))
            return
        picture.thumbnail(PICTURE_DOTS)
        data = ""
        while not data or len(data) > PICTURE_LETTERS:
            out = BytesIO()
            picture.convert("1").save(out, "PNG", optimize=True)
            data = base64.b64encode(out.getvalue()).decode()
            picture = picture.resize((max(1, picture.width * 4 // 5), max(1, picture.height * 4 // 5)))
        self._presenter.add("picture", data=data)

    def _look(self) -> None:
        self._presenter.look(str(self._width.currentData()), str(self._sample.currentData()))

    # How it looks

    def _draw(self) -> None:
        state = self._presenter.state
        self._problem.show_words(state.problem)
        self._told.show_words(state.told, "ok")
        if self._news("layouts", (state.layouts, state.selected, state.places)):
            self._fill_choice()
            self._fill_where()
        if self._news("blocks", (state.blocks, state.preview and state.preview.troubles, state.faults)):
            self._fill_blocks()
        if self._news("chosen", (state.block, state.selected)):
            self._form.show_block(state.block)
            self._mark_chosen()
        if self._news("picture", (id(state.preview), state.chosen, state.loaded)):
            self._paint()
        self._show_faults()
        can = state.may_change and state.layout is not None and not state.busy
        self._new.setEnabled(state.loaded and state.may_change and not state.busy)
        self._save.setEnabled(can and state.dirty and not state.faults)
        self._publish.setEnabled(can and not state.dirty and not state.faults)
        self._undo.setEnabled(bool(state.undo))
        self._redo.setEnabled(bool(state.redo))
        self._delete.setEnabled(can and state.block is not None)
        published = state.layout is not None and state.layout.published is not None
        for made in (self._add, self._form, self._blocks):
            made.setEnabled(can or state.busy)
        self._use.setEnabled(can and published)
        self._unuse.setEnabled(can and bool(state.layout and state.layout.uses))
        self._restore.setEnabled(can and bool(state.layout and state.layout.versions))

    def _news(self, name: str, value: object) -> bool:
        if name in self._drawn and self._drawn[name] == value:
            return False
        self._drawn[name] = value
        return True

    def _fill_choice(self) -> None:
        with QSignalBlocker(self._choice):
            self._choice.clear()
            for one in self._presenter.state.layouts:
                self._choice.addItem(one.name, str(one.id))
            self._choice.setCurrentIndex(self._choice.findData(str(self._presenter.state.selected)))

    def _fill_where(self) -> None:
        state = self._presenter.state
        names = {(kind, key): words for kind, key, words in state.places}
        layout = state.layout
        uses = layout.uses if layout else []
        words = [names.get((one.kind, str(one.target or "")), self._t("place_gone")) for one in uses]
        self._uses.setText(
            self._t("used_at", places=self._t("separator").join(words)) if words else self._t("used_nowhere")
        )
        self._place.clear()
        for kind, key, name in state.places:
            self._place.addItem(name, f"{kind}:{key}")
        self._versions.clear()
        for version in layout.versions if layout else []:
            day = version.published_at.astimezone(self._presenter.zone).strftime("%Y-%m-%d %H:%M")
            key = "version_now" if layout and version.number == layout.published else "version"
            self._versions.addItem(self._t(key, n=version.number, when=day, who=version.published_by), version.number)

    def _fill_blocks(self) -> None:
        state = self._presenter.state
        troubled = dict(state.preview.troubles if state.preview else ()) | dict(state.faults)
        with QSignalBlocker(self._blocks):
            self._blocks.clear()
            for block in state.blocks:
                item = QListWidgetItem(self._words_of(block))
                item.setData(ID, block["id"])
                if block["id"] in troubled:
                    item.setForeground(colour("error" if block["id"] in dict(state.faults) else "warn"))
                    item.setToolTip(self._t(f"trouble_{troubled[block['id']]}"))
                self._blocks.addItem(item)
        self._mark_chosen()

    def _mark_chosen(self) -> None:
        chosen = self._presenter.state.chosen
        with QSignalBlocker(self._blocks):
            for n in range(self._blocks.count()):
                if self._blocks.item(n).data(ID) == chosen:
                    self._blocks.setCurrentRow(n)
                    return
            self._blocks.setCurrentRow(-1)

    def _words_of(self, block: dict[str, Any]) -> str:
        if block["kind"] == "field":
            return self._t(f"field_{block['field']}")
        if block["kind"] == "text":
            texts = block["texts"]
            words = texts.get(self._language) or next(iter(texts.values()), "")
            return self._t("text_of", words=words.replace("\n", " ")[:24])
        return self._t(f"kind_{block['kind']}")

    def _show_faults(self) -> None:
        state = self._presenter.state
        found = dict(state.preview.troubles if state.preview else ())
        lines = [self._t(f"trouble_{kind}") for kind in dict.fromkeys([*dict(state.faults).values(), *found.values()])]
        self._faults.setText("\n".join(lines))
        self._faults.setVisible(bool(lines))

    def _paint(self) -> None:
        state = self._presenter.state
        if state.preview is None:
            if state.loaded and not state.layouts:
                self._picture.setText(self._t("empty"))
            return
        picture = QPixmap.fromImage(state.preview.picture)
        painter = QPainter(picture)
        frame = QColor(colour("primary"))
        for block, top, bottom in state.preview.spans:
            if block == state.chosen and bottom > top:
                painter.setPen(QPen(frame, 3))
                painter.drawRect(40, top, picture.width() - 80, bottom - top)
        painter.end()
        # The whole width is seen, on a small screen smaller than it is.
        room = max(320, self._scroll.viewport().width())
        self._scale = min(1.0, room / picture.width())
        if self._scale < 1:
            smooth = Qt.TransformationMode.SmoothTransformation
            picture = picture.scaledToWidth(room, smooth)
        self._picture.setPixmap(picture)


def _narrow(box: QComboBox) -> QComboBox:
    box.setMinimumContentsLength(8)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    return box
