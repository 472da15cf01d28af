"""Service tickets: good once, for seconds, for one service of one client.

What must be kept of a refusal (the ticket is used up) would be rolled back by a raise inside the writer: ``accept``
answers the refusal.
"""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from server import one_time
from server.audit import Actor, record
from server.database import Reader, Writer
from server.features.accounts.models import SessionRow
from server.features.accounts.sessions import principal_name
from server.features.sign_on import claims, clients
from server.features.sign_on.asking import FOR_S
from server.features.sign_on.families import Alive, alive
from server.features.sign_on.models import ClientRow, FamilyRow
from shared.domain.identifiers import uuid7

TICKET: Final = "cas_ticket"
TICKET_LIFE: Final = timedelta(seconds=10)
COUNTED: Final = "cas_counted"
PREFIX: Final = "ST-"
# Every service must take tickets of up to 32 characters, of these (CAS 3.0, 3.7): 29 of them are 172 random bits.
_SIGNS: Final = string.ascii_letters + string.digits
_LENGTH: Final = 29


@dataclass(frozen=True, slots=True)
class Fault:
    """A refusal by its code of the protocol (CAS 3.0, 2.5.3)."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """Whom a ticket was for, as the client's scopes let it know them. ``fresh``: proved on the way to this ticket."""

    user: str
    said: dict[str, Any]
    proved_at: str
    fresh: bool


NO_REQUEST: Final = Fault("INVALID_REQUEST", "service and ticket are both required, each once")
_NO_TICKET: Final = Fault("INVALID_TICKET", "the ticket is not known, used already, or too old")
_NO_PROXY: Final = Fault("UNAUTHORIZED_SERVICE_PROXY", "this server gives no proxy tickets")
_NOT_ITS: Final = Fault("INVALID_SERVICE", "the ticket was given to another service; it is used up now")
_NOT_FRESH: Final = Fault("INVALID_TICKET", "the ticket does not come from a fresh sign-in")
_NO_SPEC: Final = Fault("INVALID_TICKET_SPEC", "only service tickets are validated here")


def is_counted(reader: Reader, nonce: str) -> bool:
    """Whether a ticket was given already for the proof that this request led to."""
    return one_time.look(reader, COUNTED, nonce) is not None


def count_proof(writer: Writer, nonce: str) -> bool:
    """One proof is fresh for one ticket; False when that was given meanwhile."""
    if is_counted(writer, nonce):
        return False
    one_time.put(writer, COUNTED, nonce, {}, timedelta(seconds=FOR_S))
    return True


def scopes_of(client: ClientRow) -> list[str]:
    """What an old system learns: it can't ask for less than it is allowed."""
    return [scope for scope in clients.allowed(client, client.scopes) if scope not in ("offline_access", "hall")]


def issue(writer: Writer, client: ClientRow, service: str, living: Alive, *, fresh: bool) -> str:
    """A ticket for a service that the client has registered."""
    ticket = PREFIX + "".join(secrets.choice(_SIGNS) for _ in range(_LENGTH))
    data = {
        "client": str(client.id), "service": service, "session": str(living.session.id),
        "account": str(living.account.id), "fresh": fresh,
    }  # fmt: skip
    one_time.put(writer, TICKET, ticket, data, TICKET_LIFE)
    return ticket


def accept(
    writer: Writer, service: str, ticket: str, address: str, *, renew: bool = False, proxy: bool = False
) -> Accepted | Fault:
    """Use a ticket up, whoever shows it and however wrongly; the sign-in that it begins ends with the session."""
    if not ticket.startswith(PREFIX):
        return _NO_SPEC
    found = one_time.take(writer, TICKET, ticket)
    if found is None:
        return _NO_TICKET
    data = found.data
    client = clients.of_id(writer, UUID(data["client"]))
    living = alive(writer, UUID(data["session"]))
    fault, why = _fault_of(found.state, data, client, living, service, renew=renew, proxy=proxy)
    who = Actor(f"client:{client.client_id}", UUID(data["account"]), address)
    if fault is not None or living is None:
        record(writer, who, "sign_on.ticket_refused", "client", client.client_id, outcome="refused", why=why)
        return fault or _NO_TICKET
    scopes = scopes_of(client)
    writer.session.add(
        FamilyRow(
            hall_id=writer.hall_id, id=uuid7(), session_id=living.session.id, account_id=living.account.id,
            client_id=client.id, scopes=scopes, nonce="", begun_at=writer.now, ended_at=None, end_reason="",
            cas_service=service, cas_ticket=ticket,
        )
    )  # fmt: skip
    writer.flush()
    record(writer, who, "sign_on.ticket_accepted", "client", client.client_id, scopes=" ".join(scopes))
    return _told(writer, living, living.session, scopes, bool(data["fresh"]))


def _fault_of(
    state: str, data: dict[str, Any], client: ClientRow, living: Alive | None, service: str, *, renew: bool, proxy: bool
) -> tuple[Fault | None, str]:
    """Why this ticket is refused, and in the trail's word; None when it is good."""
    if state != "good":
        return _NO_TICKET, state
    if data["service"] != service or service not in client.cas_services:
        return _NOT_ITS, "service"
    if not client.enabled:
        return _NO_TICKET, "client"
    if living is None:
        return _NO_TICKET, "session"
    if renew and not data["fresh"]:
        return _NOT_FRESH, "renew"
    return (_NO_PROXY, "proxy") if proxy else (None, "")


def _told(writer: Writer, living: Alive, session: SessionRow, scopes: list[str], fresh: bool) -> Accepted:
    said = claims.subject(writer, living.account, scopes)
    sub = said.pop("sub")
    user = principal_name(living.account) if "profile" in scopes else sub
    return Accepted(user, said, session.proved_at.isoformat(timespec="seconds"), fresh)
