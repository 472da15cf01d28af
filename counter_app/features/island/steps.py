"""What a counter's steps make of its own copy of the desk: the same state machine as the server's, without it."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from shared.domain.errors import HallError
from shared.domain.island.numbers import bare
from shared.domain.island.shares import Standing, own_share
from shared.domain.items import next_item as following_item
from shared.domain.tickets import Status, Step, after
from shared.schemas.hall import Counter, CounterDesk
from shared.schemas.tickets import StaffTicket

LONGEST_NUMBER: Final = 12
# Whoever was on duty may go on no longer: somebody has to sign in, which takes the server.
UNATTENDED: Final = frozenset({"session_ended", "handed_over"})
_STEPS: Final = {
    "start": Step.START, "finish": Step.FINISH, "no-show": Step.NO_SHOW, "hold": Step.HOLD, "recall": Step.RECALL,
}  # fmt: skip
# A ticket whose paper is all that is known of it has an id of this space, and no code.
_FROM_PAPER: Final = UUID("6b0f3c5e-2f0e-5b8f-9d55-9a3a54d2c1aa")


def is_step(step: str) -> bool:
    """Is it a step with the ticket in hand that can be taken alone?"""
    return step in _STEPS or step == "next-item"


def open_counters(counters: Iterable[Counter]) -> dict[UUID, list[UUID]]:
    """For each service the counters that are open for it."""
    found: dict[UUID, list[UUID]] = {}
    for counter in counters:
        if counter.state == "open" and not counter.retired:
            for service_id in counter.service_ids:
                found.setdefault(service_id, []).append(counter.id)
    return found


def next_own(desk: CounterDesk, serving: Mapping[UUID, Collection[UUID]]) -> StaffTicket | None:
    """Who is first of this counter's own share; None when only others' are left, or nobody."""
    line = [Standing(one.id, one.service_id, one.reserved_counter_id) for one in desk.waiting]
    own = own_share(line, desk.counter.id, serving)
    return next(one for one in desk.waiting if one.id == own[0].ticket_id) if own else None


def find(desk: CounterDesk, number: str) -> StaffTicket | None:
    """Somebody of the copy by the number on their paper, with or without its signs."""
    wanted = bare(number)
    everybody = [*desk.waiting, *desk.parked, *desk.held, *desk.missed]
    return next((one for one in everybody if bare(one.number) == wanted), None)


def from_paper(desk: CounterDesk, number: str, now: datetime) -> StaffTicket:
    """A ticket of which only its paper is known; HallError ``number_not_readable`` when it is none.

    It counts as rated: nobody here could say whose rating it is.
    """
    written = number.strip().upper()
    if not bare(written) or len(written) > LONGEST_NUMBER or not any(sign.isdigit() for sign in written):
        raise HallError("number_not_readable", number=number.strip())
    return StaffTicket(
        id=uuid.uuid5(_FROM_PAPER, bare(written)), number=written, service_id=_FROM_PAPER, service_name="",
        service_name_en="", department_name="", department_name_en="", hint="", hint_en="", status="waiting", ahead=0,
        estimate=None, counter_labels=[desk.counter.label], counter_label=None, issued_at=now, called_at=None,
        priority=0, qr="", rated=True, identity_kind=None, identity_masked=None, name_masked=None, recalls=0,
        started_at=None, finished_at=None, counter_id=None, note="",
    )  # fmt: skip


def is_from_paper(ticket: StaffTicket) -> bool:
    """Is the number all that is known of it, so that only the server can say whose it is?"""
    return ticket.service_id == _FROM_PAPER


def called(desk: CounterDesk, ticket: StaffTicket, now: datetime) -> tuple[CounterDesk, StaffTicket]:
    """The desk and the ticket once it was called here; HallError when the hand is full or the ticket cannot be."""
    _refuse_unready(desk)
    status = after(Status(ticket.status), Step.CALL)
    was_waiting = any(one.id == ticket.id for one in desk.waiting)
    in_hand = ticket.model_copy(
        update={
            "status": status.value, "called_at": now, "started_at": None, "recalls": 0, "counter_id": desk.counter.id,
            "counter_label": desk.counter.label, "parked_at": None, "parked_until": None, "park_reason": "",
            "parked_s": 0, "silent": False,
        }
    )  # fmt: skip
    after_it = desk.model_copy(
        update=_without(desk, ticket.id)
        | {"ticket": in_hand, "call": None, "undoable": None, "waiting_count": desk.waiting_count - was_waiting}
    )
    return after_it, in_hand


def stepped(desk: CounterDesk, step: str, now: datetime) -> tuple[CounterDesk, StaffTicket]:
    """The desk and the ticket that was in hand, after a step with it; HallError when it is not possible."""
    ticket = desk.ticket
    if ticket is None:
        raise HallError("no_ticket_in_hand", status=409, counter=desk.counter.label)
    if step == "next-item":
        return _next_item(desk, ticket, now)
    what = _STEPS[step]
    status = after(Status(ticket.status), what)
    changed = ticket.model_copy(update={"status": status.value, **_times(ticket, what, now)})
    update: dict[str, object] = {"undoable": None, "ticket": None, "call": None}
    if what in (Step.RECALL, Step.START):
        update["ticket"] = changed
    elif what is Step.FINISH:
        update["served_today"] = desk.served_today + 1
    elif what is Step.NO_SHOW:
        update["missed"] = [changed, *desk.missed]
    elif what is Step.HOLD:
        update["held"] = [changed, *desk.held]
    return desk.model_copy(update=update), changed


def parked(desk: CounterDesk, reason: str, minutes: int | None, now: datetime) -> tuple[CounterDesk, StaffTicket]:
    """The desk and the ticket that was in hand, once its holder was sent off for a while."""
    ticket = desk.ticket
    if ticket is None:
        raise HallError("no_ticket_in_hand", status=409, counter=desk.counter.label)
    changed = ticket.model_copy(
        update={
            "status": after(Status(ticket.status), Step.PARK).value, "park_reason": reason, "parked_at": now,
            "started_at": ticket.started_at or ticket.called_at,
            "parked_until": now + timedelta(minutes=minutes) if minutes else None,
        }
    )  # fmt: skip
    put = sorted([*desk.parked, changed], key=_due_first)
    return desk.model_copy(update={"undoable": None, "ticket": None, "call": None, "parked": put}), changed


def _due_first(ticket: StaffTicket) -> tuple[bool, datetime]:
    due = ticket.parked_until or ticket.parked_at
    return ticket.parked_until is None, due or ticket.issued_at


def unparked(desk: CounterDesk, ticket: StaffTicket, now: datetime) -> tuple[CounterDesk, StaffTicket]:
    """The desk and somebody who was parked here, back in hand without a call."""
    _refuse_unready(desk)
    away_s = max(0, round((now - ticket.parked_at).total_seconds())) if ticket.parked_at is not None else 0
    in_hand = ticket.model_copy(
        update={
            "status": after(Status(ticket.status), Step.UNPARK).value, "parked_at": None, "parked_until": None,
            "park_reason": "", "parked_s": ticket.parked_s + away_s,
        }
    )  # fmt: skip
    lists = _without(desk, ticket.id)
    return desk.model_copy(update=lists | {"undoable": None, "ticket": in_hand, "call": None}), in_hand


def paused(desk: CounterDesk, reason: str | None, now: datetime) -> CounterDesk:
    """The counter pauses for this reason, or with None goes back to work."""
    if desk.counter.state == "closed":
        raise HallError("counter_not_open", status=409, counter=desk.counter.label)
    if reason is None and desk.counter.pause_reason in UNATTENDED:
        raise HallError("staff_proof_needed", status=401)
    if reason is not None and desk.ticket is not None:
        raise HallError("ticket_in_hand", status=409, number=desk.ticket.number, counter=desk.counter.label)
    state = "open" if reason is None else "paused"
    counter = desk.counter.model_copy(update={"state": state, "pause_reason": reason, "since": now})
    return desk.model_copy(update={"counter": counter, "undoable": None})


def _refuse_unready(desk: CounterDesk) -> None:
    if desk.counter.state != "open":
        raise HallError("counter_not_open", status=409, counter=desk.counter.label)
    if desk.ticket is not None:
        raise HallError("ticket_in_hand", status=409, number=desk.ticket.number, counter=desk.counter.label)


def _times(ticket: StaffTicket, what: Step, now: datetime) -> dict[str, object]:
    match what:
        case Step.RECALL:
            return {"recalls": ticket.recalls + 1}
        case Step.START:
            return {"started_at": now}
        case Step.FINISH:
            return {"started_at": ticket.started_at or ticket.called_at, "finished_at": now}
    return {}


def item_at(ticket: StaffTicket) -> int | None:
    """The place of the item that is dealt with; None for a ticket with one."""
    return next((place for place, one in enumerate(ticket.items) if one.state == "now"), None)


def _next_item(desk: CounterDesk, ticket: StaffTicket, now: datetime) -> tuple[CounterDesk, StaffTicket]:
    at = item_at(ticket)
    services = [one.service_id for one in ticket.items]
    following = following_item(services, at, desk.counter.service_ids) if at is not None else None
    if at is None or following is None:
        raise HallError("no_next_item", status=409, number=ticket.number)
    what, service_id = following
    item = ticket.items[at + 1]
    states = [
        one.model_copy(update={"state": "done" if place <= at else "now" if place == at + 1 else "open"})
        for place, one in enumerate(ticket.items)
    ]
    changed = ticket.model_copy(
        update={
            "status": after(Status(ticket.status), what).value, "service_id": service_id, "items": states,
            "service_name": item.service_name, "service_name_en": item.service_name_en, "called_at": now,
            "started_at": now, "parked_s": 0, "counter_labels": [],
        }
    )  # fmt: skip
    stays = what is Step.NEXT_ITEM
    return desk.model_copy(update={"undoable": None, "call": None, "ticket": changed if stays else None}), changed


def _without(desk: CounterDesk, ticket_id: UUID) -> dict[str, object]:
    lists = {"waiting": desk.waiting, "held": desk.held, "missed": desk.missed, "parked": desk.parked}
    return {name: [one for one in found if one.id != ticket_id] for name, found in lists.items()}
