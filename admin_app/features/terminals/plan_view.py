"""The plan view: floors, the picture with its terminals, alarms beside it, who stands on no plan.

page_fleet fleet_problem fleet_floor_<key> fleet_picture fleet_arrange fleet_take_off fleet_alarms fleet_unplaced
fleet_hint (floor_view has the rest)
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from admin_app.bars_view import SideBySide
from admin_app.features.terminals.floor_view import FloorCanvas
from admin_app.features.terminals.plan import FloorTab, PlanPresenter
from admin_app.media_choice_view import MediaChoiceDialog
from admin_app.parts_view import Banner, Card, clear, label, named, pad, size
from shared.i18n import text
from shared.ui.theme.widgets import mark
from shared.ui.widgets import button, sign_icon

_KEY = Qt.ItemDataRole.UserRole


class PlanPage(QWidget):
    def __init__(self, presenter: PlanPresenter, language: str) -> None:
        super().__init__()
        self.setObjectName("page_fleet")
        self._presenter, self._language = presenter, language
        self._tabs: tuple[FloorTab, ...] | None = None
        self._lists: object = None
        head = QHBoxLayout()
        pad(head)
        head.addWidget(label(self._t("title"), "title"))
        head.addSpacing(size("space_l"))
        self._floors = QHBoxLayout()
        pad(self._floors, gap="space_xs")
        self._group = QButtonGroup(self)
        head.addLayout(self._floors)
        head.addStretch(1)
        self._off = named(button(self._t("take_off"), "trash", on_click=presenter.take_off), "fleet_take_off")
        self._picture = named(button(self._t("choose_picture"), "picture", on_click=self._choose), "fleet_picture")
        self._arrange = named(button(self._t("arrange"), "hand", on_click=self._turn), "fleet_arrange")
        for made in (self._off, self._picture, self._arrange):
            head.addWidget(made)
        self._problem = Banner("fleet_problem")
        self._hint = label("", "muted", wrap=True, name="fleet_hint")
        self.canvas = FloorCanvas(presenter)
        floor = Card()
        floor.body.addWidget(self._hint)
        floor.body.addWidget(self.canvas, 1)
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addLayout(head)
        column.addWidget(self._problem)
        column.addWidget(SideBySide(floor, self._beside(), (4, 1)), 1)
        presenter.state_changed.connect(self._draw)
        presenter.pictured.connect(lambda _: self._draw())
        self._draw()

    def open_target(self, target: str) -> None:
        """``target``: a floor."""
        if target:
            self._presenter.show_floor(target)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._presenter.load()

    def _t(self, key: str, **params: object) -> str:
        return text(f"fleet.plan.{key}", self._language, **params)

    def _beside(self) -> QWidget:
        side = QWidget()
        side.setMinimumWidth(size("text_body") * 18)
        column = QVBoxLayout(side)
        pad(column, gap="space_m")
        self._alarms, self._unplaced = QListWidget(), QListWidget()
        for name, made, chosen in (
            ("alarms", self._alarms, self._alarm_chosen),
            ("unplaced", self._unplaced, self._unplaced_chosen),
        ):
            made.setObjectName(f"fleet_{name}")
            made.setAccessibleName(self._t(name))
            made.setWordWrap(True)
            made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            made.itemClicked.connect(chosen)
            card = Card(self._t(name))
            card.body.addWidget(made, 1)
            column.addWidget(card, 1)
        return side

    # What a person does

    def _turn(self) -> None:
        self._presenter.arrange(not self._presenter.state.arranging)

    def _choose(self) -> None:
        MediaChoiceDialog(
            self.window(), self._presenter.choice, "picture", self._language,
            lambda chosen: self._presenter.choose_picture(chosen.sha256),
        ).open()  # fmt: skip

    def _alarm_chosen(self, item: QListWidgetItem) -> None:
        if item.data(_KEY):
            self._presenter.open_terminal.emit(item.data(_KEY))

    def _unplaced_chosen(self, item: QListWidgetItem) -> None:
        if not item.data(_KEY):
            return
        if self._presenter.state.arranging:
            self._presenter.place(item.data(_KEY))
        else:
            self._presenter.open_terminal.emit(item.data(_KEY))

    # How it looks

    def _draw(self) -> None:
        state = self._presenter.state
        self._problem.show_words(state.problem)
        if state.floors != self._tabs:
            self._tabs = state.floors
            self._draw_floors(state.floors)
        for one in self._group.buttons():
            one.setChecked(one.objectName() == f"fleet_floor_{state.floor}")
        for made in (self._picture, self._arrange):
            made.setVisible(state.may_manage and bool(state.floors))
        words = self._t("arrange_done" if state.arranging else "arrange")
        self._arrange.setText(" " + words)
        self._arrange.setAccessibleName(words)
        self._off.setVisible(state.arranging)
        self._off.setEnabled(any(one.id == state.touched for one in state.marks))
        hint = (
            "no_floors" if state.loaded and not state.floors
            else "arrange_facts" if state.arranging
            else "no_picture" if state.loaded and not state.picture
            else "about"
        )  # fmt: skip
        self._hint.setText(self._t(hint))
        self.canvas.show_picture(state.picture, self._presenter.pictures.get(state.picture, b""))
        self.canvas.show_marks(state.marks, arranging=state.arranging, touched=state.touched)
        lists = (state.alarms, state.unplaced)
        if lists != self._lists:
            self._lists = lists
            self._fill(self._alarms, [(id_, "error", words) for id_, words in state.alarms], "no_alarms")
            self._fill(
                self._unplaced, [(one.id, one.tone, f"{one.name} · {one.status}") for one in state.unplaced],
                "none_unplaced",
            )  # fmt: skip

    def _draw_floors(self, floors: tuple[FloorTab, ...]) -> None:
        for old in self._group.buttons():
            self._group.removeButton(old)
        clear(self._floors)
        for one in floors:
            words = self._t("floor_alarms" if one.alarms else "floor", name=one.name, n=one.alarms)
            tab = QPushButton(words)
            tab.setObjectName(f"fleet_floor_{one.key}")
            tab.setCheckable(True)
            mark(tab, "chip")
            if one.alarms:
                tab.setIcon(sign_icon("error"))
            tab.clicked.connect(lambda _=False, key=one.key: self._presenter.show_floor(key))
            self._group.addButton(tab)
            self._floors.addWidget(tab)

    def _fill(self, shown: QListWidget, rows: list[tuple[str, str, str]], empty: str) -> None:
        shown.clear()
        for id_, tone, words in rows:
            item = QListWidgetItem(sign_icon(tone), words)
            item.setData(_KEY, id_)
            shown.addItem(item)
        if not rows:
            item = QListWidgetItem(self._t(empty))
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            shown.addItem(item)
