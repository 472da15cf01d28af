"""Which account is the same person as whom at another provider. Made by consent alone, never by an equal name."""

from __future__ import annotations

import json
from uuid import UUID

from sqlalchemy import select

from server.audit import Actor, record
from server.crypto import Vault
from server.database import Reader, Writer
from server.features.access.models import AccountRow
from server.features.sign_on.models import LinkRow, UpstreamRow
from server.features.sign_on.upstream.registry import Provider
from shared.domain.errors import HallError
from shared.schemas.upstreams import AccountLink, OidcUpstream

# How much of a subject's hash stands in the trail.
SHOWN = 16


def subject_index(vault: Vault, provider: Provider, subject: str) -> bytes:
    """The keyed hash of a person there. What would give the subjects another meaning is part of it."""
    settings = provider.settings
    if isinstance(settings, OidcUpstream):
        realm = settings.issuer
    else:
        # Every step between the code and the subject: who could bend one alone would be whoever they like.
        realm = json.dumps(
            [
                settings.token_url, settings.client_id, settings.token_path, settings.userinfo_url,
                settings.userinfo_token_name, sorted(settings.userinfo_more.items()), settings.subject_path,
            ]
        )  # fmt: skip
    return vault.index("upstream", f"{provider.id}\n{realm}\n{subject}")


def find(reader: Reader, upstream_id: UUID, index: bytes) -> LinkRow | None:
    row = reader.session.get(LinkRow, (upstream_id, index))
    return row if row is not None and row.hall_id == reader.hall_id else None


def origin_of(upstream_id: UUID, index: bytes) -> str:
    """What ``holds`` is asked with."""
    return f"{upstream_id}:{index.hex()}"


def holds(reader: Reader, account_id: UUID, origin: str) -> bool:
    """Whether the account may still be signed in to as this person of this provider."""
    upstream_id, _, index = origin.partition(":")
    upstream = reader.session.get(UpstreamRow, UUID(upstream_id))
    link = find(reader, UUID(upstream_id), bytes.fromhex(index))
    return upstream is not None and upstream.enabled and link is not None and link.account_id == account_id


def of_account(reader: Reader, account_id: UUID) -> list[AccountLink]:
    rows = reader.session.execute(
        select(LinkRow, UpstreamRow)
        .join(UpstreamRow, UpstreamRow.id == LinkRow.upstream_id)
        .where(LinkRow.hall_id == reader.hall_id, LinkRow.account_id == account_id)
        .order_by(UpstreamRow.key)
    )
    return [
        AccountLink(
            upstream_id=upstream.id, key=upstream.key, name=upstream.name, name_en=upstream.name_en,
            linked_at=link.linked_at,
        )
        for link, upstream in rows
    ]  # fmt: skip


def link(writer: Writer, upstream: UpstreamRow, index: bytes, account: AccountRow, who: Actor) -> None:
    """Link; one person there has one account here, and one account one person of each provider."""
    if find(writer, upstream.id, index) is not None:
        raise HallError("upstream_link_taken", status=409)
    if any(one.upstream_id == upstream.id for one in of_account(writer, account.id)):
        raise HallError("upstream_link_exists", status=409)
    writer.session.add(
        LinkRow(
            hall_id=writer.hall_id, upstream_id=upstream.id, subject_index=index, account_id=account.id,
            linked_at=writer.now,
        )
    )  # fmt: skip
    writer.flush()
    record(
        writer, who, "sign_on.linked", "account", account.id, upstream=upstream.key, person=index.hex()[:SHOWN]
    )  # fmt: skip


def unlink(writer: Writer, upstream_id: UUID, account: AccountRow, who: Actor) -> None:
    """End a link; HallError when there is none."""
    row = writer.session.scalars(
        select(LinkRow).where(LinkRow.upstream_id == upstream_id, LinkRow.account_id == account.id)
    ).one_or_none()
    if row is None:
        raise HallError("upstream_link_missing", status=404)
    upstream = writer.session.get_one(UpstreamRow, upstream_id)
    subject = row.subject_index.hex()[:SHOWN]
    writer.session.delete(row)
    writer.flush()
    record(writer, who, "sign_on.unlinked", "account", account.id, upstream=upstream.key, person=subject)


def unlink_own(writer: Writer, upstream_id: UUID, account: AccountRow, who: Actor) -> None:
    """As ``unlink``, and nobody takes their own last way in away."""
    others = [
        row.upstream_id
        for row in writer.session.scalars(
            select(LinkRow)
            .join(UpstreamRow, UpstreamRow.id == LinkRow.upstream_id)
            .where(LinkRow.account_id == account.id, UpstreamRow.enabled.is_(True))
        )
        if row.upstream_id != upstream_id
    ]
    if account.password_hash is None and account.card_index is None and not others:
        raise HallError("upstream_link_last", status=409)
    unlink(writer, upstream_id, account, who)
