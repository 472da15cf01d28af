"""How a desk reads in the operator's language."""

from __future__ import annotations

import math
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from counter_app.features.queueing.state import Choice, Left, Person, Receipt, ServiceChoice, TicketLine
from shared.domain.errors import HallError
from shared.domain.search import Entry
from shared.domain.spelling import plain
from shared.i18n import catalogue, text
from shared.i18n.errors import error_text
from shared.schemas.hall import CallReceipts, Counter, HandOver, Service
from shared.schemas.tickets import StaffTicket, Ticket

# Normally a display answers within a second; by then somebody should look at it.
RECEIPT_DUE = timedelta(seconds=12)
# The server pauses a counter so when the session of its person ends: nobody chooses it.
SESSION_ENDED = "session_ended"
PARK_REASONS = ("copy", "form", "materials", "photo", "payment")
PARK_MINUTES = (5, 10, 20, 30)
# Priority groups as the wire numbers them: a higher one goes first.
GROUPS = (4, 3, 2, 1)
RETURN_REASONS = ("not_heard", "in_hall", "restroom", "came_late")
PAUSE_REASONS = ("break", "meal", "meeting", "materials", "system", "handover")
NOBODYS_REASONS = (SESSION_ENDED, "handed_over")


class DeskWords:
    """Texts of one language; ``short_names`` are filled when the services are known."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.short_names: dict[UUID, str] = {}
        self.zone: ZoneInfo | None = None

    def t(self, key: str, **params: object) -> str:
        return text(f"counter.{key}", self.language, **params)

    def error(self, error: HallError) -> str:
        """The operator's own words for a refusal where there are some, else everybody's."""
        key = f"counter.problem.{error.code}"
        if catalogue().has(key):
            return text(key, self.language, **error.params)
        return error_text(error.code, self.language, **error.params)

    def clock(self, now: datetime) -> tuple[str, str]:
        """Time and date on the hall's wall."""
        local = now.astimezone(self.zone)
        weekday = text(f"ui.date.weekday_{(local.weekday() + 1) % 7}", self.language)
        day = self.t("clock.day", month=local.month, day=local.day, weekday=weekday)
        return f"{local:%H:%M:%S}", day

    def minutes(self, span: timedelta) -> str:
        """A wait in whole minutes."""
        return self.t("wait.minutes", n=max(0, int(span.total_seconds() // 60)))

    def longest(self, oldest: datetime | None, now: datetime) -> str:
        """How long the first in line has been waiting."""
        return self.t("queue.longest", wait=self.minutes(now - oldest)) if oldest else self.t("queue.nobody")

    def service(self, ticket: StaffTicket) -> str:
        return self.name_of(ticket)

    def name_of(self, ticket: Ticket) -> str:
        name = ticket.service_name_en if self.language == "en" else ticket.service_name
        # Of a number typed from a paper nobody here knows more.
        return name or self.t("alone.service_unknown")

    def holder(self, ticket: StaffTicket) -> str:
        """Name and number, masked; without a document, a word for that."""
        known = "  ".join(part for part in (ticket.name_masked, ticket.identity_masked) if part)
        return "  ".join(part for part in (self.group(ticket), known or self.t("person.nameless")) if part)

    def group(self, ticket: StaffTicket) -> str:
        """The priority group and how it is known, e.g. whether a proof has to be looked at; empty for nobody's."""
        if not ticket.priority:
            return self.t("priority.proof_refused") if ticket.priority_refused else ""
        named = ticket.priority in GROUPS
        group = self.t(f"priority.group_{ticket.priority}") if named else self.t("priority.group_other")
        return self.t(f"priority.proof_{ticket.priority_proof or 'staff'}", group=group)

    def status(self, ticket: StaffTicket) -> str:
        return self.t(f"status.{ticket.status}", counter=ticket.counter_label or "")

    def line(self, ticket: StaffTicket, now: datetime) -> TicketLine:
        short = self.service(ticket) if self.language == "en" else self.short_names.get(ticket.service_id)
        service = short or self.service(ticket)
        if ticket.priority > 0:
            service = self.t("queue.priority", service=service)
        waited = self.minutes(now - ticket.issued_at)
        hint = "\n".join(part for part in (self.service(ticket), self.holder(ticket), ticket.note) if part)
        return TicketLine(str(ticket.id), ticket.number, service, waited, hint)

    def parked(self, ticket: StaffTicket, now: datetime) -> TicketLine:
        """Why somebody is away, and how long until they wanted to be back."""
        away = self.away(ticket, now)
        until = ticket.parked_until
        when = self.t("parked.until", time=f"{until.astimezone(self.zone):%H:%M}") if until else ""
        since = self.t("parked.since", time=f"{(ticket.parked_at or now).astimezone(self.zone):%H:%M}")
        reason = self.park_reason(ticket.park_reason)
        parts = (reason, since, when, self.service(ticket), self.holder(ticket), ticket.note)
        return TicketLine(str(ticket.id), ticket.number, reason, away, "\n".join(part for part in parts if part))

    def away(self, ticket: StaffTicket, now: datetime) -> str:
        if ticket.parked_until is None:
            return self.minutes(now - (ticket.parked_at or now))
        left = math.ceil((ticket.parked_until - now).total_seconds() / 60)
        return self.t("parked.left", n=left) if left > 0 else self.t("parked.late", n=-left)

    def park_reason(self, reason: str) -> str:
        return self.t(f"park.{reason}") if reason in PARK_REASONS else reason

    def left(self, found: HandOver) -> Left:
        """What a colleague left here."""
        who = found.staff or self.t("hand_over.somebody")
        title = self.t("hand_over.from", name=who, time=f"{found.given_at.astimezone(self.zone):%H:%M}")
        return Left(title, found.note, self.t("hand_over.tickets", parked=found.parked, held=found.held))

    def items(self, ticket: StaffTicket, mine: Collection[UUID]) -> tuple[str, str]:
        """Which item this is and what follows, and all of them; empty for a ticket with one."""
        if not ticket.items:
            return "", ""
        names = [one.service_name_en if self.language == "en" else one.service_name for one in ticket.items]
        at = next(n for n, one in enumerate(ticket.items) if one.state == "now")
        every = "\n".join(self.t(f"items.{one.state}", n=n + 1, service=names[n]) for n, one in enumerate(ticket.items))
        place = {"n": at + 1, "all": len(names)}
        if at + 1 == len(names):
            return self.t("items.last", **place), every
        key = "items.here" if ticket.items[at + 1].service_id in mine else "items.elsewhere"
        short = self.short_names.get(ticket.items[at + 1].service_id) if self.language != "en" else None
        return self.t(key, **place, next=short or names[at + 1]), every

    def person(self, ticket: StaffTicket, now: datetime, mine: Collection[UUID] = ()) -> Person:
        called = ticket.called_at or ticket.issued_at
        since = (ticket.started_at or called) + timedelta(seconds=ticket.parked_s)
        items, all_items = self.items(ticket, mine)
        key = f"person.{ticket.status}_again" if ticket.recalls else f"person.{ticket.status}"
        return Person(
            number=ticket.number,
            status=ticket.status,
            status_words=self.t(key, n=ticket.recalls + 1),
            service=self.service(ticket),
            holder=self.holder(ticket),
            waited=self.minutes(called - ticket.issued_at),
            timer=stopwatch(now - since),
            note=ticket.note,
            items=items,
            all_items=all_items,
        )

    def receipts(
        self, call: CallReceipts | None, now: datetime, *, silent: bool = False
    ) -> tuple[Receipt | None, Receipt | None]:
        if call is None:
            return None, None
        if silent:
            return Receipt("ok", self.t("receipt.silent")), None
        late = now - call.called_at > RECEIPT_DUE
        return self._receipt("shown", call.shown, late), self._receipt("spoken", call.spoken, late)

    def _receipt(self, stage: str, count: int, late: bool) -> Receipt:
        if count:
            return Receipt("ok", self.t(f"receipt.{stage}"))
        if late:
            return Receipt("warn", self.t(f"receipt.not_{stage}"))
        return Receipt("busy", self.t(f"receipt.{stage}_due"))

    def undo(self, step: str, number: str) -> str:
        return self.t(f"undo.{step}", number=number)

    def pause_reason(self, reason: str) -> str:
        """A reason from the list by its words, a typed one as it is."""
        return self.t(f"pause.{reason}") if reason in (*PAUSE_REASONS, *NOBODYS_REASONS) else reason

    def park_choices(self) -> tuple[Choice, ...]:
        return tuple(Choice(reason, self.t(f"park.{reason}")) for reason in PARK_REASONS)

    def group_choices(self) -> tuple[Choice, ...]:
        return tuple(Choice(str(group), self.t(f"priority.group_{group}")) for group in GROUPS)

    def pause_choices(self) -> tuple[Choice, ...]:
        return tuple(Choice(reason, self.t(f"pause.{reason}")) for reason in PAUSE_REASONS)

    def counter_choices(self, counters: tuple[Counter, ...]) -> tuple[Choice, ...]:
        return tuple(
            Choice(c.label, c.label, c.name_en if self.language == "en" else c.name) for c in counters if not c.retired
        )

    def target_services(self, services: list[Service], not_this: UUID) -> tuple[ServiceChoice, ...]:
        found = [one for one in services if one.ticketable and not one.retired and one.counter_labels]
        # The service it has now stays in the list: it may go to another counter of the same service.
        found.sort(key=lambda one: (one.id != not_this, one.sort))
        return tuple(
            ServiceChoice(
                str(one.id), one.name_en or one.name if self.language == "en" else one.name,
                self.t("transfer.waiting", n=one.waiting or 0), self.entry(one),
            )
            for one in found
        )  # fmt: skip

    def entry(self, service: Service) -> Entry[str]:
        """What a service is found by."""
        return Entry(str(service.id), service.spelled or [plain(service.name)], service.uses)


def stopwatch(span: timedelta) -> str:
    """mm:ss, or h:mm:ss from an hour on."""
    seconds = max(0, int(span.total_seconds()))
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60:02d}:{rest % 60:02d}"
