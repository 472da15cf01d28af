"""Plans: services on the left (services_view.py); on the right the plan's rows by kind of day, what is found wrong with
them, versions and the week it makes.

release_rows release_kind_<kind> release_save release_publish release_drop release_reason release_findings
release_outside release_problem release_versions release_copy release_week_back release_week_on release_day_<0…6>
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from admin_app.features.release.day_view import DayDialog
from admin_app.features.release.parts_view import WEEKDAYS, DayCell, WindowsTable, finding_line
from admin_app.features.release.presenter import WEEK, ReleasePresenter
from admin_app.features.release.rows import KINDS, cell_lines, known_words
from admin_app.features.release.services_view import ServicesList
from admin_app.parts_view import Banner, Question, clear, label, named, pad, size
from shared.i18n import text
from shared.ui.theme.widgets import mark
from shared.ui.widgets import button


class PlansTab(QWidget):
    def __init__(self, presenter: ReleasePresenter, language: str) -> None:
        super().__init__()
        self._presenter, self._language = presenter, language
        self._kind = KINDS[0]
        self._revision = -1
        self._findings_shown: object = None
        self._week_shown: object = None
        row = QHBoxLayout(self)
        pad(row)
        split = QSplitter(Qt.Orientation.Horizontal)
        self._services = ServicesList(presenter, language)
        self._services.table.row_selected.connect(self._wanted)
        split.addWidget(self._services)
        split.addWidget(self._right())
        # Names are to be read; what is edited has most of the room.
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 3)
        split.setSizes([size("text_body") * 34, size("text_body") * 56])
        split.setChildrenCollapsible(False)
        row.addWidget(split)
        presenter.state_changed.connect(self._draw)
        self._draw()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._presenter.state.loaded:
            self._presenter.load()

    def _t(self, key: str, **params: object) -> str:
        return text(f"release.page.{key}", self._language, **params)

    def _right(self) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        pad(column, gap="space_s")
        column.setContentsMargins(size("space_m"), 0, 0, 0)
        self._title = label("", "lead", wrap=True, name="release_title")
        self._facts = label("", "muted", wrap=True, name="release_facts")
        self._problem = Banner("release_problem")
        column.addWidget(self._title)
        column.addWidget(self._facts)
        column.addWidget(self._problem)
        self._inside = QWidget()
        inside = QVBoxLayout(self._inside)
        pad(inside, gap="space_s")
        inside.addLayout(self._kinds())
        self._windows = WindowsTable("release_rows", self._language)
        self._windows.edited.connect(lambda: self._presenter.edit(self._kind, self._windows.rows()))
        inside.addWidget(self._windows, 3)
        self._findings = QVBoxLayout()
        pad(self._findings, gap="space_xs")
        inside.addLayout(self._findings)
        inside.addLayout(self._acts())
        inside.addLayout(self._week_head())
        self._cells = QHBoxLayout()
        pad(self._cells, gap="space_xs")
        self._days = []
        for place in range(WEEK):
            cell = DayCell(f"release_day_{place}", 7)
            cell.setCheckable(False)
            cell.clicked.connect(lambda _=False, place=place: self._open_day(place))
            self._days.append(cell)
            self._cells.addWidget(cell, 1)
        inside.addLayout(self._cells, 2)
        column.addWidget(self._inside, 1)
        # Without a plan the words stay at the top.
        column.addStretch(0)
        return box

    def _kinds(self) -> QHBoxLayout:
        row = QHBoxLayout()
        pad(row, gap="space_xs")
        group = QButtonGroup(self)
        self._chips: dict[str, QPushButton] = {}
        for kind in KINDS:
            chip = named(QPushButton(), f"release_kind_{kind}")
            chip.setCheckable(True)
            mark(chip, "chip")
            chip.clicked.connect(lambda _=False, kind=kind: self._show_kind(kind))
            group.addButton(chip)
            self._chips[kind] = chip
            row.addWidget(chip)
        row.addStretch(1)
        self._copy = QComboBox()
        self._copy.setObjectName("release_copy")
        self._copy.addItem(self._t("copy"), "")
        for kind in KINDS:
            self._copy.addItem(text(f"release.kind.{kind}", self._language), kind)
        self._copy.activated.connect(self._copy_from)
        row.addWidget(self._copy)
        return row

    def _acts(self) -> QHBoxLayout:
        row = QHBoxLayout()
        pad(row)
        self._versions = QComboBox()
        self._versions.setObjectName("release_versions")
        self._versions.setMaximumWidth(size("text_body") * 11)
        self._versions.view().setMinimumWidth(size("text_body") * 22)
        self._versions.activated.connect(self._take_version)
        self._reason = QLineEdit()
        self._reason.setObjectName("release_reason")
        self._reason.setPlaceholderText(self._t("reason"))
        self._reason.setMaxLength(200)
        self._drop = named(button(self._t("drop"), "undo", "quiet", self._presenter.drop), "release_drop")
        self._save = named(button(self._t("save"), "save", on_click=self._presenter.save), "release_save")
        self._publish = named(
            button(self._t("publish"), "check", "primary", lambda: self._presenter.publish(self._reason.text())),
            "release_publish",
        )
        row.addWidget(self._versions)
        row.addWidget(self._reason, 1)
        row.addStretch(0)
        for one in (self._drop, self._save, self._publish):
            row.addWidget(one)
        return row

    def _week_head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        pad(row, gap="space_xs")
        self._week_title = label("", "lead")
        row.addWidget(self._week_title)
        row.addWidget(label(self._t("week_hint"), "muted"), 1)
        for name, icon_name, by in (("back", "chevron-left", -1), ("now", "calendar", 0), ("on", "chevron-right", 1)):
            one = named(
                button(self._t(f"week_{name}"), icon_name, "quiet", partial(self._presenter.turn_week, by)),
                f"release_week_{name}",
            )
            row.addWidget(one)
        return row

    # What a person does

    def _wanted(self, row: dict[str, object] | None) -> None:
        state = self._presenter.state
        if row is None or str(row["id"]) == state.selected:
            return
        wanted = str(row["id"])
        if not state.dirty:
            self._presenter.select(wanted)
            return
        question = Question(
            self, "release_unsaved", self._t("unsaved"), [self._t("unsaved_fact")],
            [
                ("release_stay", self._t("stay"), "", lambda: self._services.table.select(state.selected)),
                ("release_leave", self._t("leave"), "danger", lambda: self._presenter.select(wanted)),
            ],
        )  # fmt: skip
        question.open()

    def _show_kind(self, kind: str) -> None:
        self._kind = kind
        self._fill()

    def _copy_from(self, place: int) -> None:
        other = self._copy.itemData(place)
        self._copy.setCurrentIndex(0)
        if other and other != self._kind:
            self._presenter.copy_from(self._kind, other)

    def _take_version(self, place: int) -> None:
        number = self._versions.itemData(place)
        self._versions.setCurrentIndex(0)
        if number:
            self._presenter.take_version(int(number))

    def _open_day(self, place: int) -> None:
        week = self._presenter.state.week
        if place < len(week):
            self._presenter.open_day(week[place].day)
            DayDialog(self, self._presenter, self._language).open()

    # Drawing

    def _draw(self) -> None:
        state = self._presenter.state
        plan = state.plan
        self._inside.setVisible(plan is not None)
        self._problem.show_words("\n".join(state.faults) or state.problem)
        if plan is None:
            self._title.setText(self._t("choose") if state.loaded else self._t("loading"))
            self._facts.setText("")
            return
        if state.revision != self._revision:
            self._revision = state.revision
            self._fill()
            self._fill_versions()
        self._draw_head()
        for kind, chip in self._chips.items():
            count = len([row for row in state.rows.get(kind, ()) if any(row)])
            chip.setText(self._t("chip", kind=text(f"release.kind.{kind}", self._language), n=count))
            chip.setChecked(kind == self._kind)
        self._draw_findings()
        writable = state.may_change and not state.busy
        self._windows.set_writable(state.may_change)
        for one in (self._save, self._publish, self._drop, self._copy, self._reason):
            one.setVisible(state.may_change)
        self._reason.setVisible(state.may_change and state.warned)
        self._save.setEnabled(writable and state.dirty)
        self._publish.setEnabled(writable and (state.dirty or plan.draft is not None))
        self._drop.setEnabled(writable and (state.dirty or plan.draft is not None))
        self._draw_week()

    def _draw_head(self) -> None:
        state = self._presenter.state
        plan = state.plan
        assert plan is not None
        named_ = next((one for one in state.items if one.service_id == plan.service_id), None)
        chinese = self._language.startswith("zh")
        self._title.setText("" if named_ is None else named_.name if chinese else named_.name_en)
        parts = [known_words(plan, self._language)]
        if plan.published is not None:
            parts.append(self._t("in_force", n=plan.published.number, by=plan.published.published_by or ""))
        if plan.draft is not None:
            parts.append(self._t("draft_of", by=plan.draft.changed_by))
        if state.dirty:
            parts.append(self._t("not_saved"))
        self._facts.setText("  ·  ".join(parts))

    def _fill(self) -> None:
        self._windows.set_rows(self._presenter.state.rows.get(self._kind, ()))

    def _fill_versions(self) -> None:
        plan = self._presenter.state.plan
        self._versions.clear()
        self._versions.addItem(self._t("versions"), 0)
        for one in [] if plan is None else [plan.published, *plan.past]:
            if one is not None:
                at = f"{one.published_at:%Y-%m-%d}" if one.published_at else ""
                words = self._t("version", n=one.number, at=at, by=one.published_by or one.changed_by)
                self._versions.addItem(words, one.number)

    def _draw_findings(self) -> None:
        state = self._presenter.state
        shown = (state.findings, state.outside)
        if shown == self._findings_shown:
            return
        self._findings_shown = shown
        clear(self._findings)
        for level, words in self._presenter.words_of(state.findings)[:6]:
            self._findings.addWidget(finding_line(level, words))
        if state.outside:
            self._findings.addWidget(label("\n".join(state.outside), "muted", wrap=True, name="release_outside"))

    def _draw_week(self) -> None:
        state = self._presenter.state
        if state.week is self._week_shown:
            return
        self._week_shown = state.week
        first = state.first
        self._week_title.setText(self._t("week", first=first.isoformat() if first else ""))
        for cell, day in zip(self._days, state.week, strict=False):
            weekday = text(f"release.weekday.{WEEKDAYS[day.day.weekday()]}", self._language)
            kind = text(f"release.kind.{day.kind}", self._language)
            lines = [f"{kind} {day.name}".strip(), *cell_lines(day, self._language)]
            if day.changed:
                lines.insert(1, self._t("day_changed"))
            cell.show_day(f"{weekday} {day.day:%m-%d}", day.kind, lines)
