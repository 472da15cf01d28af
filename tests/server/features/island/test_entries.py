"""Journals of terminals as they come up: every number on paper holds, and is kept once."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from server.auth import Principal
from server.features.catalogue.service import catalogue
from server.features.island.models import ConflictRow, EntryRow
from server.features.island.service import take_entries
from server.features.queueing.issue import issue
from server.features.queueing.models import LineRow, TicketRow
from server.features.queueing.view import find_by_number
from server.joints import hang_on
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.domain.island.numbers import band_label
from shared.schemas.island import EntryBatch, EntryVerdict, IslandEntry
from shared.schemas.tickets import TicketRequest
from tests.server.conftest import Desk

KIOSK = Principal.of_machine("kiosk", "3", 2e9)
PERSON = {"kind": "resident", "number": "11010519491231002X", "name": "张三丰"}


def series_of(desk: Desk, service_id: UUID) -> str:
    return str(desk.read(lambda reader: catalogue(reader).services[service_id].series))


def entry(desk: Desk, service_id: UUID, count: int, /, *, ago_s: float = 0, **body: Any) -> IslandEntry:
    """A ticket of kiosk 3's own band, taken so many seconds ago."""
    series, at = series_of(desk, service_id), desk.clock.now - timedelta(seconds=ago_s)
    fields = {
        "id": str(uuid7()), "service_id": str(service_id), "service_day": desk.clock.now.date().isoformat(),
        "series": series, "band": "K3", "count": count, "number": band_label(series, 3, count),
        "qr": uuid4().hex[:22],
    } | body  # fmt: skip
    return IslandEntry(id=uuid7(), kind="ticket.issued", at=at, body=fields)


def upload(desk: Desk, *entries: IslandEntry, who: Principal = KIOSK) -> list[EntryVerdict]:
    batch = EntryBatch(entries=list(entries))
    return list(desk.database.write(lambda w: take_entries(w, desk.context, who, batch)).entries)


def rows(desk: Desk, model: Any) -> list[Any]:
    return list(desk.read(lambda reader: reader.session.scalars(select(model)).all()))


def test_a_number_without_a_lease_is_taken_all_the_same_and_somebody_has_to_look(desk: Desk) -> None:
    service, _, _ = desk.places()
    said = entry(desk, service, 7, ago_s=60, identity=PERSON)
    [verdict] = upload(desk, said)
    assert (verdict.verdict, verdict.code) == ("conflict", "outside_lease")
    [ticket] = rows(desk, TicketRow)
    assert ticket.number == said.body["number"] and ticket.number.endswith("·K3-07")
    assert ticket.issued_at == said.at and ticket.issued_by == "kiosk:3" and ticket.name_masked
    [conflict] = rows(desk, ConflictRow)
    assert conflict.id == verdict.conflict_id and conflict.ticket_id == ticket.id and conflict.settled_at is None
    told = [event.kind for event in desk.events]
    assert told.count("ticket.issued") == 1 and told.count("conflict.recorded") == 1


def test_an_entry_is_answered_the_same_way_however_often_it_comes(desk: Desk) -> None:
    service, other, _ = desk.places()
    first, second = entry(desk, service, 1), entry(desk, other, 1)
    answers = upload(desk, first)
    assert upload(desk, first, second)[0] == answers[0]
    assert upload(desk, second, first, first)[1:] == [answers[0], answers[0]]
    assert len(rows(desk, TicketRow)) == 2 and len(rows(desk, EntryRow)) == 2
    assert sum(row.waiting for row in rows(desk, LineRow)) == 2


def test_what_is_kept_of_an_entry_names_nobody(desk: Desk) -> None:
    service, _, _ = desk.places()
    upload(desk, entry(desk, service, 1, identity=PERSON))
    kept = json.dumps([row.body for row in rows(desk, EntryRow)] + [row.detail for row in rows(desk, ConflictRow)])
    assert PERSON["number"] not in kept and PERSON["name"] not in kept and "qr" not in kept
    assert all(PERSON["number"] not in event.data for event in desk.events)


def test_one_that_is_of_no_use_keeps_its_neighbours_from_nothing(desk: Desk) -> None:
    service, _, _ = desk.places()
    unknown = entry(desk, service, 2, service_id=str(uuid4()))
    broken = IslandEntry(id=uuid7(), kind="ticket.issued", at=desk.clock.now, body={"number": 5})
    old = entry(desk, service, 3, service_day="2020-01-01")
    verdicts = upload(desk, entry(desk, service, 1), unknown, broken, old, entry(desk, service, 4))
    assert [one.verdict for one in verdicts] == ["conflict", "refused", "refused", "refused", "conflict"]
    assert [one.code for one in verdicts[1:4]] == ["service_unknown", "entry_malformed", "entry_too_old"]
    assert sorted(row.count for row in rows(desk, TicketRow)) == [1, 4]


def test_a_journal_is_a_machines_and_its_own(desk: Desk) -> None:
    service, _, _ = desk.places()
    said = entry(desk, service, 1)
    person = Principal("user", "li", 2e9, frozenset({"queue.tickets:issue"}), account_id=uuid4())
    with pytest.raises(HallError) as refused:
        upload(desk, said, who=person)
    assert refused.value.code == "not_a_terminal"
    assert upload(desk, said, who=Principal.of_machine("counter", "1", 2e9))[0].code == "not_permitted"
    upload(desk, taken := entry(desk, service, 2))
    stranger = Principal.of_machine("kiosk", "4", 2e9)
    assert upload(desk, taken, who=stranger)[0].code == "entry_of_another"


def test_an_answer_that_was_lost_leads_to_the_one_ticket(desk: Desk) -> None:
    service, _, _ = desk.places()
    id_ = uuid7()
    desk.database.write(lambda w: issue(w, desk.context, TicketRequest(id=id_, service_id=service), "kiosk:3"))
    said = entry(desk, service, 1, id=str(id_))
    [verdict] = upload(desk, said)
    assert (verdict.verdict, verdict.code) == ("conflict", "number_differs")
    [ticket] = rows(desk, TicketRow)
    [conflict] = rows(desk, ConflictRow)
    assert conflict.number == said.body["number"] != ticket.number == conflict.detail["on_screens"]
    # The paper's code opens the page: nobody has ever seen the other one.
    assert ticket.qr == said.body["qr"]


def test_either_number_of_a_paper_finds_its_ticket(desk: Desk) -> None:
    hang_on()
    service, other, _ = desk.places()
    id_ = uuid7()
    desk.database.write(lambda w: issue(w, desk.context, TicketRequest(id=id_, service_id=service), "kiosk:3"))
    differs, own = entry(desk, service, 1, id=str(id_)), entry(desk, other, 2)
    upload(desk, differs, own)
    [server_number] = [row.number for row in rows(desk, TicketRow) if row.id == id_]

    def found(number: str) -> str:
        return str(desk.read(lambda reader: find_by_number(reader, number).id))

    paper, second = differs.body["number"], own.body["number"]
    assert found(server_number) == found(paper) == found(paper.lower().replace("·", "")) == str(id_)
    # As somebody types it who has no dot on the keys.
    assert (
        found(second) == found(second.replace("·", "").replace("-", "")) == found(second.replace("·", " ")) != str(id_)
    )
    with pytest.raises(HallError):
        found("A·K9-99")
