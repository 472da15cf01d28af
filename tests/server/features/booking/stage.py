"""A hall that books, and a few people who do."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from server.audit import Actor
from server.database import Reader, Writer
from server.features.booking import book, holds, tending, waiting
from server.features.booking.holds import Proved
from server.features.booking.models import AppointmentRow, HoldRow, WaitingRow
from server.features.booking.people import Person, checked
from server.features.booking.rules import rules, set_rules
from server.features.catalogue.service import ServiceFacts, catalogue
from server.features.messages.models import MessageRow
from server.features.messages.service import BODY
from server.features.queueing.issue import issue
from server.features.release import service as release
from server.features.release.plans import put_in_force
from server.sealed import unseal
from shared.domain.errors import HallError
from shared.domain.hours import DateKind
from shared.domain.id_numbers import resident_check_digit
from shared.domain.release import Slot
from shared.schemas.release import Window
from shared.schemas.tickets import Identity, TicketRequest
from tests.server.conftest import Desk

WHO = Actor("phone", address="192.0.2.7")
# The clock of a desk stands at ten in the morning of this Monday.
MONDAY = date(2026, 11, 23)
TEN, ELEVEN = 600, 660


def number(n: int) -> str:
    first = f"11010119900101{n:03}"
    return first + resident_check_digit(first)


def identity(n: int) -> Identity:
    return Identity(kind="resident", number=number(n), name="张三丰")


class Bookings:
    """A desk with a plan for its first service: slots of an hour from nine to noon, ``quantity`` each."""

    def __init__(self, desk: Desk, quantity: int = 1) -> None:
        self.desk = desk
        self.service_id = desk.places()[0]
        self.plan(quantity)

    @property
    def service(self) -> ServiceFacts:
        found: ServiceFacts = self.desk.read(lambda reader: catalogue(reader).services[self.service_id])
        return found

    def plan(self, quantity: int, **shares: int) -> None:
        window = Window.model_validate({
            "start": 540, "end": 720, "slot_minutes": 60, "booking": quantity, "booking_shares": shares,
        })  # fmt: skip

        def work(writer: Writer) -> None:
            writer.touch_catalogue()
            put_in_force(
                writer.session, writer.hall_id, self.service_id, {DateKind.WEEKDAY: (window,)}, "test", writer.now
            )

        self.desk.database.write(work)

    def book(
        self, n: int, start: int = ELEVEN, day: date = MONDAY, token: str = "", channel: str = "phone"
    ) -> AppointmentRow:
        def work(writer: Writer) -> AppointmentRow:
            slot = book.slot_of(writer, self.service, day, start, channel)
            return book.book(
                writer, self.desk.context, WHO, self.person(writer, n), slot, self.service, channel=channel,
                language="zh-CN", token=token or f"{n}",
            )  # fmt: skip

        return self.desk.database.write(work)

    def person(self, reader: Reader, n: int) -> Person:
        return checked(reader, identity(n), "138 0013 8000")

    def change(self, row: AppointmentRow, start: int, day: date = MONDAY) -> None:
        def work(writer: Writer) -> None:
            slot = Slot(day, start, start + 60)
            book.change(writer, self.desk.context, WHO, book.find(writer, row.id), slot, self.service)

        self.desk.database.write(work)

    def cancel(self, row: AppointmentRow, by: str = "holder", reason: str = "") -> None:
        self.desk.database.write(
            lambda w: book.cancel(w, self.desk.context, WHO, book.find(w, row.id), by=by, reason=reason)
        )

    def hold(
        self, n: int, start: int | None = ELEVEN, day: date = MONDAY, *, phone: str = "138 0013 8000",
        browser: str = "", who: Actor = WHO, token: str = "",
    ) -> HoldRow:  # fmt: skip
        """Begun on a phone, by a browser of its own unless told otherwise; ``start`` None: for the waiting list."""

        def work(writer: Writer) -> HoldRow:
            slot = None if start is None else book.slot_of(writer, self.service, day, start, "phone")
            return holds.hold(
                writer, self.desk.context, who, checked(writer, identity(n), phone), self.service, day, slot,
                language="zh-CN", token=token or f"hold {n}", browser=(browser or f"browser {n}").encode(),
            )  # fmt: skip

        return self.desk.database.write(work)

    def confirm(self, row: HoldRow, typed: str) -> Proved | HallError:
        context = self.desk.context
        return self.desk.database.write(
            lambda w: holds.confirm(w, context, WHO, holds.find(w, row.code), typed)
        )  # fmt: skip

    def send_again(self, row: HoldRow) -> None:
        self.desk.database.write(lambda w: holds.send_again(w, self.desk.context, WHO, holds.find(w, row.code)))

    def codes(self) -> list[str]:
        """The codes that were sent, as their receivers read them."""
        return [re.findall(r"\d{6}", words)[0] for kind, words in self.messages() if kind == holds.CODE]

    def codes_by_hold(self) -> dict[UUID, str]:
        """The last code of each."""

        def work(reader: Reader) -> dict[UUID, str]:
            sent = select(MessageRow).where(MessageRow.kind == holds.CODE).order_by(MessageRow.id)
            keys, found = self.desk.context.keys.vault, {}
            for row in reader.session.scalars(sent):
                said = json.loads(unseal(keys, BODY, row.id, row.body_cipher) or "{}")
                found[UUID(row.subject.split()[0])] = said["params"]["code"]
            return found

        return dict(self.desk.read(work))

    def wait(self, n: int, day: date = MONDAY, token: str = "") -> WaitingRow:
        return self.desk.database.write(
            lambda w: waiting.join(
                w, self.desk.context, WHO, self.person(w, n), self.service, day, channel="phone", language="zh-CN",
                token=token or f"wait {n}",
            )
        )  # fmt: skip

    def accept(self, row: WaitingRow) -> AppointmentRow:
        return self.desk.database.write(
            lambda w: book.accept(w, self.desk.context, WHO, waiting.find(w, row.id))
        )  # fmt: skip

    def leave(self, row: WaitingRow) -> None:
        self.desk.database.write(lambda w: waiting.leave(w, self.desk.context, WHO, waiting.find(w, row.id)))

    def tend(self) -> int:
        return self.desk.database.write(lambda w: tending.tend(w, context=self.desk.context))

    def appointment(self, row: AppointmentRow) -> AppointmentRow:
        found: AppointmentRow = self.desk.read(lambda reader: book.find(reader, row.id))
        return found

    def entry(self, row: WaitingRow) -> WaitingRow:
        found: WaitingRow = self.desk.read(lambda reader: waiting.find(reader, row.id))
        return found

    def left(self, day: date = MONDAY) -> dict[int, int]:
        """Slots of the day that have not begun, with what is left of each."""
        found = self.desk.read(lambda reader: release.slots(reader, self.service, day, 1))
        return {one.slot.start: one.left for one in found}

    def check_in(self, row: AppointmentRow, **fields: Any) -> dict[str, Any]:
        request = TicketRequest(service_id=self.service_id, appointment_id=row.id, **fields)
        context = self.desk.context
        return dict(json.loads(self.desk.database.write(lambda w: issue(w, context, request, "kiosk:test"))))

    def messages(self) -> list[tuple[str, str]]:
        """Kind and words of what was sent or waits to be."""

        def work(reader: Reader) -> list[tuple[str, str]]:
            rows = reader.session.scalars(select(MessageRow).order_by(MessageRow.made_at, MessageRow.id))
            keys = self.desk.context.keys.vault
            return [(row.kind, json.loads(unseal(keys, BODY, row.id, row.body_cipher) or "")["text"]) for row in rows]

        return list(self.desk.read(work))

    def set_rules(self, **fields: Any) -> None:
        def work(writer: Writer) -> None:
            set_rules(writer, WHO, rules(writer).model_copy(update=fields), demo=True)

        self.desk.database.write(work)


TOMORROW, FRIDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=4)
