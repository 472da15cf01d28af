"""Phone numbers as they are kept and found again."""

from __future__ import annotations

import re
from typing import Final

from shared.domain.errors import HallError
from shared.domain.id_numbers import normalise

_PHONE: Final = re.compile(r"\+?\d{7,15}")
# What can take a message: a mainland mobile number, or one with its country.
_MOBILE: Final = re.compile(r"1[3-9]\d{9}|\+\d{8,15}")


def plain_phone(phone: str) -> str:
    """As it is sealed and found: digits, without the country of mainland numbers."""
    digits = re.sub(r"[\s()-]", "", normalise(phone))
    return re.sub(r"^(?:\+|00)?86(?=1\d{10}$)", "", digits)


def is_phone(plain: str) -> bool:
    """Whether a plain number can be a phone's."""
    return _PHONE.fullmatch(plain) is not None


def mobile(phone: str) -> str:
    """The plain number of a phone that can take messages; HallError ``mobile_wrong`` for anything else."""
    plain = plain_phone(phone)
    if not _MOBILE.fullmatch(plain):
        raise HallError("mobile_wrong", status=422)
    return plain
