"""Numbers of people and organisations: GB 11643 (resident), GB 32100 (unified credit code), GB 11714 (organisation)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal


class IdentityKind(StrEnum):
    """What a number belongs to."""

    RESIDENT = "resident"
    SOCIAL_SECURITY = "social_security"  # its number is the holder's resident number
    HK_MACAU_TAIWAN = "hk_macau_taiwan"
    FOREIGNER = "foreigner"
    ORGANISATION = "organisation"


@dataclass(frozen=True)
class TypingCheck:
    """How a number looks so far; `code` is a key of the catalogue table `devices.id_number`, empty when ok."""

    state: Literal["incomplete", "ok", "wrong"]
    code: str = ""
    params: Mapping[str, object] = field(default_factory=dict)


OK = TypingCheck("ok")

_PROVINCES = frozenset(
    str(n) for n in (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66))
)
_PARTED = re.compile(r"[\s.\-\u2010-\u2015]+")
# Parted digits only from eleven on: a date is nobody's number.
_SOMEBODYS = re.compile(
    r"(?<![0-9A-Za-z])[0-9A-Za-z]{2}\d{6}[0-9A-Za-z]{10}(?![0-9A-Za-z])"
    r"|\d(?:[\s.\-\u2010-\u2015]{0,3}\d){10,}(?:[\s.\-\u2010-\u2015]{0,3}[Xx](?![A-Za-z]))?"
    r"|\d{7,}[Xx]?"
)
# The letters I, O, S, V and Z are in no such code.
_CREDIT_CODES = re.compile(r"(?<![0-9A-Z])[0-9A-HJ-NP-RTUWXY]{2}[0-9]{6}[0-9A-HJ-NP-RTUWXY]{10}(?![0-9A-Z])")
_PERMIT_AREAS = ("810000", "820000", "830000")
_EARLIEST_BIRTH_YEAR = 1900

_RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_CHECK = "10X98765432"
_ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}  # full-width ASCII, as Chinese keyboards give it
_WITHOUT_BIRTHDAY = ("organisation", "passport", "other")
_FOREIGNER_2017 = re.compile(r"[A-Z]{3}[0-9]{12}")


def normalise(text: str) -> str:
    """The number as it is stored: full-width digits narrowed, blanks and hyphens dropped, letters large."""
    return re.sub(r"[\s\-\u2010-\u2015]", "", text.translate(_NARROW)).upper()


def resident_check_digit(first_17: str) -> str:
    """The eighteenth character (ISO 7064 MOD 11-2) of seventeen digits."""
    return _RESIDENT_CHECK[sum(int(d) * w for d, w in zip(first_17, _RESIDENT_WEIGHTS, strict=True)) % 11]


def credit_code_check_character(first_17: str) -> str:
    """The eighteenth character of a unified social credit code."""
    total = sum(_CREDIT_ALPHABET.index(c) * w for c, w in zip(first_17, _CREDIT_WEIGHTS, strict=True))
    return _CREDIT_ALPHABET[-total % 31]


def organisation_check_character(first_8: str) -> str:
    """The ninth character of an organisation code; here letters count 10 (A) to 35 (Z)."""
    total = sum(int(c, 36) * w for c, w in zip(first_8, _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X"[-total % 11]


def credit_code_in(text: str) -> str:
    """The unified social credit code in a scanned text, such as the address on a business licence.

    Empty where there is none, where its check character is wrong, and where there are several.
    """
    upper = text.translate(_NARROW).upper()
    found = {code for code in _CREDIT_CODES.findall(upper) if _credit_code_holds(code)}
    return found.pop() if len(found) == 1 else ""


def person_kind(number: str) -> IdentityKind:
    """Whose document a person's number is on, by its shape; does not check it."""
    number = normalise(number)
    if number[:6] in _PERMIT_AREAS:
        return IdentityKind.HK_MACAU_TAIWAN
    if number[:1] == "9" or _FOREIGNER_2017.fullmatch(number):
        return IdentityKind.FOREIGNER
    return IdentityKind.RESIDENT


def birth_date(kind: str, number: str) -> date | None:
    """The birthday in a person's number; None where the kind has none in it, or it is no date."""
    number = normalise(number)
    if kind in _WITHOUT_BIRTHDAY or not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return None
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def is_valid(kind: str, text: str, today: date) -> bool:
    """Whether a complete number of this kind passes every check."""
    return check_typing(kind, text, today).state == "ok"


def check_typing(kind: str, text: str, today: date) -> TypingCheck:
    """Judge a number while it is typed: wrong as soon as no continuation can be right.

    `resident` takes every number a person may hold here (resident card, permits 81/82/83, foreigner's card).
    """
    number = normalise(text)
    if IdentityKind(kind) is IdentityKind.ORGANISATION:
        return _check_organisation(number)
    if number[:1].isascii() and number[:1].isalpha():
        return _check_foreigner_2017(number)
    return _check_resident(IdentityKind(kind), number, today)


def mask(number: str) -> str:
    """The number with its middle hidden, as screens and logs may show it."""
    if len(number) < 8:
        return "*" * len(number)
    head, tail = (3, 4) if len(number) >= 15 else (2, 2)
    return number[:head] + "*" * (len(number) - head - tail) + number[-tail:]


def without_numbers(text: str) -> str:
    """Free words with whatever may be somebody's number masked: ids, phones, credit codes, however parted."""
    return _SOMEBODYS.sub(lambda found: mask(_PARTED.sub("", found[0])), text)


def _wrong(code: str, **params: object) -> TypingCheck:
    return TypingCheck("wrong", code, params)


def _missing(count: int) -> TypingCheck:
    return TypingCheck("incomplete", "id_number_missing", {"missing": count})


def _check_resident(kind: IdentityKind, number: str, today: date) -> TypingCheck:
    if not re.fullmatch(r"[0-9]{0,17}|[0-9]{17}[0-9X]", number[:18]):
        return _wrong("id_number_character")
    if len(number) > 18:
        return _wrong("id_number_length", length=len(number))
    if not _area_possible(kind, number):
        return _wrong("id_number_area", area=number[:6])
    if fault := _birth_date_fault(number, today):
        return fault
    if len(number) < 18:
        return _missing(18 - len(number))
    if number[17] != resident_check_digit(number[:17]):
        return _wrong("id_number_check_digit")
    return OK


def _check_foreigner_2017(number: str) -> TypingCheck:
    """Three letters and twelve digits; the rule of its check digit is not published, so only the shape counts."""
    if not re.fullmatch(r"[A-Z]{0,3}|[A-Z]{3}[0-9]{0,12}", number[:15], re.ASCII):
        return _wrong("id_number_character")
    if len(number) > 15:
        return _wrong("id_number_length", length=len(number))
    return OK if len(number) == 15 else _missing(15 - len(number))


def _area_possible(kind: IdentityKind, number: str) -> bool:
    """Whether the first six digits can be, or become, the area of such a number."""
    head = number[:6]
    permit = any(area.startswith(head) for area in _PERMIT_AREAS)
    foreigner = head[:1] in ("", "9")
    if kind is IdentityKind.HK_MACAU_TAIWAN:
        return permit
    if kind is IdentityKind.FOREIGNER:
        return foreigner
    province = any(area.startswith(head[:2]) for area in _PROVINCES)
    return province or permit or foreigner


def _birth_date_fault(number: str, today: date) -> TypingCheck | None:
    """A fault when digits 7 to 14, as far as typed, cannot be a birth date from 1900 to today."""
    digits = number[6:14]
    earliest, latest = date(_EARLIEST_BIRTH_YEAR, 1, 1), today
    if not f"{earliest:%Y%m%d}"[: len(digits)] <= digits <= f"{latest:%Y%m%d}"[: len(digits)]:
        return _wrong("id_number_birth_date", date=digits)
    month, day = digits[4:6], digits[6:8]
    # "0" and "1" begin a month, "0" to "3" a day; a half-typed one is judged by what it can become.
    if month[:1] > "1" or (len(month) == 2 and not "01" <= month <= "12") or day[:1] > "3":
        return _wrong("id_number_birth_date", date=digits)
    if len(day) == 2:
        try:
            date(int(digits[:4]), int(month), int(day))
        except ValueError:
            return _wrong("id_number_birth_date", date=digits)
    return None


def _check_organisation(number: str) -> TypingCheck:
    """Eighteen characters of a unified credit code, or the older nine of an organisation code."""
    if len(number) > 18:
        return _wrong("credit_code_length", length=len(number))
    # Up to nine characters it may still become either code, and the older one knows more letters.
    old_possible = len(number) < 9 or (len(number) == 9 and _organisation_code_holds(number))
    alphabet = _ORGANISATION_ALPHABET if old_possible else _CREDIT_ALPHABET
    bad = next((c for c in number if c not in alphabet), None)
    if bad is not None:
        return _wrong("credit_code_character", character=bad)
    if old_possible:
        return OK if len(number) == 9 else _missing(9 - len(number))
    if not number[2:8].isdigit():
        return _wrong("organisation_check_digit" if len(number) == 9 else "credit_code_area")
    if len(number) < 18:
        return _missing(18 - len(number))
    return OK if _credit_code_holds(number) else _wrong("credit_code_check_digit")


def _organisation_code_holds(number: str) -> bool:
    return bool(re.fullmatch(r"[0-9A-Z]{8}[0-9X]", number)) and number[8] == organisation_check_character(number[:8])


def _credit_code_holds(number: str) -> bool:
    return number[17] == credit_code_check_character(number[:17])
