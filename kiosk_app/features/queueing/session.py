"""One person at the machine: everything personal stands here and nowhere else, so that one new object wipes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from shared.domain.errors import HallError
from shared.domain.pinyin.typing import Typing
from shared.schemas.booking import Arrived
from shared.schemas.tickets import Identity, Returnable, Ticket, TicketRequest


@dataclass(repr=False)
class Session:
    """What a person told and chose so far. Its repr shows nothing of it."""

    identity: Identity | None = None
    agent: Identity | None = None  # who takes the number for ``identity``
    agent_left: int = 0
    checking: bool = False  # whether the agent may
    group: int = 0  # the priority group they chose
    typed: str = ""
    unnamed: Identity | None = None  # whose number is right and whose name is being typed
    name: Typing = field(default_factory=Typing)
    organisation: bool = False
    letters: bool = False
    recent: list[UUID] = field(default_factory=list)
    recent_loading: bool = False
    path: list[UUID] = field(default_factory=list)
    page: int = 0
    query: str = ""
    strip_page: int = 0
    booked: Arrived | None = None  # the appointment that is shown
    several: bool = False
    chosen: list[UUID] = field(default_factory=list)  # of several matters, in order
    wanted: UUID | None = None  # the service that waits for a card or number
    request: TicketRequest | None = None  # one press: repeated with the same id until answered
    limit: HallError | None = None  # the rule that gave no number
    held: Ticket | None = None  # the number they have already
    missed: Returnable | None = None  # a ticket that came back
    by_number: bool = False  # found by its number alone, which anybody may have typed
    returning: bool = False
    returned: bool = False
    ticket: Ticket | None = None
    print_result: str = ""  # printing | printed | not_printed | unknown
    print_code: str = ""
    papers: int = 0

    def __repr__(self) -> str:
        return "Session()"
