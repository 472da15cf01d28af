"""New versions for terminals: releases, rollouts, and what a terminal says of its own."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Final, Literal, Self
from uuid import UUID

from pydantic import Field, StringConstraints, ValidationError, model_validator

from shared.domain.errors import HallError
from shared.domain.updates.versions import PATTERN
from shared.domain.updates.waves import State
from shared.schemas.base import Message, Moment, ShortText
from shared.schemas.media import Bytes, Sha256
from shared.schemas.terminals import TerminalKind

VersionText = Annotated[str, StringConstraints(pattern=PATTERN)]
# Below the slot, by forward slashes; nothing leads out of it.
FilePath = Annotated[
    str, StringConstraints(min_length=1, max_length=300, pattern=r"^[^/\\\x00-\x1f\x7f]+(/[^/\\\x00-\x1f\x7f]+)*$")
]
# Enough for a program with its packages; a manifest names each of them.
MOST_FILES: Final = 50_000
LARGEST: Final = 4 * 1024**3
SIGNED_LIMIT: Final = 16 * 1024 * 1024


class ReleaseFile(Message):
    """``executable``: the only thing of its mode that is kept."""

    path: FilePath
    sha256: Sha256
    size: Annotated[int, Field(ge=0, le=LARGEST)]
    executable: bool = False

    @model_validator(mode="after")
    def _stays_inside(self) -> Self:
        if {".", ".."} & set(self.path.split("/")):
            raise ValueError("a path that leads elsewhere")
        return self


class ReleaseManifest(Message):
    """What is signed. ``archive``: SHA-256 of the .tar.gz; ``floor``: whoever runs this version takes no older one;
    ``lock``: SHA-256 of the list of packages it needs, empty: any."""

    format: Literal[1] = 1
    version: VersionText
    archive: Sha256
    archive_size: Annotated[int, Field(ge=1, le=LARGEST)]
    files: Annotated[list[ReleaseFile], Field(min_length=1, max_length=MOST_FILES)]
    minimum_server: VersionText = "0.0.0"
    floor: VersionText = "0.0.0"
    lock: Sha256 | Literal[""] = ""
    created: Moment
    expires: Moment

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        paths = {file.path for file in self.files}
        if len(paths) != len(self.files) or any(_above(path) & paths for path in paths):
            raise ValueError("a path stands twice, or is a file and a folder")
        if sum(file.size for file in self.files) > LARGEST:
            raise ValueError("too large")
        return self


def _above(path: str) -> set[str]:
    parts = path.split("/")
    return {"/".join(parts[:n]) for n in range(1, len(parts))}


class SignedManifest(Message):
    """``signed``: the manifest's JSON, whose exact bytes the signature covers; both as they were made."""

    signed: Annotated[str, Field(max_length=SIGNED_LIMIT)]
    signature: Annotated[str, StringConstraints(max_length=200)]

    def read(self) -> ReleaseManifest:
        """What it says; trust it after its signature was looked at. HallError ``release_unreadable``."""
        try:
            return ReleaseManifest.model_validate_json(self.signed)
        except ValidationError as error:
            raise HallError("release_unreadable", status=422) from error


class Release(Message):
    """A version the hall's server has. ``id``: SHA-256 of what is signed; ``offset``: bytes of its archive that are
    here; ``retired``: staged no more."""

    id: Sha256
    version: str
    archive: Sha256
    size: Bytes
    offset: Bytes
    files: int
    minimum_server: str
    floor: str
    created: Moment
    expires: Moment
    added_by: str
    added_at: Moment
    retired: bool = False

    @property
    def whole(self) -> bool:
        return self.offset == self.size


class RolloutAsk(Message):
    """To whom: all of these kinds, or those named; ``first`` gets it before everybody. Without quiet hours at any time
    nobody uses a terminal."""

    release_id: Sha256
    kinds: Annotated[list[TerminalKind], Field(max_length=5)] = []
    terminal_ids: Annotated[list[UUID], Field(max_length=2000)] = []
    first: UUID | None = None
    quiet_from: time | None = None
    quiet_until: time | None = None
    healthy_minutes: Annotated[int, Field(ge=1, le=7 * 24 * 60)] = 60


RolloutState = Literal["running", "stopped", "halted", "done"]


class RolloutTerminal(Message):
    """``wave`` counts from 0; ``code``: why it failed, a key of ``updates.why``; ``version``: what it runs now."""

    terminal_id: UUID
    name: str
    kind: TerminalKind
    wave: int
    state: State
    code: str
    since: Moment
    online: bool
    version: str


class Rollout(Message):
    """``wave``: up to which terminals have been told, of ``waves``; ``quiet``: whether it is a time to switch now;
    ``terminals``: of one that is asked for by itself, none in the list."""

    id: UUID
    release_id: Sha256
    version: str
    state: RolloutState
    wave: int
    waves: int
    quiet_from: time | None
    quiet_until: time | None
    quiet: bool
    healthy_minutes: int
    begun_by: str
    begun_at: Moment
    ended_by: str
    ended_at: Moment | None
    terminals: list[RolloutTerminal]


class WantedUpdate(Message):
    """What the calling terminal shall come to run. ``may_switch``: the quiet hours are now."""

    rollout_id: UUID
    release_id: Sha256
    version: VersionText
    archive: Sha256
    size: Bytes
    may_switch: bool
    server_version: VersionText


class UpdateAnswer(Message):
    """``wanted`` is None when the terminal shall stay as it is."""

    wanted: WantedUpdate | None = None


class UpdateReport(Message):
    """How far the calling terminal is with a rollout."""

    rollout_id: UUID
    state: Literal["fetching", "ready", "trying", "healthy", "rolled_back", "refused"]
    code: ShortText | Literal[""] = ""
