"""What a channel's driver is given, and what it may say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Protocol

from server.features.notices.media import MediaFile
from shared.domain.errors import HallError
from shared.domain.notices.body import Block

# After a silence a channel needs so long until what it has taken can be found there.
SETTLING: Final = timedelta(minutes=2)


# Of a name or an address.
_LONGEST: Final = 500


class RefusedError(HallError):
    """The channel will not take it, however often it is tried: somebody has to do something."""


class UnderWayError(HallError):
    """The channel has taken it and does not know yet what becomes of it: to be asked again."""


@dataclass(frozen=True, slots=True)
class Post:
    """One version as it goes out. ``link``: its page, unique for this version; ``media`` answers a file by its id."""

    title: str
    summary: str
    blocks: tuple[Block, ...]
    cover: str
    link: str
    media: Callable[[str], MediaFile]


@dataclass(frozen=True, slots=True)
class Placed:
    """Where it stands now: what it is called there, and its address; ValueError when it can't be that."""

    outlet_id: str
    url: str

    def __post_init__(self) -> None:
        for word in (self.outlet_id, self.url):
            if not isinstance(word, str) or not 0 < len(word) <= _LONGEST:
                raise ValueError("no name or address")
        if not self.url.startswith(("https://", "http://")):
            raise ValueError("no address of the web")


class Kept(Protocol):
    """What is remembered of one post at one channel, also after this process has died."""

    @property
    def progress(self) -> dict[str, Any]: ...
    @property
    def outlet_id(self) -> str: ...
    @property
    def since(self) -> timedelta | None:
        """How long ago the step that must not happen twice was begun; None: it was not."""

    def note(self, **progress: Any) -> None: ...

    def begin(self) -> None:
        """Before the step that must not happen twice; HallError when somebody else has it in hand, or nobody wants it
        any more."""

    def not_begun(self) -> None:
        """The channel has said that it did not take it."""

    def start_over(self) -> None:
        """What was sent has come to nothing: if it is wanted again, it begins from the start."""

    def is_anothers(self, outlet_id: str) -> bool:
        """Whether what is found there is known to be another post of ours."""


class Channel(Protocol):
    def publish(self, post: Post, kept: Kept) -> Placed:
        """Bring it there, once (blocks). HallError: later again; RefusedError: not at all."""

    def retract(self, post: Post, kept: Kept) -> None:
        """It stands there no more, and never will (blocks)."""
