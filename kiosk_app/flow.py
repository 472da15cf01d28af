"""The citizen's way to a ticket as a plain map: which step follows which, on what."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Step(StrEnum):
    """What fills the screen."""

    AWAY = "away"  # no hall server yet, or none any more
    ATTRACT = "attract"
    START = "start"
    NUMBER = "number"
    OTHER_WAYS = "other_ways"  # for somebody else, a priority group, a missed call
    AGENT = "agent"  # whose card takes a number for somebody else
    PERSON = "person"  # for whom
    GROUP = "group"  # which priority group
    NAME = "name"  # of the person whose number was typed for them
    WHO = "who"  # of the group: a card, a number, or nobody in particular
    TICKET_NUMBER = "ticket_number"  # the number on the paper
    MISSED = "missed"  # a ticket that came back: stand in line again, or how it stands
    WELCOME = "welcome"  # the same as last time?
    SERVICES = "services"
    SEARCH = "search"
    ASK = "ask"  # the chosen service wants to know who comes
    BOOKED = "booked"  # an appointment: check in, or what to do instead
    ISSUING = "issuing"
    TROUBLE = "trouble"  # the server did not answer; the press is kept
    LIMITED = "limited"  # a rule against hoarding: they have a number already, or get none for now
    TICKET = "ticket"


class Action(StrEnum):
    """What a person, a card or the server does."""

    FOUND = "found"
    OTHER_WAYS = "other_ways"
    FOR_OTHER = "for_other"
    AGENT = "agent"
    GROUPS = "groups"
    GROUP = "group"
    TICKET_NUMBER = "ticket_number"
    MISSED = "missed"
    LOST = "lost"
    TOUCH = "touch"
    TYPE = "type"
    WITHOUT = "without"
    IDENTIFIED = "identified"
    IDENTIFIED_FOR = "identified_for"  # and a service is waiting for it
    BOOKED = "booked"
    CHECK_IN = "check_in"
    ALL_SERVICES = "all_services"
    SEARCH = "search"
    CHOOSE = "choose"
    ASK = "ask"
    ISSUED = "issued"
    REFUSED = "refused"
    NUMBER_REFUSED = "number_refused"
    LIMITED = "limited"
    UNREACHABLE = "unreachable"
    NAME = "name"
    RETRY = "retry"
    BACK = "back"
    BACK_TO_ASK = "back_to_ask"
    BACK_TO_WELCOME = "back_to_welcome"
    BACK_TO_PERSON = "back_to_person"
    BACK_TO_WHO = "back_to_who"
    HOME = "home"
    IDLE = "idle"


# Every step a person stands at can be left to the start, and falls back to the attract loop by itself.
_LEAVE = {Action.HOME: Step.START, Action.IDLE: Step.ATTRACT}
# A card or the code of an appointment or a ticket begins anew from wherever somebody rests.
_CARD = {Action.IDENTIFIED: Step.WELCOME, Action.BOOKED: Step.BOOKED, Action.MISSED: Step.MISSED}

FLOW: Mapping[Step, Mapping[Action, Step]] = {
    Step.AWAY: {Action.FOUND: Step.START},
    Step.ATTRACT: {Action.TOUCH: Step.START, Action.HOME: Step.START, Action.LOST: Step.AWAY, **_CARD},
    Step.START: {
        Action.TYPE: Step.NUMBER,
        Action.WITHOUT: Step.SERVICES,
        Action.SEARCH: Step.SEARCH,
        Action.OTHER_WAYS: Step.OTHER_WAYS,
        Action.IDLE: Step.ATTRACT,
        Action.LOST: Step.AWAY,
        **_CARD,
    },
    Step.OTHER_WAYS: {
        Action.FOR_OTHER: Step.AGENT,
        Action.GROUPS: Step.GROUP,
        Action.TICKET_NUMBER: Step.TICKET_NUMBER,
        Action.BACK: Step.START,
        **_CARD,
        **_LEAVE,
    },
    # A card laid down here is the agent's, and means something else than anywhere else.
    Step.AGENT: {Action.AGENT: Step.PERSON, Action.BACK: Step.OTHER_WAYS, **_LEAVE},
    Step.PERSON: {Action.TYPE: Step.NUMBER, Action.BACK: Step.AGENT, Action.IDENTIFIED: Step.WELCOME, **_LEAVE},
    Step.GROUP: {Action.GROUP: Step.WHO, Action.BACK: Step.OTHER_WAYS, **_CARD, **_LEAVE},
    Step.WHO: {
        Action.TYPE: Step.NUMBER,
        Action.WITHOUT: Step.SERVICES,
        Action.BACK: Step.GROUP,
        **_CARD,
        **_LEAVE,
    },
    Step.TICKET_NUMBER: {Action.BACK: Step.OTHER_WAYS, **_CARD, **_LEAVE},
    Step.MISSED: {
        Action.ISSUED: Step.TICKET,
        Action.ALL_SERVICES: Step.SERVICES,
        Action.BACK: Step.START,
        **_CARD,
        **_LEAVE,
    },
    Step.NUMBER: {
        Action.IDENTIFIED_FOR: Step.ISSUING,
        Action.NAME: Step.NAME,
        Action.BACK: Step.START,
        Action.BACK_TO_ASK: Step.ASK,
        Action.BACK_TO_PERSON: Step.PERSON,
        Action.BACK_TO_WHO: Step.WHO,
        **_CARD,
        **_LEAVE,
    },
    Step.NAME: {Action.BACK: Step.NUMBER, **_CARD, **_LEAVE},
    Step.WELCOME: {
        Action.CHOOSE: Step.ISSUING,
        Action.ALL_SERVICES: Step.SERVICES,
        Action.SEARCH: Step.SEARCH,
        Action.BACK: Step.START,
        **_CARD,
        **_LEAVE,
    },
    Step.SERVICES: {
        Action.CHOOSE: Step.ISSUING,
        Action.ASK: Step.ASK,
        Action.SEARCH: Step.SEARCH,
        Action.BACK: Step.START,
        Action.BACK_TO_WELCOME: Step.WELCOME,
        **_CARD,
        **_LEAVE,
    },
    Step.SEARCH: {
        Action.CHOOSE: Step.ISSUING,
        Action.ASK: Step.ASK,
        Action.ALL_SERVICES: Step.SERVICES,
        Action.BACK: Step.SERVICES,
        **_CARD,
        **_LEAVE,
    },
    Step.ASK: {Action.TYPE: Step.NUMBER, Action.IDENTIFIED_FOR: Step.ISSUING, Action.BACK: Step.SERVICES, **_LEAVE},
    Step.BOOKED: {
        Action.CHECK_IN: Step.ISSUING,
        Action.ALL_SERVICES: Step.SERVICES,
        Action.BACK: Step.START,
        **_CARD,
        **_LEAVE,
    },
    # Nobody can leave while the answer is on its way: it comes, or it fails, within seconds.
    Step.ISSUING: {
        Action.ISSUED: Step.TICKET,
        Action.REFUSED: Step.SERVICES,
        Action.LIMITED: Step.LIMITED,
        Action.ASK: Step.ASK,
        Action.NUMBER_REFUSED: Step.NUMBER,
        Action.UNREACHABLE: Step.TROUBLE,
    },
    Step.TROUBLE: {Action.RETRY: Step.ISSUING, **_LEAVE},
    Step.LIMITED: {Action.ISSUED: Step.TICKET, Action.ALL_SERVICES: Step.SERVICES, **_CARD, **_LEAVE},
    Step.TICKET: {**_CARD, **_LEAVE},
}

# Whoever was here before is gone: arriving at one of these wipes the session.
WIPED = frozenset({Step.AWAY, Step.ATTRACT, Step.START})
# Steps whose cards lead to a ticket; a card touched anywhere else is a second touch that came too late.
CHOOSING = frozenset({Step.WELCOME, Step.SERVICES, Step.SEARCH})


def follow(step: Step, action: Action) -> Step | None:
    """The step an action leads to; None where it means nothing."""
    return FLOW[step].get(action)
