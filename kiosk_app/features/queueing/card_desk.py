"""What the card reader's events mean for the machine."""

from __future__ import annotations

from datetime import date

from kiosk_app.features.queueing.drawing import Machine
from kiosk_app.features.queueing.state import NoticeView
from kiosk_app.flow import Step
from shared.devices.card_reader.protocol import (
    CardFailed,
    CardNoticed,
    CardPresented,
    CardRemoved,
    IdentityCard,
    ReaderBack,
    ReaderLost,
    StaffCardPresented,
)
from shared.devices.messages import message_key
from shared.i18n import text
from shared.schemas.tickets import Identity

# Steps at which a card is of no use; a failed one would only disturb.
DEAF = frozenset({Step.AWAY, Step.ISSUING, Step.TROUBLE})


def read_card_event(event: object, machine: Machine, today: date) -> Identity | None:
    """Notes what happened at the reader; the identity when a valid card was read and is of use now."""
    match event:
        case CardNoticed():
            machine.reading, machine.card_on_reader = machine.step not in DEAF, True
            machine.notice = NoticeView()
        case CardPresented(card):
            machine.reading, machine.card_on_reader = False, True
            if machine.step in DEAF:
                return None
            if card.expired(today):
                valid_to = card.valid_to.isoformat() if card.valid_to else ""
                machine.notice = _notice(machine, "card_expired", valid_to=valid_to)
                return None
            return _identity(card)
        case StaffCardPresented():
            machine.reading = False
            if machine.step not in DEAF:
                machine.notice = _notice(machine, "card_not_supported")
        case CardFailed(error):
            machine.reading = False
            if machine.step not in DEAF:
                machine.notice = _notice(machine, error.code, **error.params)
        case CardRemoved():
            machine.reading = machine.card_on_reader = False
        case ReaderLost():
            machine.reading = machine.card_on_reader = False
            machine.reader = "lost"
        case ReaderBack():
            machine.reader = "ok"
    return None


def _identity(card: IdentityCard) -> Identity:
    return Identity(kind=card.kind.value, number=card.number, name=card.name or None)


def _notice(machine: Machine, code: str, **params: object) -> NoticeView:
    """The keypad is offered where the person has not told yet who comes."""
    action = "type_number" if machine.step in (Step.ATTRACT, Step.START, Step.ASK, Step.WHO, Step.PERSON) else ""
    title = text("kiosk.notice.card", machine.language)
    return NoticeView(True, "warn", title, text(message_key(code), machine.language, **params), action)
