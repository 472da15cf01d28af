"""Layouts of tickets on the wire: drafts, published versions, where each is used."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from shared.schemas.base import Message, Moment, OptionalText, ShortText
from shared.schemas.ticket_layout import TicketLayout

UseKind = Literal["hall", "terminal", "service"]


class LayoutVersion(Message):
    """``data`` is a TicketLayout as it was published, maybe by a newer program."""

    number: int
    note: str
    published_by: str
    published_at: Moment
    data: dict[str, Any]


class LayoutUse(Message):
    """``target``: the terminal or the service; None for the whole hall."""

    kind: UseKind
    target: UUID | None = None


class LayoutView(Message):
    """``draft`` is what the editor holds; ``published`` the version that is printed, None: never published."""

    id: UUID
    name: str
    version: int
    draft: dict[str, Any]
    published: int | None
    retired: bool
    changed_by: str
    changed_at: Moment
    uses: list[LayoutUse]
    versions: list[LayoutVersion]


class LayoutCreate(Message):
    name: ShortText
    draft: TicketLayout


class LayoutEdit(Message):
    """What is left out stays; ``version`` is that of what was read."""

    version: Annotated[int, Field(ge=0)]
    name: ShortText | None = None
    draft: TicketLayout | None = None
    retired: bool | None = None


class LayoutPublish(Message):
    """The draft becomes a version; with ``restore`` an older version becomes the draft and is published anew."""

    version: Annotated[int, Field(ge=0)]
    note: OptionalText = ""
    restore: Annotated[int, Field(ge=1)] | None = None


class LayoutUses(Message):
    """Everywhere this layout is used from now on; another layout's place becomes this one's. With ``version`` it is
    refused when the layout has changed since it was read."""

    version: Annotated[int, Field(ge=0)] | None = None
    uses: Annotated[list[LayoutUse], Field(max_length=500)]


class LayoutsInUse(Message):
    """What a kiosk prints by: its service's layout, else its own, else the hall's, else the built-in."""

    hall: dict[str, Any] | None = None
    terminal: dict[str, Any] | None = None
    services: dict[UUID, dict[str, Any]] = {}

    def of(self, service_id: UUID | None) -> dict[str, Any] | None:
        return (self.services.get(service_id) if service_id else None) or self.terminal or self.hall
