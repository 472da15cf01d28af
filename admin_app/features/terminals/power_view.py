"""Plans of power: the list of them, and the form of one.

page_power power_add power_list power_problem power_told power_name power_off power_stagger power_times_<day>
power_own_<kind> power_members power_save power_remove remove_question remove_yes remove_no
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from admin_app.bars_view import SideBySide
from admin_app.features.terminals.power import NEW, PowerPresenter, say_times
from admin_app.parts_view import Banner, Card, Question, label, named, pad, see_through, size
from shared.domain.power import DAYS, KINDS
from shared.i18n import text
from shared.ui.widgets import button, inset

_KEY = Qt.ItemDataRole.UserRole


class PowerPage(QWidget):
    def __init__(self, presenter: PowerPresenter, language: str) -> None:
        super().__init__()
        self.setObjectName("page_power")
        self._presenter, self._language = presenter, language
        self._drawn: object = None
        self._times: dict[str, QLineEdit] = {}
        self._own: dict[str, QCheckBox] = {}
        head = QHBoxLayout()
        pad(head)
        head.addWidget(label(self._t("title"), "title"), 1)
        self._add = named(button(self._t("add"), "plus", "primary", lambda: presenter.select(NEW)), "power_add")
        head.addWidget(self._add)
        self._problem, self._told = Banner("power_problem"), Banner("power_told")
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addLayout(head)
        column.addWidget(label(self._t("about"), "muted", wrap=True))
        column.addWidget(self._problem)
        column.addWidget(self._told)
        column.addWidget(SideBySide(self._list_card(), self._form_card(), (1, 3)), 1)
        presenter.state_changed.connect(self._draw)
        presenter.filled.connect(self._fill)
        self._fill()
        self._draw()

    def open_target(self, target: str) -> None:
        """``target``: a plan."""
        if target:
            self._presenter.select(target)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._presenter.load()

    def _t(self, key: str, **params: object) -> str:
        return text(f"fleet.power.{key}", self._language, **params)

    def _list_card(self) -> Card:
        card = Card()
        self._empty = label(self._t("none"), "muted", wrap=True, name="power_none")
        self._list = QListWidget()
        self._list.setObjectName("power_list")
        self._list.setAccessibleName(self._t("title"))
        self._list.itemClicked.connect(lambda item: self._presenter.select(item.data(_KEY)))
        card.body.addWidget(self._empty)
        card.body.addWidget(self._list, 1)
        return card

    def _form_card(self) -> Card:
        self._form = Card()
        grid = QGridLayout()
        pad(grid, gap="space_s")
        grid.setColumnStretch(1, 1)
        self._name = QLineEdit()
        self._name.setObjectName("power_name")
        self._name.setMaxLength(64)
        self._off = QComboBox()
        self._off.setObjectName("power_off")
        for key in ("machine", "display"):
            self._off.addItem(self._t(f"off_{key}"), key)
        self._stagger = QSpinBox()
        self._stagger.setObjectName("power_stagger")
        self._stagger.setRange(0, 600)
        self._stagger.setSuffix(f" {self._t('seconds')}")
        inset(self._stagger)
        for row, (key, field) in enumerate((("name", self._name), ("off", self._off), ("stagger", self._stagger))):
            grid.addWidget(label(self._t(key), "muted"), row, 0)
            grid.addWidget(field, row, 1, 1, 2)
            field.setAccessibleName(self._t(key))
        first = grid.rowCount()
        for row, day in enumerate((*DAYS, *KINDS), first):
            grid.addWidget(label(self._t(day), "muted"), row, 0)
            grid.addWidget(self._line(day), row, 1)
            if day in KINDS:
                grid.addWidget(self._box(day), row, 2)
        grid.addWidget(label(self._t("times_tip"), "muted", wrap=True), grid.rowCount(), 0, 1, 3)
        times = QWidget()
        inside = QVBoxLayout(times)
        pad(inside)
        inside.addLayout(grid)
        inside.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(times)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        see_through(scroll)
        self._members = QListWidget()
        self._members.setObjectName("power_members")
        self._members.setAccessibleName(self._t("terminals"))
        self._members.setMinimumWidth(size("text_body") * 16)
        right = QVBoxLayout()
        pad(right)
        right.addWidget(label(self._t("terminals"), "muted"))
        right.addWidget(self._members, 1)
        across = QHBoxLayout()
        pad(across, gap="space_l")
        across.addWidget(scroll, 3)
        across.addLayout(right, 2)
        self._form.body.addLayout(across, 1)
        row_ = QHBoxLayout()
        pad(row_)
        self._remove = named(button(self._t("remove"), "trash", "danger", self._ask_remove), "power_remove")
        self._save = named(button(self._t("save"), "save", "primary", self._keep), "power_save")
        row_.addWidget(self._remove)
        row_.addStretch(1)
        row_.addWidget(self._save)
        self._form.body.addLayout(row_)
        return self._form

    def _line(self, day: str) -> QLineEdit:
        made = QLineEdit()
        made.setObjectName(f"power_times_{day}")
        made.setAccessibleName(self._t(day))
        made.setPlaceholderText(self._t("times_example"))
        made.setToolTip(self._t("times_tip"))
        made.setMaxLength(120)
        self._times[day] = made
        return made

    def _box(self, kind: str) -> QCheckBox:
        made = QCheckBox(self._t("own_times"))
        made.setObjectName(f"power_own_{kind}")
        made.setAccessibleName(f"{self._t(kind)}: {self._t('own_times')}")
        made.toggled.connect(lambda on: self._show_kind(kind, on))
        self._own[kind] = made
        return made

    def _show_kind(self, kind: str, own: bool) -> None:
        line = self._times[kind]
        line.setEnabled(own)
        usual = "as_off" if kind == "holiday" else "as_usual"
        line.setPlaceholderText(self._t("times_example" if own else usual))
        if not own:
            line.clear()

    # What a person does

    def _keep(self) -> None:
        times = {
            day: line.text() if day not in self._own or self._own[day].isChecked() else None
            for day, line in self._times.items()
        }
        chosen = [
            item.data(_KEY) for item in self._items() if item.checkState() is Qt.CheckState.Checked
        ]  # fmt: skip
        self._presenter.save(
            self._name.text(), str(self._off.currentData()), self._stagger.value(), times, chosen
        )  # fmt: skip

    def _ask_remove(self) -> None:
        edited = self._presenter.state.edited
        if edited is not None:
            facts = [self._t("remove_text", n=len(edited.terminal_ids))]
            Question(
                self.window(), "remove_question", self._t("remove_title", name=edited.name), facts,
                [
                    ("remove_no", self._t("remove_no"), "secondary", lambda: None),
                    ("remove_yes", self._t("remove_yes"), "danger", self._presenter.remove),
                ],
            ).open()  # fmt: skip

    # How it looks

    def _items(self) -> list[QListWidgetItem]:
        return [self._members.item(row) for row in range(self._members.count())]

    def _fill(self) -> None:
        """What is edited, into the form."""
        edited = self._presenter.state.edited
        if edited is None:
            return
        self._name.setText(edited.name)
        self._off.setCurrentIndex(self._off.findData(edited.off))
        self._stagger.setValue(edited.stagger_s)
        week = {str(day): times for day, times in edited.week.items()}
        for kind, box in self._own.items():
            box.setChecked(kind in week)
            self._show_kind(kind, kind in week)
        for day, line in self._times.items():
            line.setText(say_times(week.get(day, []), self._language))
        self._draw_members({str(id_) for id_ in edited.terminal_ids})

    def _draw_members(self, checked: set[str]) -> None:
        self._members.clear()
        for one in self._presenter.state.members:
            item = QListWidgetItem(one.label)
            item.setData(_KEY, one.id)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if one.id in checked else Qt.CheckState.Unchecked)
            self._members.addItem(item)
        if not self._presenter.state.members:
            item = QListWidgetItem(self._t("no_terminals"))
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            self._members.addItem(item)

    def _draw(self) -> None:
        state = self._presenter.state
        self._problem.show_words(state.problem)
        self._told.show_words(state.told, "ok")
        self._add.setVisible(state.may_manage)
        self._empty.setVisible(state.loaded and not state.plans)
        self._form.setVisible(state.edited is not None)
        self._form.setEnabled(state.may_manage and not state.busy)
        self._remove.setVisible(state.selected != NEW)
        shown = (state.plans, state.selected)
        if shown != self._drawn:
            self._drawn = shown
            self._list.clear()
            for id_, name, count in state.plans:
                item = QListWidgetItem(f"{name} · {self._t('terminals_n', n=count)}")
                item.setData(_KEY, id_)
                self._list.addItem(item)
                if id_ == state.selected:
                    self._list.setCurrentItem(item)
        if {item.data(_KEY): item.text() for item in self._items() if item.data(_KEY)} != {
            one.id: one.label for one in state.members
        }:
            # Who comes or goes meanwhile takes no tick along.
            kept = {item.data(_KEY) for item in self._items() if item.checkState() is Qt.CheckState.Checked}
            self._draw_members(kept)
