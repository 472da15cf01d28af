"""Where guides come from: the item system's address, how it is asked, how often."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import select, update

from server import audit
from server.audit import Actor
from server.crypto import Vault
from server.database import Reader, Writer
from server.features.guides.models import GuideRunRow, GuideSourceRow
from server.places import refuse
from server.sealed import seal, unseal
from shared.domain.errors import HallError
from shared.schemas.guides import GuideSource, GuideSourceEdit, GuideSourceShown
from shared.schemas.upstreams import is_here

SECRET: Final = "guide_sources.secret_cipher"


@dataclass(frozen=True, slots=True)
class Source:
    """How one reading asks; ``since`` empty: nothing has been read yet."""

    address: str
    auth: str
    secret: str = field(repr=False)
    since: str = ""
    inside: bool = False


def shown_source(reader: Reader) -> GuideSourceShown:
    row = source_row(reader)
    if row is None:
        return GuideSourceShown(version=0, has_secret=False, next_at=None, last_full_at=None)
    return GuideSourceShown(
        **settings_of(row).model_dump(), version=row.version, has_secret=row.secret_cipher is not None,
        next_at=row.next_at, last_full_at=row.last_full_at,
    )  # fmt: skip


def put_source(writer: Writer, base: str, who: Actor, wanted: GuideSourceEdit) -> GuideSourceShown:
    """Replace the settings; another address is another system, which is read from the beginning."""
    row = source_row(writer)
    before = settings_of(row) if row is not None else GuideSource()
    if wanted.version != (row.version if row is not None else 0):
        raise HallError("changed_meanwhile", status=409)
    if wanted.address and not is_here(base) and is_here(wanted.address):
        raise HallError("upstream_address_here", status=422)
    if wanted.address:
        _refuse_written(wanted.address, inside=wanted.inside)
    moved = wanted.address != before.address
    # Who may change the address but does not know the secret must not get it sent there.
    if row is not None and moved and wanted.address and row.secret_cipher is not None and wanted.secret is None:
        raise HallError("upstream_secret_needed", status=422)
    if row is None:
        row = GuideSourceRow(hall_id=writer.hall_id, since="", version=0, settings={}, secret_cipher=None)
        row.next_at = row.last_full_at = None
        writer.session.add(row)
    row.settings = GuideSource.model_validate(wanted.model_dump(exclude={"secret", "version"})).model_dump()
    if wanted.secret is not None:
        row.secret_cipher = seal(vault(writer), SECRET, writer.hall_id, wanted.secret or None)
    if wanted.auth != "none" and wanted.address and row.secret_cipher is None:
        raise HallError("guide_source_secret_missing", status=422)
    if moved:
        row.since, row.last_full_at = "", None
        drop_held(writer)
    row.next_at = writer.now + timedelta(minutes=wanted.minutes) if wanted.address and wanted.minutes else None
    row.version += 1
    writer.flush()
    audit.record(
        writer, who, "guides.source_changed", "guides", urlsplit(wanted.address).netloc, auth=wanted.auth,
        minutes=wanted.minutes, percent=wanted.percent, inside=wanted.inside, secret=wanted.secret is not None,
    )  # fmt: skip
    return shown_source(writer)


def drop_held(writer: Writer) -> None:
    """What was read and waits for a yes is of another day, or of another system."""
    held = update(GuideRunRow).where(GuideRunRow.hall_id == writer.hall_id, GuideRunRow.state == "held")
    writer.session.execute(held.values(state="dropped", staged=None, ended_at=writer.now))


def source_row(reader: Reader) -> GuideSourceRow | None:
    return reader.session.scalars(select(GuideSourceRow).where(GuideSourceRow.hall_id == reader.hall_id)).one_or_none()


def settings_of(row: GuideSourceRow) -> GuideSource:
    return GuideSource.model_validate(row.settings)


def source_of(reader: Reader, row: GuideSourceRow) -> Source:
    """With its secret, as it is asked."""
    wanted = settings_of(row)
    secret = unseal(vault(reader), SECRET, reader.hall_id, row.secret_cipher) or ""
    return Source(wanted.address, wanted.auth, secret, row.since, wanted.inside)


def vault(reader: Reader) -> Vault:
    found = reader.database.vault
    if found is None:
        raise HallError("key_file_damaged", status=500, path="")
    return found


def _refuse_written(address: str, *, inside: bool) -> None:
    """What is an address by itself is told at once; a name is looked at when it is asked."""
    try:
        refuse(urlsplit(address).hostname or "", here=True, inside=inside)
    except ValueError:
        return
