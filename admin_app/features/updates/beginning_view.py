"""The dialog that begins a rollout: which terminals, which first, when, and how long each wave has to run well.

begin_dialog begin_search begin_<kiosk|counter|display> begin_terminals begin_first begin_quiet begin_from begin_until
begin_minutes begin_go begin_cancel
"""

from __future__ import annotations

from PySide6.QtCore import Qt, QTime
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QSpinBox,
    QTimeEdit,
    QVBoxLayout,
    QWidget,
)

from admin_app.bars_view import search_line
from admin_app.features.updates.presenter import KINDS, UpdatesPresenter
from admin_app.parts_view import Dialog, label, named, pad, size
from shared.domain.search import Lists
from shared.i18n import text
from shared.ui.widgets import button
from shared.ui.widgets.form import inset

_ID, _KIND = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
NIGHT = ("20:00", "06:00")


class BeginDialog(Dialog):
    """For the version that is chosen on the page. Does not block."""

    def __init__(self, parent: QWidget, presenter: UpdatesPresenter, language: str) -> None:
        super().__init__(parent)
        self.setObjectName("begin_dialog")
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(size("text_body") * 38)
        self._presenter, self._language = presenter, language
        title = self._t("title", version=presenter.state.version)
        self.setWindowTitle(title)
        self._names = Lists({one[0]: [one[1], one[3]] for one in presenter.state.terminals})
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addWidget(label(title, "title", wrap=True))
        column.addWidget(label(self._t("facts"), "muted", wrap=True))
        self._count = label("", "lead")
        column.addWidget(self._count)
        column.addLayout(self._choose())
        column.addWidget(self._list, 1)
        column.addLayout(self._when())
        column.addLayout(self._buttons())
        self._list.itemChanged.connect(lambda _: self._follow())
        self._follow()

    def _t(self, key: str, **params: object) -> str:
        return text(f"updates.begin.{key}", self._language, **params)

    def _choose(self) -> QHBoxLayout:
        row = QHBoxLayout()
        pad(row, gap="space_m")
        search = search_line("begin_search", self._t("search"))
        search.textChanged.connect(self._look_for)
        row.addWidget(search, 1)
        self._kinds = {}
        for kind in KINDS:
            box = QCheckBox(text(f"admin.devices.kind_{kind}", self._language))
            box.setObjectName(f"begin_{kind}")
            box.setChecked(True)
            box.clicked.connect(lambda checked, kind=kind: self._check(kind, checked))
            box.setEnabled(any(one[2] == kind for one in self._presenter.state.terminals))
            self._kinds[kind] = box
            row.addWidget(box)
        self._list = QListWidget()
        self._list.setObjectName("begin_terminals")
        self._list.setMinimumHeight(size("touch_target") * 4)
        for id_, name, kind, place in self._presenter.state.terminals:
            item = QListWidgetItem(" · ".join(part for part in (name, place) if part), self._list)
            item.setData(_ID, id_)
            item.setData(_KIND, kind)
            item.setCheckState(Qt.CheckState.Checked)
        return row

    def _when(self) -> QVBoxLayout:
        rows = QVBoxLayout()
        pad(rows)
        first = QHBoxLayout()
        pad(first, gap="space_m")
        self._first = QComboBox()
        self._first.setObjectName("begin_first")
        first.addWidget(label(self._t("first")))
        first.addWidget(self._first, 1)
        quiet = QHBoxLayout()
        pad(quiet, gap="space_m")
        self._quiet = QCheckBox(self._t("quiet"))
        self._quiet.setObjectName("begin_quiet")
        self._quiet.setChecked(True)
        quiet.addWidget(self._quiet)
        self._from, self._until = QTimeEdit(), QTimeEdit()
        for box, name, at in ((self._from, "from", NIGHT[0]), (self._until, "until", NIGHT[1])):
            box.setObjectName(f"begin_{name}")
            box.setDisplayFormat("HH:mm")
            box.setTime(QTime.fromString(at, "HH:mm"))
            inset(box)
            self._quiet.toggled.connect(box.setEnabled)
            quiet.addWidget(label(self._t(name)))
            quiet.addWidget(box)
        quiet.addStretch(1)
        long = QHBoxLayout()
        pad(long, gap="space_m")
        self._minutes = QSpinBox()
        self._minutes.setObjectName("begin_minutes")
        self._minutes.setRange(1, 7 * 24 * 60)
        self._minutes.setValue(60)
        inset(self._minutes)
        long.addWidget(label(self._t("minutes")))
        long.addWidget(self._minutes)
        long.addStretch(1)
        for row in (first, quiet, long):
            rows.addLayout(row)
        return rows

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        pad(row)
        row.addStretch(1)
        cancel = text("ui.action.cancel", self._language)
        row.addWidget(named(button(cancel, on_click=self.close), "begin_cancel"))
        self._go = named(button(self._t("go"), "download", "primary", self._begin), "begin_go")
        row.addWidget(self._go)
        return row

    def _items(self) -> list[QListWidgetItem]:
        return [self._list.item(place) for place in range(self._list.count())]

    def _chosen(self) -> list[QListWidgetItem]:
        return [item for item in self._items() if item.checkState() == Qt.CheckState.Checked]

    def _look_for(self, words: str) -> None:
        found = self._names.find(words).keys if words.strip() else None
        for item in self._items():
            item.setHidden(found is not None and item.data(_ID) not in found)

    def _check(self, kind: str, checked: bool) -> None:
        self._list.blockSignals(True)
        for item in self._items():
            if item.data(_KIND) == kind:
                item.setCheckState(Qt.CheckState.Checked if checked else Qt.CheckState.Unchecked)
        self._list.blockSignals(False)
        self._follow()

    def _follow(self) -> None:
        chosen, first = self._chosen(), self._first.currentData()
        for kind, box in self._kinds.items():
            box.setChecked(any(item.data(_KIND) == kind for item in chosen))
        self._count.setText(self._t("terminals", n=len(chosen)))
        self._first.clear()
        self._first.addItem(self._t("first_auto"), "")
        for item in chosen:
            self._first.addItem(item.text(), item.data(_ID))
        self._first.setCurrentIndex(max(0, self._first.findData(first)))
        self._go.setEnabled(bool(chosen))

    def _begin(self) -> None:
        since, until = (box.time().toString("HH:mm") for box in (self._from, self._until))
        ids = [str(item.data(_ID)) for item in self._chosen()]
        quiet = (since, until) if self._quiet.isChecked() else None
        self._presenter.begin(ids, str(self._first.currentData() or ""), quiet, self._minutes.value())
        self.close()
