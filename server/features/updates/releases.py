"""Releases: taken in with their manifest, their archives piece by piece, and staged no more."""

from __future__ import annotations

import hashlib
import json
import logging
from datetime import timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy import select

from server import audit
from server.audit import Actor
from server.database import Reader, Writer
from server.features.media.files import MediaFiles, sha256_of
from server.features.updates.models import ReleaseRow, RolloutRow
from shared.domain.errors import HallError
from shared.domain.updates.signing import is_signed
from shared.schemas.updates import Release, SignedManifest

log = logging.getLogger(__name__)
CHANGED: Final = "update.changed"
FOLDER: Final = "releases"
# Public keys of this server, one a line: where the file is, only what they signed is taken in. Terminals have theirs.
KEYS: Final = "release_keys.txt"
# So long a withdrawn release's archive lies there for whoever withdrew it by mistake.
KEPT: Final = timedelta(days=1)


def store_of(data: Path, reserve: int) -> MediaFiles:
    """Archives lie in a folder of their own, which backups leave out: whoever made a release still has it, and adding
    its manifest anew on a restored server brings the archive back under the same name."""
    return MediaFiles(data, reserve, FOLDER)


def trusted(data: Path) -> tuple[str, ...]:
    """Empty where this server takes what anybody signed and leaves the judgement to the terminals."""
    try:
        lines = (data / KEYS).read_text("utf-8").splitlines()
    except FileNotFoundError:
        return ()
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#")) or ("",)


def add(writer: Writer, files: MediaFiles, who: Actor, signed: SignedManifest, keys: tuple[str, ...]) -> Release:
    """A new release, or the known one. HallError ``release_unreadable``, ``release_not_signed``."""
    raw = signed.signed.encode()
    if keys and not is_signed(raw, signed.signature, keys):
        raise HallError("release_not_signed", status=422)
    said, id_ = signed.read(), hashlib.sha256(raw).hexdigest()
    row = writer.session.get(ReleaseRow, (writer.hall_id, id_))
    if row is None:
        row = ReleaseRow(
            hall_id=writer.hall_id, id=id_, version=said.version, archive=said.archive, size=said.archive_size,
            files=len(said.files), minimum_server=said.minimum_server, floor=said.floor, created=said.created,
            expires=said.expires, signed=signed.signed, signature=signed.signature, added_by=who.label,
            added_at=writer.now, retired_at=None,
        )  # fmt: skip
        writer.session.add(row)
        writer.flush()
        audit.record(writer, who, "update.release_added", "release", id_, version=said.version, expires=said.expires)
        changed(writer)
    elif row.retired_at is not None:
        row.retired_at = None
        writer.flush()
        audit.record(writer, who, "update.release_restored", "release", id_, version=said.version)
        changed(writer)
    return view(files, row)


def drop_damaged(files: MediaFiles, signed: SignedManifest) -> None:
    """An archive whose file has changed by itself is not here: it is wanted anew. Blocking, reads all of it.

    HallError ``release_unreadable``.
    """
    archive = signed.read().archive
    path = files.path(archive)
    if path.is_file() and sha256_of(path) != archive:
        log.error("a release's archive has changed by itself", extra={"archive": archive})
        files.remove(archive)


def append(files: MediaFiles, row: ReleaseRow, offset: int, content: bytes) -> bool:
    """The next piece, on the disk when this returns; whether the archive became whole. Blocking.

    HallError ``release_damaged`` when all came and it is not what the manifest says: then it begins anew.
    """
    part = part_of(row.archive)
    if files.path(row.archive).exists():
        return False
    if files.append(part, offset, content, row.size) < row.size:
        return False
    with files.held(part):
        if not files.path(row.archive).exists():
            if sha256_of(files.part(part)) != row.archive:
                files.drop_part(part)
                raise HallError("release_damaged", status=422)
            files.keep(part, row.archive, files.part(part).with_suffix(".none"))
    files.drop_part(part)
    return True


def arrived(writer: Writer, files: MediaFiles, who: Actor, release_id: str) -> Release:
    row = find(writer, release_id)
    audit.record(writer, who, "update.release_arrived", "release", row.id, version=row.version, size=row.size)
    changed(writer)
    return view(files, row)


def retire(writer: Writer, files: MediaFiles, who: Actor, release_id: str) -> Release:
    """It is staged no more; a rollout that is under way goes on."""
    row = find(writer, release_id)
    if row.retired_at is None:
        row.retired_at = writer.now
        writer.flush()
        audit.record(writer, who, "update.release_retired", "release", row.id, version=row.version)
        changed(writer)
    return view(files, row)


def useless(reader: Reader, files: MediaFiles) -> list[str]:
    """Archives on the disk of releases that were withdrawn a day ago and that no rollout brings to anybody."""
    of_hall = ReleaseRow.hall_id == reader.hall_id
    rows = reader.session.execute(select(ReleaseRow.archive, ReleaseRow.retired_at, ReleaseRow.id).where(of_hall)).all()
    running = select(RolloutRow.release_id).where(RolloutRow.hall_id == reader.hall_id, RolloutRow.state == "running")
    held = set(reader.session.scalars(running))
    old = reader.now - KEPT
    needed = {archive for archive, retired_at, id_ in rows if retired_at is None or retired_at > old or id_ in held}
    found = {archive for archive, _, _ in rows} - needed
    return [one for one in sorted(found) if files.path(one).exists() or files.part(part_of(one)).exists()]


def forget_useless(writer: Writer, files: MediaFiles) -> None:
    """Those archives go; taking the release in again wants its archive anew. A change, so that nobody begins with one
    meanwhile."""
    for archive in useless(writer, files):
        files.remove(archive)
        files.drop_part(part_of(archive))
        audit.record(writer, audit.SYSTEM, "update.archive_removed", "release", archive)
        changed(writer)


def find(reader: Reader, release_id: str) -> ReleaseRow:
    """HallError ``release_unknown``."""
    row = reader.session.get(ReleaseRow, (reader.hall_id, release_id))
    if row is None:
        raise HallError("release_unknown", status=404)
    return row


def manifest(reader: Reader, release_id: str) -> SignedManifest:
    row = find(reader, release_id)
    return SignedManifest(signed=row.signed, signature=row.signature)


def knows_archive(reader: Reader, sha256: str) -> bool:
    chosen = select(ReleaseRow.id).where(ReleaseRow.hall_id == reader.hall_id, ReleaseRow.archive == sha256)
    return reader.session.scalar(chosen.limit(1)) is not None


def all_releases(reader: Reader, files: MediaFiles) -> list[Release]:
    """The newest first, the retired among them."""
    chosen = select(ReleaseRow).where(ReleaseRow.hall_id == reader.hall_id)
    return [
        view(files, row)
        for row in reader.session.scalars(chosen.order_by(ReleaseRow.added_at.desc(), ReleaseRow.id.desc()))
    ]


def part_of(archive: str) -> UUID:
    """The name under which an archive grows: of one content, one part."""
    return UUID(archive[:32])


def changed(writer: Writer) -> None:
    writer.emit(CHANGED, json.dumps({}))


def view(files: MediaFiles, row: ReleaseRow) -> Release:
    whole = files.path(row.archive).is_file()
    return Release(
        id=row.id, version=row.version, archive=row.archive, size=row.size,
        offset=row.size if whole else min(files.offset(part_of(row.archive)), row.size - 1), files=row.files,
        minimum_server=row.minimum_server, floor=row.floor, created=row.created, expires=row.expires,
        added_by=row.added_by, added_at=row.added_at, retired=row.retired_at is not None,
    )  # fmt: skip
