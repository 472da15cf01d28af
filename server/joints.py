"""Where features that don't know each other meet: what stands above one is told by it, and asked."""

from __future__ import annotations

from functools import partial

from server.database import Reader
from server.features.accounts import sessions, ways
from server.features.accounts.leaving import leaving, may_leave
from server.features.booking.holds import CODE, still_asked
from server.features.booking.telling import OFFER, still_offered
from server.features.guides.departments import portraits_of, shows_portrait
from server.features.introduction import service as introduction
from server.features.media import service as media_service
from server.features.media.files import MediaFiles
from server.features.messages.service import STILL_TRUE
from server.features.notices import shown as notices_shown
from server.features.notices.media import LIBRARY, MediaFile
from server.features.notices.views import with_media
from server.features.organisation import people
from server.features.reminders.service import CALLED, NEAR, still_called, still_near
from server.features.sign_on import families
from server.features.sign_on.upstream.links import holds
from server.features.sign_on.upstream.pages import METHOD, offer
from server.features.signage import media as signage_media
from server.features.signage import web_pictures
from server.features.terminals import places
from shared.schemas.media import MediaUse


def join_media(files: MediaFiles) -> None:
    """Notices find their pictures and films in this hall's store."""
    LIBRARY.read = partial(_read_media, files)


def _read_media(files: MediaFiles, reader: Reader, sha256: str) -> MediaFile | None:
    known = media_service.describe(reader, {sha256}).get(sha256)
    path = files.path(sha256)
    return MediaFile(known.media_type, path.read_bytes()) if known is not None and path.is_file() else None


def _noticed_media(reader: Reader, sha256: str) -> list[MediaUse]:
    return [MediaUse(kind="notice", id=str(id_), name=title) for id_, title in with_media(reader, sha256)]


def _portraits(reader: Reader, sha256: str) -> list[MediaUse]:
    return [MediaUse(kind="department", id=str(id_), name=name) for id_, name in portraits_of(reader, sha256)]


def hang_on() -> None:
    """What stands above a feature is told by it, and asked: once for the process."""
    LIBRARY.exists = media_service.media_exists
    for published in (notices_shown.shows_media, introduction.shows_media, shows_portrait):
        if published not in media_service.published:
            media_service.published.append(published)
    media_users = (
        _noticed_media, introduction.uses_of_media, signage_media.uses_of_media, places.uses_of_media, _portraits,
        web_pictures.uses_of_media,
    )  # fmt: skip
    for users in media_users:
        if users not in media_service.users:
            media_service.users.append(users)
    if families.session_ended not in sessions.on_end:
        sessions.on_end.append(families.session_ended)
    if leaving not in people.on_leaving:
        people.on_leaving.append(leaving)
    if may_leave not in people.may_leave:
        people.may_leave.append(may_leave)
    if offer not in ways.offers:
        ways.offers.append(offer)
    ways.holds[METHOD] = holds
    STILL_TRUE[NEAR], STILL_TRUE[CALLED] = still_near, still_called
    STILL_TRUE[OFFER] = still_offered
    STILL_TRUE[CODE] = still_asked
