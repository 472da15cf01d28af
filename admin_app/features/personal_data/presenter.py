"""What is kept about one person: found, shown in full for a moment, taken along, erased."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Slot

from admin_app.words import sorry
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.i18n import text
from shared.i18n.errors import error_text
from shared.schemas.access import Me
from shared.schemas.personal_data import Erased, Kept, KeptAccount, KeptTicket, Part, Person, PersonAsked, PersonNamed
from shared.ui.background import run_in_background
from shared.ui.presenter import Presenter

# A value in full hides itself: nobody leaves a stranger's number on the screen.
SHOWN_MS = 30_000
REASON = 4
PARTS: tuple[Part, ...] = ("number", "name", "phone")


@dataclass(frozen=True)
class Line:
    """One value of a card; ``key`` is ``kind:id:part``, empty when there is nothing to show in full."""

    title: str
    value: str
    key: str = ""
    in_full: bool = False


@dataclass(frozen=True)
class CardFacts:
    key: str
    title: str
    note: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class PersonalDataState:
    """``found`` is what the last question said: "", none, some."""

    busy: bool = False
    found: str = ""
    cards: tuple[CardFacts, ...] = ()
    tickets: int = 0
    accounts: int = 0
    active_ticket: str = ""
    problem: str = ""
    told: str = ""
    may_reveal: bool = False
    may_export: bool = False
    may_erase: bool = False


class PersonalDataPresenter(Presenter[PersonalDataState]):
    def __init__(
        self, client: HallClient, language: str, parent: QObject | None = None, *, shown_ms: int = SHOWN_MS
    ) -> None:
        super().__init__(PersonalDataState(), parent)
        self._client = client
        self._language = language
        self._named: PersonNamed | None = None
        self._person: Person | None = None
        self._revealed: tuple[str, str] | None = None
        self._question = 0
        self._hiding = QTimer(self)
        self._hiding.setSingleShot(True)
        self._hiding.setInterval(shown_ms)
        self._hiding.timeout.connect(self.hide_value)

    @Slot(object)
    def set_me(self, me: Me) -> None:
        self.change(
            may_reveal=me.may("personal_data:reveal"), may_export=me.may("personal_data:export"),
            may_erase=me.may("personal_data:erase"),
        )  # fmt: skip

    @Slot(str, str)
    def find(self, number: str, phone: str) -> None:
        self.forget()
        if not number.strip() and not phone.strip():
            self.change(problem=error_text("person_not_named", self._language))
            return
        self._named = PersonNamed(number=number.strip() or None, phone=phone.strip() or None)
        self._look()

    @Slot()
    def forget(self) -> None:
        """The next person must not see the last one's."""
        self._question += 1
        self._named = self._person = self._revealed = None
        self._hiding.stop()
        self.change(busy=False, found="", cards=(), tickets=0, accounts=0, active_ticket="", problem="", told="")

    def reveal(self, key: str, reason: str) -> None:
        """Show one value in full for a while; a value shown before hides."""
        kind, row, part = key.split(":")
        self._ask(
            lambda: self._client.reveal(cast(Kept, kind), UUID(row), cast(Part, part), reason),
            lambda value: self._shown(key, value),
        )

    @Slot()
    def hide_value(self) -> None:
        self._revealed = None
        self._hiding.stop()
        self._draw()

    def export(self, reason: str, path: Path) -> None:
        """Write all that is kept, in full, to a file that is its owner's only."""
        asked = self._asked(reason)

        def work() -> None:
            made = self._client.export_person(asked)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(made.model_dump_json(indent=2))

        def guarded() -> None:
            try:
                work()
            except OSError as error:
                raise HallError("file_not_written", path=str(path), fault=error.strerror or str(error)) from error

        self._ask(guarded, lambda _: self.change(told=self._t("exported", file=str(path))))

    def erase(self, reason: str) -> None:
        asked = self._asked(reason)
        self._ask(lambda: self._client.erase_person(asked), self._erased)

    def _asked(self, reason: str) -> PersonAsked:
        named = self._named or PersonNamed()
        return PersonAsked(number=named.number, phone=named.phone, reason=reason)

    def _t(self, key: str, **params: object) -> str:
        return text(f"protection.personal.{key}", self._language, **params)

    def _look(self) -> None:
        named = self._named
        if named is not None:
            self._ask(lambda: self._client.find_person(named), self._found)

    def _ask(self, work: Callable[[], Any], done: Callable[[Any], object]) -> None:
        self._question += 1
        question = self._question
        self.change(busy=True, problem="", told="")

        def answered(result: Any) -> None:
            # Somebody else stands at the desk by now.
            if question == self._question:
                self.change(busy=False)
                done(result)

        def refused(error: HallError) -> None:
            if question == self._question:
                self.change(busy=False, problem=sorry(error, self._language, acted=True))

        run_in_background(work, answered, refused, owner=self)

    def _found(self, person: Person) -> None:
        self._person = person
        self.change(
            found="some" if person.tickets or person.accounts else "none", tickets=len(person.tickets),
            accounts=len(person.accounts), active_ticket=person.active_ticket,
        )  # fmt: skip
        self._draw()

    def _shown(self, key: str, value: str) -> None:
        self._revealed = (key, value)
        self._hiding.start()
        self._draw()

    def _erased(self, done: Erased) -> None:
        self.forget()
        self.change(told=self._t("erased", **done.model_dump()))

    def _draw(self) -> None:
        if self._person is None:
            return
        cards = [self._account(item) for item in self._person.accounts] + [
            self._ticket(t) for t in self._person.tickets
        ]
        self.change(cards=tuple(cards))

    def _ticket(self, item: KeptTicket) -> CardFacts:
        masked = {"number": item.identity_masked, "name": item.name_masked}
        lines = self._lines("ticket", item.id, masked, item.sealed)
        if item.has_comment:
            lines += (Line(self._t("comment"), self._t("comment_kept")),)
        note = " · ".join(part for part in (item.service_name, item.department_name) if part)
        return CardFacts(f"ticket:{item.id}", f"{self._t('ticket')} {item.number} · {item.service_day}", note, lines)

    def _account(self, item: KeptAccount) -> CardFacts:
        masked = {"number": item.number_masked, "name": item.name_masked, "phone": item.phone_masked}
        title = f"{self._t('account')} · {self._t('kind_' + item.kind)}"
        note = f"{self._t('status_' + item.status)} · {item.created_at:%Y-%m-%d}"
        return CardFacts(f"account:{item.id}", title, note, self._lines("account", item.id, masked, item.sealed))

    def _lines(self, kind: str, row: UUID, masked: dict[str, str], sealed: list[Part]) -> tuple[Line, ...]:
        lines = []
        for part in PARTS:
            key = f"{kind}:{row}:{part}"
            if self._revealed is not None and self._revealed[0] == key:
                lines.append(Line(self._t(part), self._revealed[1], key, True))
            elif masked.get(part) or part in sealed:
                lines.append(Line(self._t(part), masked.get(part) or "***", key if part in sealed else ""))
        return tuple(lines)
