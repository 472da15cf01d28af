"""Typing a person's or an organisation's number: which keys count, and what is said about it meanwhile."""

from __future__ import annotations

from datetime import date

from kiosk_app.features.queueing.state import NumberView
from shared.devices.messages import typing_key
from shared.domain.id_numbers import IdentityKind, TypingCheck, check_typing, normalise, person_kind
from shared.i18n import text
from shared.schemas.tickets import Identity

PERSON_GROUPS, FOREIGNER_GROUPS, CODE_GROUPS = (6, 8, 4), (3, 12), (2, 6, 9, 1)
LONGEST = 18
# Letters and digits of a ticket's number, without its separator.
SHORTEST_TICKET, LONGEST_TICKET = 2, 8


def after_key(typed: str, key: str) -> str:
    """The number after a key of the keypad: a sign, ``backspace`` or ``clear``."""
    if key == "backspace":
        return typed[:-1]
    if key == "clear":
        return ""
    sign = normalise(key)
    if len(sign) != 1 or not sign.isascii() or not sign.isalnum() or len(typed) >= LONGEST:
        return typed
    return typed + sign


def judge(typed: str, organisation: bool, today: date) -> TypingCheck:
    """What is known about it so far."""
    return check_typing(IdentityKind.ORGANISATION if organisation else IdentityKind.RESIDENT, typed, today)


def identity_of(typed: str, organisation: bool, today: date) -> Identity | None:
    """Who it is, once the number is right."""
    if judge(typed, organisation, today).state != "ok":
        return None
    kind = IdentityKind.ORGANISATION if organisation else person_kind(typed)
    return Identity(kind=kind.value, number=typed)


def number_view(typed: str, organisation: bool, letters: bool, today: date, language: str) -> NumberView:
    """How the number stands on the screen."""
    judged = judge(typed, organisation, today)
    message = ""
    # A code that is still short may be the old or the new kind: how much is missing nobody can say.
    if typed and judged.code and not (organisation and judged.state == "incomplete"):
        message = text(typing_key(judged.code), language, **judged.params)
    elif not typed:
        message = text("kiosk.number.begin_code" if organisation else "kiosk.number.begin_person", language)
    groups = CODE_GROUPS if organisation else FOREIGNER_GROUPS if typed[:1].isalpha() else PERSON_GROUPS
    status = {"incomplete": "typing", "ok": "ok", "wrong": "wrong"}[judged.state if typed else "incomplete"]
    return NumberView(organisation, letters, typed, groups, status, message, judged.state == "ok")


def ticket_number_view(typed: str, language: str) -> NumberView:
    """The number on a ticket's paper while it is typed: its letters, then its digits."""
    there = len(typed) >= SHORTEST_TICKET
    message = "" if there else text("kiosk.ticket_number.begin", language)
    return NumberView(False, True, typed, (LONGEST_TICKET,), "ok" if there else "typing", message, there)
