"""Whether a terminal takes a release that is really signed: not another one, not an old one, not too late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shared.domain.updates.versions import Version


@dataclass(frozen=True, slots=True)
class Offered:
    """What a signed manifest says. ``archive``: the SHA-256 of the release's archive."""

    version: Version
    archive: str
    expires: datetime
    minimum_server: Version
    lock: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the terminal was told to take."""

    version: Version
    archive: str


def refusal(
    offered: Offered, wanted: Wanted, *, floor: Version, now: datetime, server: Version, lock: str = ""
) -> str:  # fmt: skip
    """Why it is not taken, a key of ``updates.why``; empty: it is. ``lock`` names the packages that are installed."""
    if (offered.version, offered.archive) != (wanted.version, wanted.archive):
        return "swapped"
    if now >= offered.expires:
        return "expired"
    if offered.version < floor:
        return "below_floor"
    if server < offered.minimum_server:
        return "server_too_old"
    if offered.lock and lock and offered.lock != lock:
        return "other_packages"
    return ""
