"""What the draft would do: whom a counter would call now, and a past day side by side.

trial_tabs trial_trouble trial_counter trial_now trial_preview trial_day trial_replay trial_figures trial_moved
trial_says trial_stale
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QTabWidget, QVBoxLayout, QWidget

from admin_app.features.calling.presenter import CallingPresenter, CallingState
from admin_app.parts_view import Banner, Card, label, named, pad, size
from shared.i18n import text
from shared.schemas.calling import CallingPreview, Replayed, WaitingOne
from shared.ui.widgets import Column, SearchableTable, button

# Room for a number, what kind of person, and the minutes.
WHO = 190
GROUP = 120


def _plain(table: SearchableTable) -> None:
    """So few rows need no filter and no export."""
    for part in (table.filter_box, table.count, table.export_button):
        part.hide()


class TrialCard(Card):
    """Nothing here changes anything in the hall."""

    def __init__(self, presenter: CallingPresenter, language: str) -> None:
        super().__init__(text("calling.console.sheet_trial", language))
        self._presenter, self._language = presenter, language
        self._counters: object = None
        self._days: object = None
        self._shown: tuple[object, object] = (None, None)
        self._trouble = Banner("trial_trouble")
        self._stale = label(self._t("stale"), "muted", wrap=True, name="trial_stale")
        self.body.addWidget(label(self._t("note_trial"), "muted", wrap=True))
        self.body.addWidget(self._trouble)
        self.body.addWidget(self._stale)
        tabs = QTabWidget()
        tabs.setObjectName("trial_tabs")
        tabs.addTab(self._now(), self._t("tab_now"))
        tabs.addTab(self._day(), self._t("tab_day"))
        self.body.addWidget(tabs, 1)
        presenter.state_changed.connect(self._draw)
        self._draw()

    def _t(self, key: str, **params: object) -> str:
        return text(f"calling.console.{key}", self._language, **params)

    def _head(self, box: QComboBox, go: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        pad(row)
        row.addWidget(box, 1)
        row.addWidget(go)
        return row

    def _now(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        pad(column, "space_s")
        self._counter = QComboBox()
        self._counter.setObjectName("trial_counter")
        self._go_now = named(button(self._t("try_now"), "play", on_click=self._try_now), "trial_now")
        column.addLayout(self._head(self._counter, self._go_now))
        self._waiting = label("", "muted", wrap=True)
        column.addWidget(self._waiting)
        self._preview = SearchableTable(
            [
                Column("place", self._t("col_place"), right=True), Column("now", self._t("col_now"), width=WHO),
                Column("then", self._t("col_then"), width=WHO), Column("why", self._t("col_why")),
            ],
            "calling_preview", key="key", language=self._language,
        )  # fmt: skip
        self._preview.setObjectName("trial_preview")
        _plain(self._preview)
        column.addWidget(self._preview, 1)
        column.addStretch(0)
        self._show_preview(None)
        return page

    def _day(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        pad(column, "space_s")
        self._day_box = QComboBox()
        self._day_box.setObjectName("trial_day")
        self._go_day = named(button(self._t("try_day"), "play", on_click=self._try_day), "trial_replay")
        column.addLayout(self._head(self._day_box, self._go_day))
        self._says: QLabel = label("", wrap=True, name="trial_says")
        column.addWidget(self._says)
        self._figures = SearchableTable(
            [
                Column("group", self._t("col_group"), width=GROUP),
                Column("tickets", self._t("col_people"), right=True),
                Column("median", self._t("col_median"), right=True), Column("p90", self._t("col_p90"), right=True),
                Column("longest", self._t("col_longest"), right=True),
            ],
            "calling_figures", key="key", language=self._language,
        )  # fmt: skip
        self._figures.setObjectName("trial_figures")
        _plain(self._figures)
        self._figures.setFixedHeight(size("touch_target") * 5)
        column.addWidget(self._figures)
        column.addWidget(label(self._t("moved"), "lead"))
        self._moved = SearchableTable(
            [
                Column("number", self._t("col_number")), Column("service", self._t("col_service")),
                Column("group", self._t("col_group")), Column("before", self._t("col_now_wait"), right=True),
                Column("after", self._t("col_then_wait"), right=True),
                Column("moved", self._t("col_moved"), right=True),
            ],
            "calling_moved", key="key", language=self._language,
        )  # fmt: skip
        self._moved.setObjectName("trial_moved")
        column.addWidget(self._moved, 1)
        return page

    def _try_now(self) -> None:
        if self._counter.currentData() is not None:
            self._presenter.try_now(UUID(str(self._counter.currentData())))

    def _try_day(self) -> None:
        if self._day_box.currentData() is not None:
            self._presenter.try_day(self._day_box.currentData())

    def _draw(self) -> None:
        state = self._presenter.state
        self._trouble.show_words(state.trouble)
        self._offer(state)
        ready = state.loaded and not state.trying
        self._go_now.setEnabled(ready and self._counter.count() > 0)
        self._go_day.setEnabled(ready and self._day_box.count() > 0)
        self._stale.setVisible(state.tried is not None and state.tried != state.draft)
        if (state.preview, state.replayed) != self._shown:
            self._shown = (state.preview, state.replayed)
            self._show_preview(state.preview)
            self._show_replay(state.replayed)
        if state.loaded and not state.days:
            self._says.setText(self._t("no_days"))

    def _offer(self, state: CallingState) -> None:
        if self._counters is not state.counters:
            self._counters = state.counters
            self._counter.clear()
            for counter in state.counters:
                self._counter.addItem(f"{counter.label}  {counter.name}", str(counter.id))
        if self._days is not state.days:
            self._days = state.days
            self._day_box.clear()
            for day in state.days:
                self._day_box.addItem(day.isoformat(), day)

    def _show_preview(self, found: CallingPreview | None) -> None:
        # An empty table says nothing: before a try, and where nobody waits, words do.
        self._preview.setVisible(found is not None and bool(found.now))
        if found is None:
            self._preview.set_rows([])
            self._waiting.setText(self._t("not_tried"))
            return
        self._waiting.setText(self._t("waiting" if found.waiting else "nobody", n=found.waiting))
        pairs = zip(found.now, found.then, strict=True)
        self._preview.set_rows([
            {"key": place, "place": place, "now": self._who(now), "then": self._who(then),
             "why": self._t(f"rule_{then.why}") if then.why else ""}
            for place, (now, then) in enumerate(pairs, 1)
        ])  # fmt: skip

    def _who(self, one: WaitingOne) -> str:
        kind = self._t(f"kind_{one.kind}")
        return self._t("who", number=one.number, kind=kind, n=max(0, one.waited_s) // 60)

    def _show_replay(self, found: Replayed | None) -> None:
        if found is None:
            return
        said = self._t("day_says", earlier=found.earlier, later=found.later)
        self._says.setText(said + (" " + self._t("guessed") if found.guessed else ""))
        rows: list[dict[str, Any]] = [
            {
                "key": row.group, "group": self._t(f"kind_{row.group}"), "tickets": row.before.tickets,
                "median": self._pair(row.before.median_s, row.after.median_s),
                "p90": self._pair(row.before.p90_s, row.after.p90_s),
                "longest": self._pair(row.before.longest_s, row.after.longest_s),
            }
            for row in found.rows
        ]  # fmt: skip
        self._figures.set_rows(rows)
        self._moved.set_rows([
            {
                "key": number, "number": one.number, "service": one.service_name, "group": self._t(f"kind_{one.kind}"),
                "before": round(one.before_s / 60), "after": round(one.after_s / 60),
                "moved": round((one.after_s - one.before_s) / 60),
            }
            for number, one in enumerate(found.moved)
        ])  # fmt: skip

    def _pair(self, before: float | None, after: float | None) -> str:
        if before is None or after is None:
            return "–"
        return self._t("pair", before=f"{before / 60:.0f}", after=f"{after / 60:.0f}")
