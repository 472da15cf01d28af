"""What the hall's server gives to a second machine: a first copy, then its log as it grows."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from server import wal
from server.checkpoints import Checkpoints
from server.features.backup.making import back_up
from server.settings import Settings
from server.wal import Place
from shared.domain.errors import HallError

# Frames at once: 4 MB.
MOST: Final = 1000
TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class Shipped:
    """A part of the log. ``salt``, ``frames``: where it ends; ``committed``: how long the log is by now."""

    salt: bytes
    page: int
    first: int
    frames: int
    committed: int
    content: bytes

    @property
    def headers(self) -> dict[str, str]:
        return {
            "zhiting-log": f"{self.salt.hex()} {self.page} {self.first} {self.frames} {self.committed}",
            "zhiting-sha256": hashlib.sha256(self.content).hexdigest(),
        }


def first_copy(settings: Settings, checkpoints: Checkpoints, follower: str, address: str) -> tuple[bytes, Path]:
    """The salt of the log that the copy is followed by from its beginning, and the copy as a backup file.

    Nothing is folded meanwhile: whatever the copy lacks stands in that log, and what stands in both does no harm.
    """
    for _ in range(TRIES):
        checkpoints.follow(follower, None, address)
        before = checkpoints.committed()
        with tempfile.NamedTemporaryFile(prefix="standby-", dir=settings.data, delete=False) as file:
            to = Path(file.name)
        to.unlink()
        # Pictures and videos come by themselves: this file is held in memory on the other side.
        back_up(settings, to, with_media=False)
        after = checkpoints.committed()
        if before is not None and after is not None and before.salt == after.salt:
            checkpoints.follow(follower, None, address)
            return after.salt, to
        to.unlink()
    raise HallError("standby_not_now", status=503)


def next_part(checkpoints: Checkpoints, place: Place) -> Shipped | None:
    """What comes after this place; None when nothing does yet. HallError when it is on no way to the present."""
    log = checkpoints.path.with_name(f"{checkpoints.path.name}-wal")
    now = checkpoints.committed()
    if now is None:
        return None
    if place.salt != now.salt:
        if checkpoints.is_end(place):
            return Shipped(now.salt, now.page, 0, 0, now.frames, b"")
        raise HallError("standby_too_old", status=409)
    if place.frames > now.frames or wal.check_at(log, now.page, place.frames) != place.check:
        raise HallError("standby_too_old", status=409)
    if place.frames == now.frames:
        return None
    last = min(now.frames, place.frames + MOST)
    content = wal.read(log, now.page, place.frames, last)
    again = checkpoints.committed()
    if again is not None and again.salt != now.salt:
        # Folded and begun anew while it was read: it was waited for in vain.
        raise HallError("standby_too_old", status=409)
    return Shipped(now.salt, now.page, place.frames, last, now.frames, content)
