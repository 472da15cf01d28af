"""The forms for one unit and for one person.

unit_name unit_short_name unit_code unit_sort unit_parent_id person_name person_number person_title person_unit_id
person_phone; and per form, with the prefix unit_ or person_: save revert retire restore refusal conflict locked unsaved
editor_title editor_facts
"""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QSpinBox, QWidget

from admin_app.editing.editor_view import EditorCard
from admin_app.features.organisation.people import PeoplePresenter
from admin_app.features.organisation.picker_view import PlaceDialog
from admin_app.features.organisation.presenter import OrganisationPresenter
from admin_app.features.organisation.rights import CHANGE_PEOPLE, CHANGE_UNITS
from admin_app.features.organisation.units import UnitsPresenter
from shared.i18n import text
from shared.ui.widgets import Form, PickedField, max_length, required
from shared.ui.widgets.form import Check

NAME, SHORT, LARGEST_SORT = 200, 64, 1_000_000


class UnitCard(EditorCard):
    """Draws the unit that is being edited."""

    def __init__(self, page: OrganisationPresenter, language: str) -> None:
        self._page, self._units = page, page.units
        self._parent_field = PickedField(page.units.path)
        super().__init__(page.units, self._make(page.units, language), language, self._facts, "unit_")
        self._parent_field.clicked.connect(self._pick)

    def draw(self) -> None:
        super().draw()
        units, fixed = self._units, self._units.fixed()
        current = units.current
        # The top of everything hangs below nothing, and a new unit comes last of its neighbours.
        self.form.show_field("parent_id", current is None or current.parent_id is not None)
        self.form.show_field("sort", current is not None)
        self._parent_field.setEnabled(not fixed)
        self._parent_field.refresh()
        if fixed:
            self._parent_field.setToolTip(fixed)

    def _make(self, units: UnitsPresenter, language: str) -> Form:
        form = Form(language)
        sort = QSpinBox()
        sort.setRange(0, LARGEST_SORT)
        fields: tuple[tuple[str, QWidget, tuple[Check, ...]], ...] = (
            ("name", QLineEdit(), (required, max_length(NAME))),
            ("short_name", QLineEdit(), (self._kept, max_length(SHORT))),
            ("code", QLineEdit(), (max_length(SHORT),)),
            ("sort", sort, ()),
            ("parent_id", self._parent_field, ()),
        )
        for key, widget, checks in fields:
            widget.setObjectName(f"unit_{key}")
            form.add(key, text(f"organisation.unit.field_{key}", language), widget, *checks)
        return form

    def _kept(self, value: object) -> tuple[str, dict[str, object]] | None:
        # The server makes one up for a new unit; an existing one can't lose it.
        return None if self._units.state.is_new else required(value)

    def _facts(self) -> tuple[str, str, bool]:
        units, unit = self._units, self._units.current
        if unit is None:
            above = units.path(units.above)
            return self._word("new"), self._word("under", parent=above), False
        facts = [self._word("people_n", n=unit.people)]
        if unit.is_department:
            facts.append(self._word("department"))
        # Who may only look is told that, and need not know what else could not be done.
        if (fixed := units.fixed()) and not units.locked():
            facts.append(fixed)
        return unit.name, " · ".join(facts), unit.retired

    def _word(self, key: str, **params: object) -> str:
        return text(f"organisation.unit.{key}", self._language, **params)

    def _pick(self) -> None:
        unit = self._units.current
        moved = str(unit.id) if unit is not None else ""
        title = self._word("move_title", name=unit.name) if unit is not None else self._word("new_title")
        PlaceDialog(
            self.window(), title, self._parent_field.value,
            lambda query: self._page.places(CHANGE_UNITS, query, moved), self._parent_field.set_value, self._language,
        ).open()  # fmt: skip


class PersonCard(EditorCard):
    """Draws the person who is being edited."""

    def __init__(self, page: OrganisationPresenter, language: str) -> None:
        self._page, self._people = page, page.people
        self._unit_field = PickedField(page.units.path)
        super().__init__(page.people, self._make(page.people, language), language, self._facts, "person_")
        self._unit_field.clicked.connect(self._pick)

    def draw(self) -> None:
        super().draw()
        self._unit_field.refresh()

    def _make(self, people: PeoplePresenter, language: str) -> Form:
        form = Form(language)
        phone = QLineEdit()
        phone.setPlaceholderText(text("organisation.person.phone_hint", language))
        phone.setToolTip(text("organisation.person.phone_facts", language))
        fields: tuple[tuple[str, QWidget, tuple[Check, ...]], ...] = (
            ("name", QLineEdit(), (required, max_length(NAME))),
            ("number", QLineEdit(), (required, max_length(SHORT))),
            ("title", QLineEdit(), (max_length(SHORT),)),
            ("unit_id", self._unit_field, (required,)),
            ("phone", phone, (people.phone_fault,)),
        )
        for key, widget, checks in fields:
            widget.setObjectName(f"person_{key}")
            form.add(key, text(f"organisation.person.field_{key}", language), widget, *checks)
        return form

    def _facts(self) -> tuple[str, str, bool]:
        people, person = self._people, self._people.current
        if person is None:
            return self._word("new"), self._word("into", unit=self._page.units.path(people.unit)), False
        facts = [person.number, person.unit_name]
        if person.phone_masked:
            facts.append(self._word("masked"))
        return person.name, " · ".join(facts), person.retired

    def _word(self, key: str, **params: object) -> str:
        return text(f"organisation.person.{key}", self._language, **params)

    def _pick(self) -> None:
        PlaceDialog(
            self.window(), self._word("move_title"), self._unit_field.value,
            lambda query: self._page.places(CHANGE_PEOPLE, query), self._unit_field.set_value, self._language,
        ).open()  # fmt: skip
