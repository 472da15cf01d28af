"""What a person may ask for: what is kept about them, and all of it to take along."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from server.audit import Actor, record
from server.auth import Keys
from server.database import Reader, Writer
from server.features.access.models import AccountRow
from server.features.accounts.models import LinkRow, SessionRow
from server.features.catalogue.service import catalogue
from server.features.feedback.models import RatingRow
from server.features.limits.keeping import kept_about
from server.features.personal_data.persons import Rows, rows_of, shown
from server.features.sign_on.models import ClientRow, ConsentRow, UpstreamRow
from server.sealed import unseal
from shared.schemas.personal_data import Person, PersonAsked, PersonExport, PersonNamed


def find(writer: Writer, keys: Keys, who: Actor, named: PersonNamed) -> Person:
    """What is kept about somebody, masked. That somebody looked is in the trail, without the number."""
    rows = rows_of(writer, keys, named)
    record(writer, who, "personal_data.found", "person", rows.pseudonym,
           tickets=len(rows.tickets), accounts=len(rows.accounts))  # fmt: skip
    return shown(writer, rows)


def export(writer: Writer, keys: Keys, who: Actor, asked: PersonAsked) -> PersonExport:
    """All that is kept about somebody, in full."""
    rows = rows_of(writer, keys, asked)
    record(writer, who, "personal_data.exported", "person", rows.pseudonym, reason=asked.reason,
           tickets=len(rows.tickets), accounts=len(rows.accounts))  # fmt: skip
    return PersonExport(
        made_at=writer.now, tickets=_tickets(writer, keys, rows),
        accounts=[_account(writer, keys, row) for row in rows.accounts],
        limits=kept_about(writer, rows.keys),
    )  # fmt: skip


def _tickets(reader: Reader, keys: Keys, rows: Rows) -> list[dict[str, Any]]:
    found = catalogue(reader)
    ratings = {
        rating.ticket_id: rating
        for rating in reader.session.scalars(
            select(RatingRow).where(RatingRow.ticket_id.in_([ticket.id for ticket in rows.tickets]))
        )
    }
    result = []
    for row in rows.tickets:
        service, counter = found.services.get(row.service_id), found.counters.get(row.counter_id or row.id)
        rating = ratings.get(row.id)
        result.append({
            "number": row.number, "service": service.name if service else "", "status": row.status,
            "counter": counter.label if counter else "", "document": row.identity_kind,
            "document_number": unseal(keys.vault, "tickets.identity_cipher", row.id, row.identity_cipher),
            "name": unseal(keys.vault, "tickets.name_cipher", row.id, row.name_cipher),
            "note": row.note, "issued_at": row.issued_at, "called_at": row.called_at, "started_at": row.started_at,
            "finished_at": row.finished_at,
            "rating": {"level": rating.level, "reasons": rating.reasons, "comment": rating.comment, "at": rating.at}
            if rating else None,
        })  # fmt: skip
    return result


def _account(reader: Reader, keys: Keys, row: AccountRow) -> dict[str, Any]:
    sessions = reader.session.scalars(select(SessionRow).where(SessionRow.account_id == row.id)).all()
    linked = (
        select(UpstreamRow.name, LinkRow.linked_at)
        .join(UpstreamRow, UpstreamRow.id == LinkRow.upstream_id)
        .where(LinkRow.account_id == row.id)
    )
    agreed = (
        select(ClientRow.name, ConsentRow.scopes)
        .join(ClientRow, ClientRow.id == ConsentRow.client_id)
        .where(ConsentRow.account_id == row.id)
    )
    return {
        "kind": row.kind, "username": row.username, "status": row.status, "document": row.number_kind,
        "document_number": unseal(keys.vault, "accounts.number_cipher", row.id, row.number_cipher),
        "name": unseal(keys.vault, "accounts.name_cipher", row.id, row.name_cipher),
        "phone": unseal(keys.vault, "accounts.phone_cipher", row.id, row.phone_cipher),
        "note": row.note, "created_at": row.created_at, "last_sign_in_at": row.last_sign_in_at,
        "sessions": [
            {"kind": s.kind, "place": s.place, "address": s.address, "begun_at": s.begun_at, "ended_at": s.ended_at}
            for s in sessions
        ],
        "linked": [{"provider": name, "since": since} for name, since in reader.session.execute(linked)],
        "agreed": [{"client": name, "scopes": scopes} for name, scopes in reader.session.execute(agreed)],
    }  # fmt: skip
