"""Counters: the table to the left, the form with the services it serves to the right.

counters_table counters_filter show_retired_counters add_counter counter_label counter_name counter_name_en
counter_floor counter_zone counter_breaks picker_tree picker_search picker_count counter_save counter_revert
counter_retire counter_restore counter_refusal counter_conflict counter_unsaved counter_editor_title
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLineEdit

from admin_app.bars_view import SideBySide
from admin_app.editing.editor_view import EditorCard
from admin_app.features.catalogue import rules
from admin_app.features.catalogue.breaks import check as planned
from admin_app.features.catalogue.presenter import CataloguePresenter
from admin_app.parts_view import Banner, Card, named, pad, size
from admin_app.picker_view import ServicePicker
from shared.i18n import text
from shared.schemas.hall import Counter
from shared.ui.widgets import Column, Form, SearchableTable, button, max_length, required

_TONES = {"open": "ok", "paused": "warn", "closed": "off", "retired": "off", "new": "warn"}


class CountersTab(SideBySide):
    """Draws the presenter's table and form."""

    def __init__(self, page: CataloguePresenter, language: str) -> None:
        super().__init__()
        self.setObjectName("counters_tab")
        self._page = page
        self._presenter = page.counters
        self._language = language
        self._drawn: tuple[object, ...] = ()
        self._filling = False
        self.picker = ServicePicker(page.services, language)
        self.addWidget(self._left())
        self.editor = EditorCard(self._presenter, self._form(), language, self._describe, "counter_")
        self.editor.below.addWidget(self.picker, 1)
        self.addWidget(self.editor)
        self.share(62, 38)
        self.picker.changed.connect(lambda chosen: self._presenter.edit({"service_ids": chosen}))
        for changing in (page, page.services, self._presenter):
            changing.state_changed.connect(self._draw)
        self._draw()
        self.editor.draw()

    def _t(self, key: str, **params: object) -> str:
        return text(f"admin.catalogue.{key}", self._language, **params)

    def _left(self) -> Card:
        card = Card()
        retired = QCheckBox(self._t("show_retired"))
        retired.setObjectName("show_retired_counters")
        retired.toggled.connect(self._presenter.show_retired)
        self._add = named(button(self._t("add_counter"), "plus", "", self._presenter.add), "add_counter")
        row = QHBoxLayout()
        pad(row)
        row.addWidget(retired)
        row.addStretch(1)
        row.addWidget(self._add)
        self._problem = Banner("counters_problem")
        letter = size("text_body")
        columns = [
            Column("label", self._t("field_label"), width=letter * 6),
            Column("name", self._t("field_name"), width=letter * 10),
            Column("floor", self._t("field_floor"), width=letter * 4),
            Column("zone", self._t("field_zone"), width=letter * 10),
            Column("services", self._t("services"), width=letter * 4, right=True),
            Column("state", self._t("state"), width=letter * 7, tone=lambda row: _TONES[row["tone"]]),
            Column("staff", self._t("staff")),
        ]
        self.table = SearchableTable(columns, "catalogue_counters", language=self._language)
        self.table.setObjectName("counters_table")
        self.table.filter_box.setObjectName("counters_filter")
        self.table.row_selected.connect(self._chosen)
        card.body.addLayout(row)
        card.body.addWidget(self._problem)
        card.body.addWidget(self.table, 1)
        return card

    def _form(self) -> Form:
        form = Form(self._language)
        label, name, name_en = QLineEdit(), QLineEdit(), QLineEdit()
        self._floor, self._zone = QComboBox(), QComboBox()
        form.add("label", self._t("field_label"), label, required, rules.label, max_length(rules.LABEL))
        form.add("name", self._t("field_name"), name, required, max_length(rules.NAME))
        form.add("name_en", self._t("field_name_en"), name_en, self._kept, max_length(rules.NAME))
        form.add("floor", self._t("field_floor"), self._floor, self._placed("floor"))
        form.add("zone", self._t("field_zone"), self._zone, self._placed("zone"))
        breaks = QLineEdit()
        breaks.setPlaceholderText(self._t("breaks_example"))
        breaks.setToolTip(self._t("breaks_tip"))
        form.add("breaks", self._t("field_breaks"), breaks, planned)
        for made, object_name in (
            (breaks, "counter_breaks"), (label, "counter_label"), (name, "counter_name"), (name_en, "counter_name_en"),
            (self._floor, "counter_floor"), (self._zone, "counter_zone"),
        ):  # fmt: skip
            made.setObjectName(object_name)
        return form

    def _kept(self, value: Any) -> rules.Fault | None:
        return None if self._presenter.state.is_new else required(value)

    def _placed(self, field: str) -> rules.Check:
        """A counter that stands somewhere can be moved, but not to nowhere."""

        def check(value: Any) -> rules.Fault | None:
            counter = self._presenter.current
            return required(value) if counter is not None and getattr(counter, field) else None

        return check

    def _describe(self) -> tuple[str, str, bool]:
        counter = self._presenter.current
        if counter is None:
            return self._t("new_counter"), "", False
        facts = [self._state(counter)]
        if counter.staff is not None:
            facts.append(f"{counter.staff.name} {counter.staff.number}")
        return f"{counter.label} {counter.name}", " · ".join(facts), counter.retired

    def _state(self, counter: Counter) -> str:
        return self._t("state_retired" if counter.retired else f"state_{counter.state}")

    def _draw(self) -> None:
        state = self._presenter.state
        self._problem.show_words(state.problem if not state.loaded else "")
        self._add.setVisible(self._presenter.may_change)
        self._add.setEnabled(state.loaded)
        page = self._page.state
        self._offer(self._floor, page.floors)
        self._offer(self._zone, tuple((key, words) for key, words, _ in page.zones))
        what = (state.items, state.drafted, page)
        if what != self._drawn:
            self._drawn = what
            self._fill()
        self.picker.show_chosen(state.fields.get("service_ids", ()))
        self.picker.refuse(state.refusal if state.refused_field == "service_ids" else "")
        self.picker.setEnabled(not state.saving)
        self.picker.lock(bool(self._presenter.locked()))
        chosen = self.table.selected_row()
        if (chosen["id"] if chosen else "") != state.selected:
            self._select(state.selected)

    def _offer(self, box: QComboBox, choices: tuple[tuple[str, str], ...]) -> None:
        now = self._presenter.state.fields.get(box.objectName()[8:], "")
        known = {"", *(key for key, _ in choices)}
        # What stands with a counter is a choice, though the hall's files may not name it any more.
        wanted = [("", ""), *choices, *([(now, now)] if now not in known else [])]
        if [(box.itemData(n), box.itemText(n)) for n in range(box.count())] == [(key, words) for key, words in wanted]:
            return
        with QSignalBlocker(box):
            box.clear()
            for key, words in wanted:
                box.addItem(words, key)
            box.setCurrentIndex(max(0, box.findData(now)))

    def _fill(self) -> None:
        state, page = self._presenter.state, self._page.state
        floors = dict(page.floors)
        zones = {key: words for key, words, _ in page.zones}
        rows: list[dict[str, Any]] = []
        for item in state.items:
            name = item.name if self._language.startswith("zh") else item.name_en
            if str(item.id) in state.drafted:
                name = text("admin.editing.is_drafted", self._language, name=name)
            rows.append(
                {
                    "id": str(item.id), "label": item.label,
                    "name": name,
                    "floor": floors.get(item.floor, item.floor), "zone": zones.get(item.zone, item.zone),
                    "services": len(item.service_ids), "state": self._state(item),
                    "tone": "retired" if item.retired else item.state, "staff": item.staff.name if item.staff else "",
                }
            )  # fmt: skip
        for key in sorted(state.drafted):
            if key.startswith("new"):
                words = self._presenter.draft_name(key) or self._t("new_counter")
                rows.append(
                    {
                        "id": key,
                        "label": words,
                        "name": self._t("new_counter"),
                        "tone": "new",
                        "state": self._t("not_saved"),
                    }
                )
        self._filling = True
        self.table.set_rows(rows)
        self._filling = False
        self._select(state.selected)

    def _select(self, key: str) -> None:
        self._filling = True
        if self.table.select(key):
            self.table.view.scrollTo(self.table.view.selectionModel().currentIndex())
        self._filling = False

    def _chosen(self, row: dict[str, Any] | None) -> None:
        if row is not None and not self._filling:
            self._presenter.select(row["id"])
