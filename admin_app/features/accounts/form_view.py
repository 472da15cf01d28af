"""A new account for somebody, or what is kept of one changed.

account_dialog account_form_<kind|username|unit|name|number|phone|card|no_card|note> account_person account_people
account_person_chosen
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from admin_app.ask_view import AskDialog
from admin_app.bars_view import search_line
from admin_app.features.accounts.one import AccountPresenter
from admin_app.features.accounts.rows import title, words
from admin_app.parts_view import label, pad, size
from admin_app.units import unit_paths
from admin_app.units_view import UnitBox
from shared.schemas.accounts import Account, AccountCreate
from shared.schemas.organisation import Person
from shared.ui.widgets import Form, max_length, required

KINDS = ("staff", "citizen", "enterprise")
KEY_ROLE = Qt.ItemDataRole.UserRole
TYPING_MS = 250
# Beside which field a refusal belongs.
_BESIDE = {
    "username_wrong": "username", "username_taken": "username", "person_number_wrong": "number",
    "person_has_account": "number", "phone_wrong": "phone", "card_taken": "card", "card_number_wrong": "card",
    "account_unit_unknown": "unit",
}  # fmt: skip


class AccountDialog(AskDialog):
    """``account`` None: a new one."""

    def __init__(self, parent: QWidget, presenter: AccountPresenter, language: str, account: Account | None) -> None:
        super().__init__(
            parent, "account_dialog",
            words("edit_title", language, name=title(account)) if account else words("add_title", language),
            [] if account else [words("add_facts", language)], words("save" if account else "add_go", language),
            "primary", language, presenter,
        )  # fmt: skip
        self._presenter = presenter
        self._language = language
        self._account = account
        # A card lets somebody in as a password does: it is for who may reset, all else for who keeps accounts.
        me, where = presenter.me, account.unit_id if account else None
        self._keeps = account is None or me.may_in("accounts:change", where)
        self._cards = me.may_in("accounts:reset", where) if account else me.may("accounts:reset")
        self._person: Person | None = None
        self._suggested = ""
        self._kind = QComboBox()
        self._kind.setObjectName("account_form_kind")
        if account is None:
            for kind in KINDS:
                self._kind.addItem(words(f"kind_{kind}", language), kind)
            chooser = Form(language)
            chooser.add("kind", words("kind", language), self._kind)
            self._kind.currentIndexChanged.connect(lambda _: self._follow_kind())
            self.body.addWidget(chooser)
        self._form = self._fields()
        self._picker = PersonPicker(presenter, language, words("link_hint" if account else "person_hint", language))
        self._picker.setVisible(account is None)
        if account is None or (self._keeps and account.kind == "staff" and account.staff_id is None):
            self._picker.setVisible(presenter.me.may("organisation.people:view"))
        self._picker.picked = self._picked
        self.body.addWidget(self._picker)
        self.body.addWidget(self._form)
        self._follow_kind()
        if account is None and not self._picker.isHidden():
            self._picker.search.setFocus()
        else:
            (self._username if self._keeps else self._card).setFocus()

    def answer(self) -> None:
        if not self._form.complain():
            return
        values = {key: value.strip() if isinstance(value, str) else value for key, value in self._form.values().items()}
        if self._account is None:
            self._presenter.add(self._wanted(values))
        else:
            self._presenter.edit(self._changes(self._account, values))

    def place_refusal(self, words: str) -> bool:
        field = _BESIDE.get(self._presenter.state.refusal_code, "")
        return bool(field) and not self._form.isHidden() and self._form.refuse(field, words)

    def _t(self, key: str, **params: object) -> str:
        return words(key, self._language, **params)

    def _kind_now(self) -> str:
        return self._account.kind if self._account is not None else str(self._kind.currentData())

    def _fields(self) -> Form:
        form, account, me = Form(self._language), self._account, self._presenter.me
        self._unit = UnitBox("account_form_unit")
        units = [
            (key, way) for key, way in unit_paths(self._presenter.state.units) if me.may_in("accounts:change", key)
        ]
        self._unit.fill(units, self._t("no_unit") if me.may_in("accounts:change", None) else "")
        made: dict[str, QLineEdit] = {}
        for key in ("username", "name", "number", "phone", "card", "note"):
            made[key] = QLineEdit()
            made[key].setObjectName(f"account_form_{key}")
        checks: dict[str, tuple[Any, ...]] = {
            "username": (required,),
            "name": (self._needed,),
            "number": (self._needed,),
        }
        form.add("username", self._t("fact_username"), made["username"], *checks["username"], max_length(32))
        form.add("unit", self._t("fact_unit"), self._unit)
        for key, longest in (("name", 64), ("number", 32), ("phone", 24), ("card", 64)):
            form.add(key, self._t(f"field_{key}"), made[key], *checks.get(key, ()), max_length(longest))
        no_card = QCheckBox(self._t("card_remove"))
        no_card.setObjectName("account_form_no_card")
        form.add("no_card", "", no_card)
        form.add("note", self._t("fact_note"), made["note"], max_length(200))
        made["username"].setPlaceholderText(self._t("username_hint"))
        self._username, self._card = made["username"], made["card"]
        if account is not None:
            made["username"].setText(account.username)
            made["note"].setText(account.note)
            made["name"].setPlaceholderText(self._t("keeps", what=account.name) if account.name else "")
            made["phone"].setPlaceholderText(self._t("keeps", what=account.phone) if account.phone else "")
            made["card"].setPlaceholderText(self._t("keeps_card") if account.has_card else "")
            self._unit.choose(str(account.unit_id or ""))
        return form

    def _needed(self, value: Any) -> Any:
        # Nobody but members of staff is known to the hall already; what stands there may stay.
        return required(value) if self._account is None and self._kind_now() != "staff" else None

    def _follow_kind(self) -> None:
        kind, account = self._kind_now(), self._account
        staff = kind == "staff"
        if account is None:
            self._picker.setVisible(staff and self._presenter.me.may("organisation.people:view"))
            if not staff:
                self._picker.forget()
                self._person = None
        linked = self._person is not None or (account is not None and account.staff_id is not None)
        for key in ("username", "phone", "note"):
            self._form.show_field(key, self._keeps)
        self._form.show_field("unit", self._keeps and staff and not linked)
        self._form.show_field("name", self._keeps and not linked)
        self._form.show_field("number", account is None and not staff)
        self._form.show_field("card", self._cards and staff)
        self._form.show_field("no_card", self._cards and staff and account is not None and account.has_card)
        self._form.changed.emit()

    def _picked(self, person: Person | None) -> None:
        self._person = person
        if person is not None and self._username.text() in ("", self._suggested) and self._account is None:
            self._suggested = person.number.lower()
            self._username.setText(self._suggested)
        self._follow_kind()
        self._username.setFocus()

    def _wanted(self, values: dict[str, Any]) -> AccountCreate:
        kind, person = self._kind_now(), self._person
        staff = kind == "staff"
        unit = values["unit"] if staff and person is None else None
        return AccountCreate.model_validate(
            {
                "kind": kind, "username": values["username"], "staff_id": person.id if person else None,
                "unit_id": unit or None, "name": "" if person else values["name"],
                "number": "" if staff else values["number"], "phone": values["phone"],
                "card": values["card"] if staff and self._cards else "", "note": values["note"],
            }
        )  # fmt: skip

    def _changes(self, account: Account, values: dict[str, Any]) -> dict[str, Any]:
        """Only what is different: a field that shows nothing keeps what it hides."""
        changes: dict[str, Any] = {}
        if values["username"] != account.username:
            changes["username"] = values["username"]
        if values["note"] != account.note:
            changes["note"] = values["note"]
        for key in ("name", "phone", "card"):
            if values[key]:
                changes[key] = values[key]
        if values["no_card"] and "card" not in changes:
            changes["card"] = ""
        linked = account.staff_id is not None or self._person is not None
        if account.kind == "staff" and not linked and values["unit"] and values["unit"] != str(account.unit_id or ""):
            changes["unit_id"] = values["unit"]
        if self._person is not None:
            changes["staff_id"] = self._person.id
        return changes


class PersonPicker(QWidget):
    """A person of the organisation by a part of name or number; ``picked`` is called with whom, or with None."""

    def __init__(self, presenter: AccountPresenter, language: str, hint: str) -> None:
        super().__init__()
        self._presenter = presenter
        self._language = language
        self._people: tuple[Person, ...] = ()
        self.picked: Any = lambda person: None
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self.search = search_line("account_person", hint, 64, self._first)
        self.search.textEdited.connect(lambda _: self._edited())
        self._typing.timeout.connect(lambda: presenter.find_people(self.search.text()))
        self._list = QListWidget()
        self._list.setObjectName("account_people")
        self._list.setFixedHeight(size("touch_target") * 4)
        self._list.itemActivated.connect(self._choose)
        self._list.itemClicked.connect(self._choose)
        self._list.hide()
        self._chosen = label("", "ok", wrap=True, name="account_person_chosen")
        self._chosen.hide()
        column = QVBoxLayout(self)
        pad(column)
        for part in (self.search, self._list, self._chosen):
            column.addWidget(part)
        presenter.find_people("")
        presenter.state_changed.connect(self._draw)

    def forget(self) -> None:
        self.search.clear()
        self._list.hide()
        self._chosen.hide()

    def _edited(self) -> None:
        self._chosen.hide()
        self.picked(None)
        self.search.setFocus()
        self._typing.start()

    def _first(self) -> None:
        if not self._list.isHidden() and self._list.count():
            self._choose(self._list.item(max(0, self._list.currentRow())))

    def _choose(self, item: QListWidgetItem) -> None:
        person = next((one for one in self._people if str(one.id) == item.data(KEY_ROLE)), None)
        if person is not None:
            self._list.hide()
            self.search.setText(f"{person.name} {person.number}")
            self._chosen.setText(words("person_chosen", self._language, unit=person.unit_name, name=person.name))
            self._chosen.show()
            self.picked(person)

    def _draw(self) -> None:
        people = self._presenter.state.people
        if people == self._people:
            return
        self._people = people
        self._list.clear()
        for person in people:
            item = QListWidgetItem(" · ".join(part for part in (person.name, person.number, person.unit_name) if part))
            item.setData(KEY_ROLE, str(person.id))
            self._list.addItem(item)
        self._list.setVisible(bool(people) and self._chosen.isHidden())
