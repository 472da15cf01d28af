"""The registry: clients are added, changed, given new secrets; what is on its way to them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from server.audit import Actor, record
from server.database import Reader, Writer
from server.deliveries import DeliveryRow
from server.features.sign_on import families
from server.features.sign_on.clients import new_secret, secret_hash
from server.features.sign_on.keys import registry_changed
from server.features.sign_on.models import ClientRow, FamilyRow, SigningKeyRow
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.schemas.sign_on import ClientCreate, ClientEdit, OutboxEntry, SigningKey, SignOnClient

LATEST = 200


def clients(reader: Reader) -> list[SignOnClient]:
    rows = reader.session.scalars(
        select(ClientRow).where(ClientRow.hall_id == reader.hall_id).order_by(ClientRow.own.desc(), ClientRow.client_id)
    )
    return [_shown(row) for row in rows]


def add_client(writer: Writer, wanted: ClientCreate, who: Actor) -> SignOnClient:
    """The new client, with its secret: the only time it is shown."""
    taken = select(ClientRow.id).where(ClientRow.hall_id == writer.hall_id, ClientRow.client_id == wanted.client_id)
    if writer.session.scalar(taken) is not None:
        raise HallError("sign_on_client_taken", status=409, client=wanted.client_id)
    _check_services(writer, wanted.cas_services)
    secret = new_secret() if wanted.confidential else None
    values = wanted.model_dump(exclude={"confidential"})
    row = ClientRow(
        hall_id=writer.hall_id, id=uuid7(), secret_hash=secret_hash(secret) if secret else None, own=False,
        enabled=True, created_at=writer.now, version=0, **values,
    )  # fmt: skip
    writer.session.add(row)
    writer.flush()
    registry_changed(writer)
    record(
        writer, who, "sign_on.client_added", "client", row.client_id, scopes=" ".join(row.scopes), trusted=row.trusted
    )
    return _shown(row, secret)


def edit_client(writer: Writer, client_id: UUID, wanted: ClientEdit, who: Actor) -> SignOnClient:
    """Change what is given. Switching a client off ends all tokens it holds."""
    row = _foreign(writer, client_id)
    if row.version != wanted.version:
        raise HallError("changed_meanwhile", status=409)
    changed = wanted.model_dump(exclude={"version"}, exclude_none=True)
    _check_services(writer, wanted.cas_services or [], but=row.id)
    for name, value in changed.items():
        setattr(row, name, value)
    row.version += 1
    writer.flush()
    if wanted.enabled is False:
        _end_all(writer, row)
    registry_changed(writer)
    record(writer, who, "sign_on.client_changed", "client", row.client_id, fields=sorted(changed), trusted=row.trusted)
    return _shown(row)


def renew_secret(writer: Writer, client_id: UUID, who: Actor) -> SignOnClient:
    """A new secret, shown once; the old one is good for nothing from now on."""
    row = _foreign(writer, client_id)
    if row.secret_hash is None:
        raise HallError("sign_on_client_public", status=409, client=row.client_id)
    secret = new_secret()
    row.secret_hash, row.version = secret_hash(secret), row.version + 1
    writer.flush()
    registry_changed(writer)
    record(writer, who, "sign_on.secret_renewed", "client", row.client_id)
    return _shown(row, secret)


def signing_keys(reader: Reader) -> list[SigningKey]:
    rows = reader.session.scalars(
        select(SigningKeyRow)
        .where(SigningKeyRow.hall_id == reader.hall_id, SigningKeyRow.state != "gone")
        .order_by(SigningKeyRow.made_at, SigningKeyRow.id)
    )
    return [SigningKey(id=row.id, state=row.state, made_at=row.made_at, changed_at=row.changed_at) for row in rows]


def outbox(reader: Reader) -> list[OutboxEntry]:
    """The latest messages to the outside, newest first."""
    rows = reader.session.scalars(
        select(DeliveryRow)
        # Messages to citizens have a list of their own.
        .where(DeliveryRow.hall_id == reader.hall_id, DeliveryRow.kind != "message")
        .order_by(DeliveryRow.id.desc())
        .limit(LATEST)
    )  # fmt: skip
    return [
        OutboxEntry(
            id=row.id, kind=row.kind, target=row.target, state=row.state, attempts=row.attempts, made_at=row.made_at,
            next_at=row.next_at, done_at=row.done_at, fault=row.fault,
        )
        for row in rows
    ]  # fmt: skip


def _foreign(reader: Reader, client_id: UUID) -> ClientRow:
    row = reader.session.get(ClientRow, client_id)
    if row is None or row.hall_id != reader.hall_id:
        raise HallError("sign_on_client_missing", status=404)
    # Our own programs are part of the product: changing them would lock everybody out.
    if row.own:
        raise HallError("sign_on_client_own", status=409, client=row.client_id)
    return row


def _check_services(reader: Reader, services: list[str], *, but: UUID | None = None) -> None:
    """A ticket is for one client: no two may have the same service."""
    for row in reader.session.scalars(select(ClientRow).where(ClientRow.hall_id == reader.hall_id)):
        both = sorted(set(row.cas_services) & set(services))
        if both and row.id != but:
            raise HallError("sign_on_service_taken", status=409, service=both[0], client=row.client_id)


def _end_all(writer: Writer, client: ClientRow) -> None:
    wanted = select(FamilyRow).where(FamilyRow.client_id == client.id, FamilyRow.ended_at.is_(None))
    for family in writer.session.scalars(wanted).all():
        families.end(writer, family, "client_disabled")


def _shown(row: ClientRow, secret: str | None = None) -> SignOnClient:
    return SignOnClient(
        id=row.id, client_id=row.client_id, name=row.name, name_en=row.name_en, redirect_uris=row.redirect_uris,
        post_logout_uris=row.post_logout_uris, backchannel_uri=row.backchannel_uri, cas_services=row.cas_services,
        scopes=row.scopes, own=row.own, trusted=row.trusted, enabled=row.enabled,
        confidential=row.secret_hash is not None, created_at=row.created_at, version=row.version, secret=secret,
    )  # fmt: skip
