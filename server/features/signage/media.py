"""The pictures and films of walls: where they are used, and how large they really are."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from server.database import Reader
from server.features.media.service import describe
from server.features.signage.models import SignageContentRow
from server.features.signage.service import load
from shared.schemas.media import MediaUse
from shared.schemas.signage import ProgramMedia, SignageLayout, SignagePlaylist


def uses_of_media(reader: Reader, sha256: str) -> list[MediaUse]:
    """Layouts and playlists that show it."""
    rows = reader.session.scalars(
        select(SignageContentRow).where(
            SignageContentRow.hall_id == reader.hall_id, SignageContentRow.retired.is_(False),
            SignageContentRow.kind.in_(["layout", "playlist"]),
        )
    )  # fmt: skip
    return [MediaUse(kind=row.kind, id=str(row.id), name=row.name) for row in rows if sha256 in shown_by(load(row))]


def shown_by(data: object) -> frozenset[str]:
    """What a layout or a playlist shows."""
    if isinstance(data, SignageLayout):
        return frozenset(zone.media for zone in data.zones if zone.media is not None)
    return frozenset(item.media for item in data.items) if isinstance(data, SignagePlaylist) else frozenset()


def of_program(reader: Reader, contents: Iterable[object]) -> list[ProgramMedia]:
    """Each file once, as the store knows it; what it does not have is left out, so that no display waits for it."""
    known = describe(reader, {media for data in contents for media in shown_by(data)})
    return [
        ProgramMedia(
            media=media, kind="video" if known[media].media_type.startswith("video/") else "picture",
            size=known[media].size,
        )
        for media in sorted(known)
    ]  # fmt: skip
