"""The registry of providers that people may sign in through: added and changed by administrators."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import func, select

from server.audit import Actor, record
from server.crypto import Vault
from server.database import Reader, Writer
from server.features.sign_on.keys import registry_changed
from server.features.sign_on.models import LinkRow, UpstreamRow
from server.sealed import seal, unseal
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.schemas.upstreams import OidcUpstream, Upstream, UpstreamCreate, UpstreamEdit, UpstreamSettings, is_here

_SECRET = "upstreams.secret_cipher"
_SETTINGS: TypeAdapter[UpstreamSettings] = TypeAdapter(UpstreamSettings)


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider as it is asked: away from the database, with its secret in clear."""

    id: UUID
    key: str
    name: str
    name_en: str
    settings: UpstreamSettings
    secret: str
    redirect_uri: str

    def shown(self, language: str) -> str:
        return self.name if language == "zh-CN" else self.name_en or self.name


def listed(reader: Reader, base: str) -> list[Upstream]:
    rows = reader.session.scalars(
        select(UpstreamRow).where(UpstreamRow.hall_id == reader.hall_id).order_by(UpstreamRow.key)
    )
    return [_shown(reader, row, base) for row in rows]


def add(writer: Writer, vault: Vault, base: str, wanted: UpstreamCreate, who: Actor) -> Upstream:
    """A new provider; nobody sees it before it is enabled."""
    taken = select(UpstreamRow.id).where(UpstreamRow.hall_id == writer.hall_id, UpstreamRow.key == wanted.key)
    if writer.session.scalar(taken) is not None:
        raise HallError("upstream_key_taken", status=409, key=wanted.key)
    _refuse_here(base, wanted.settings)
    id_ = uuid7()
    row = UpstreamRow(
        hall_id=writer.hall_id, id=id_, key=wanted.key, name=wanted.name, name_en=wanted.name_en.strip(),
        settings=wanted.settings.model_dump(), secret_cipher=seal(vault, _SECRET, id_, wanted.secret or None),
        enabled=False, version=0,
    )  # fmt: skip
    writer.session.add(row)
    writer.flush()
    registry_changed(writer)
    record(writer, who, "sign_on.upstream_added", "upstream", row.key, targets=targets_of(wanted.settings))
    return _shown(writer, row, base)


def edit(writer: Writer, vault: Vault, base: str, upstream_id: UUID, wanted: UpstreamEdit, who: Actor) -> Upstream:
    row = of_id(writer, upstream_id)
    if row.version != wanted.version:
        raise HallError("changed_meanwhile", status=409)
    if wanted.settings is not None:
        _refuse_here(base, wanted.settings)
        # Who may change an address but does not know the secret must get neither it, nor tokens, nor people sent there.
        elsewhere = targets_of(wanted.settings) != targets_of(_settings(row))
        if elsewhere and row.secret_cipher is not None and wanted.secret is None:
            raise HallError("upstream_secret_needed", status=422)
        row.settings = wanted.settings.model_dump()
    if wanted.secret is not None:
        row.secret_cipher = seal(vault, _SECRET, row.id, wanted.secret or None)
    for name in ("name", "name_en", "enabled"):
        if (value := getattr(wanted, name)) is not None:
            setattr(row, name, value)
    row.version += 1
    writer.flush()
    registry_changed(writer)
    fields = sorted(wanted.model_dump(exclude={"version"}, exclude_none=True))
    targets = targets_of(_settings(row))
    record(writer, who, "sign_on.upstream_changed", "upstream", row.key, fields=fields, targets=targets)
    return _shown(writer, row, base)


def of_id(reader: Reader, upstream_id: UUID) -> UpstreamRow:
    row = reader.session.get(UpstreamRow, upstream_id)
    if row is None or row.hall_id != reader.hall_id:
        raise HallError("upstream_missing", status=404)
    return row


def offered(reader: Reader) -> list[UpstreamRow]:
    """Those that people may use now."""
    wanted = select(UpstreamRow).where(UpstreamRow.hall_id == reader.hall_id, UpstreamRow.enabled.is_(True))
    return list(reader.session.scalars(wanted.order_by(UpstreamRow.key)))


def provider(vault: Vault, row: UpstreamRow, base: str) -> Provider:
    secret = unseal(vault, _SECRET, row.id, row.secret_cipher) or ""
    return Provider(
        row.id, row.key, row.name, row.name_en, _settings(row), secret, redirect_uri(base, row.key)
    )  # fmt: skip


def redirect_uri(base: str, key: str) -> str:
    """One for each provider: an answer of one is never taken for that of another (mix-up, RFC 9700 4.4)."""
    return f"{base}/upstream/{key}/callback"


def targets_of(settings: UpstreamSettings) -> list[str]:
    """Where the secret, people's tokens and their browsers go."""
    if isinstance(settings, OidcUpstream):
        return [settings.issuer]
    return [settings.authorize_url, settings.token_url, settings.userinfo_url]


def _refuse_here(base: str, settings: UpstreamSettings) -> None:
    """A hall that others reach asks nothing of its own machine: what listens there only is nobody's provider."""
    if not is_here(base) and any(is_here(address) for address in targets_of(settings)):
        raise HallError("upstream_address_here", status=422)


def _settings(row: UpstreamRow) -> UpstreamSettings:
    return _SETTINGS.validate_python(row.settings)


def _shown(reader: Reader, row: UpstreamRow, base: str) -> Upstream:
    links = reader.session.scalar(select(func.count()).where(LinkRow.upstream_id == row.id)) or 0
    return Upstream(
        id=row.id, key=row.key, name=row.name, name_en=row.name_en, settings=_settings(row),
        has_secret=row.secret_cipher is not None, enabled=row.enabled, redirect_uri=redirect_uri(base, row.key),
        links=links, version=row.version,
    )  # fmt: skip
