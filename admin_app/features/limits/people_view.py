"""The dialogs that shut somebody out, or let somebody have more.

limit_person limit_person_kind limit_person_number limit_person_name limit_person_per_day limit_person_days
limit_person_reason limit_person_what
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from PySide6.QtWidgets import QComboBox, QLineEdit, QSpinBox, QWidget

from admin_app.ask_view import AskDialog
from admin_app.features.limits.presenter import LimitsPresenter
from shared.domain.id_numbers import check_typing
from shared.i18n import text
from shared.schemas.tickets import Identity
from shared.ui.widgets import Form

DOCUMENTS = ("resident", "social_security", "hk_macau_taiwan", "foreigner", "organisation", "passport", "other")
_UNCHECKED = ("passport", "other")
_FIRST_DAYS = {"block": 30, "exception": 365}
_MOST_DAYS = 366


class PersonDialog(AskDialog):
    """``what``: ``block`` or ``exception``."""

    def __init__(self, parent: QWidget, what: str, presenter: LimitsPresenter, language: str) -> None:
        def t(key: str) -> str:
            return text(f"limits.person.{key}", language)

        super().__init__(
            parent, "limit_person", t(f"title_{what}"), [t(f"facts_{what}")], t(f"go_{what}"),
            "danger" if what == "block" else "primary", language, presenter,
        )  # fmt: skip
        self._what, self._presenter = what, presenter
        self._form = Form(language)
        self._documents, self._number, self._name = QComboBox(), QLineEdit(), QLineEdit()
        for kind in DOCUMENTS:
            self._documents.addItem(t(f"document_{kind}"), kind)
        self._number.setMaxLength(64)
        self._name.setMaxLength(64)
        days, reason = QSpinBox(), QLineEdit()
        days.setRange(1, _MOST_DAYS)
        days.setValue(_FIRST_DAYS[what])
        reason.setMaxLength(200)
        if what == "exception":
            kinds, per_day = QComboBox(), QSpinBox()
            for kind in ("agent", "companions"):
                kinds.addItem(text(f"limits.kind.{kind}", language), kind)
            per_day.setRange(1, 50)
            self._add("what", t("what"), kinds)
        self._add("kind", t("document"), self._documents)
        self._add("number", t("number"), self._number, self._check_number)
        self._add("name", t("name"), self._name)
        if what == "exception":
            self._add("per_day", t("per_day"), per_day)
        self._add("days", t("days"), days)
        self._add("reason", t("reason"), reason, _four)
        self.body.addWidget(self._form)
        self._number.setFocus()

    def _add(self, key: str, words: str, field: QWidget, *checks: Any) -> None:
        field.setObjectName(f"limit_person_{key}")
        self._form.add(key, words, field, *checks)

    def _check_number(self, value: object) -> tuple[str, dict[str, object]] | None:
        kind, number = self._documents.currentData(), str(value).strip()
        if not number:
            return "ui.form.required", {}
        if kind in _UNCHECKED:
            return None
        judged = check_typing(kind, number, date.today())
        if judged.state == "ok":
            return None
        if judged.code:
            return f"devices.id_number.{judged.code}", dict(judged.params)
        return "limits.person.number_wrong", {}

    def answer(self) -> None:
        if not self._form.complain():
            return
        values = self._form.values()
        identity = Identity(kind=values["kind"], number=values["number"].strip(), name=values["name"].strip() or None)
        until = date.today() + timedelta(days=values["days"] - 1)
        if self._what == "block":
            self._presenter.block(identity, until, values["reason"].strip())
        else:
            self._presenter.let_have_more(values["what"], identity, values["per_day"], until, values["reason"].strip())


def _four(value: object) -> tuple[str, dict[str, object]] | None:
    return None if len(str(value).strip()) >= 4 else ("admin.ask.reason_missing", {"n": 4})
