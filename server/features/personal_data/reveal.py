"""One value in full: with a right where it belongs, with a reason, and written down."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from server.audit import Actor, record
from server.auth import Keys, Principal
from server.database import Reader, Writer
from server.features.access.models import AccountRow
from server.features.catalogue.models import ServiceRow, StaffRow
from server.features.queueing.models import TicketRow
from server.sealed import unseal
from shared.domain.errors import HallError
from shared.schemas.personal_data import RevealRequest

PERMISSION = "personal_data:reveal"


@dataclass(frozen=True, slots=True)
class _Kept:
    """Where a value is: its column, its row, the sealed bytes, and the unit it belongs to."""

    column: str
    sealed: bytes | None
    unit_id: UUID | None


@dataclass(frozen=True, slots=True)
class Shown:
    """``value`` is None when it was refused: ``code`` says why."""

    value: str | None
    code: str = ""


def reveal(writer: Writer, keys: Keys, principal: Principal, who: Actor, asked: RevealRequest) -> Shown:
    """The value, or why not; either is in the trail with the same commit."""
    kept = _find(writer, asked)
    subject, about = str(asked.id), {"part": asked.part, "reason": asked.reason}
    scope = principal.scope(PERMISSION)
    if scope is not None and (kept is None or kept.unit_id is None or kept.unit_id not in scope):
        record(writer, who, "personal_data.revealed", asked.kind, subject, outcome="refused", **about)
        return Shown(None, "not_permitted")
    if kept is None or kept.sealed is None:
        return Shown(None, "nothing_kept")
    value = unseal(keys.vault, kept.column, asked.id, kept.sealed)
    record(writer, who, "personal_data.revealed", asked.kind, subject, **about)
    return Shown(value)


def value_or_refusal(shown: Shown) -> str:
    """After the commit: a refusal that raised before it would take its own entry back."""
    if shown.value is None:
        params = {"permission": PERMISSION} if shown.code == "not_permitted" else {}
        raise HallError(shown.code, status=403 if params else 404, **params)
    return shown.value


def _find(reader: Reader, asked: RevealRequest) -> _Kept | None:
    if asked.kind == "ticket":
        return _of_ticket(reader, asked)
    if asked.kind == "account":
        account = reader.session.get(AccountRow, asked.id)
        if account is None or account.hall_id != reader.hall_id:
            return None
        sealed = {"number": account.number_cipher, "name": account.name_cipher, "phone": account.phone_cipher}
        return _Kept(f"accounts.{asked.part}_cipher", sealed[asked.part], account.unit_id)
    person = reader.session.get(StaffRow, asked.id)
    if person is None or person.hall_id != reader.hall_id or asked.part != "phone":
        return None
    return _Kept("staff.phone_cipher", person.phone_cipher, person.unit_id)


def _of_ticket(reader: Reader, asked: RevealRequest) -> _Kept | None:
    ticket = reader.session.get(TicketRow, asked.id)
    if ticket is None or ticket.hall_id != reader.hall_id or asked.part == "phone":
        return None
    # A department of the catalogue has a unit with its own id.
    service = reader.session.get(ServiceRow, ticket.service_id)
    unit_id = service.department_id if service is not None else None
    if asked.part == "number":
        return _Kept("tickets.identity_cipher", ticket.identity_cipher, unit_id)
    return _Kept("tickets.name_cipher", ticket.name_cipher, unit_id)
