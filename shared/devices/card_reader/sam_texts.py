"""The 256 text bytes of an identity card: four layouts of UTF-16LE fields, told apart by one letter.

Sources: GA/T 490 for the resident card; makers' papers for the other three.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from shared.devices.card_reader.protocol import IdentityCard
from shared.devices.card_reader.sam_frames import TEXT_BYTES
from shared.domain.errors import HallError
from shared.domain.id_numbers import IdentityKind, is_valid, normalise

RESIDENT, HK_MACAU_TAIWAN, FOREIGNER_2017, FOREIGNER_2023 = "", "J", "I", "Y"
LONG_TERM = "\u957f\u671f"  # "long term", instead of a last day
_FLAG = slice(248, 250)
_PADDING = " \0\u3000"
_REPLACED = "\ufffd"

_Fields = tuple[tuple[str, int], ...]  # name and width in bytes; "" is reserved

_HEAD: _Fields = (
    ("name", 30), ("sex", 2), ("ethnic", 4), ("birth", 16), ("address", 70), ("number", 36), ("issuer", 30),
    ("valid_from", 16), ("valid_to", 16),
)  # fmt: skip
_LAYOUTS: dict[str, tuple[IdentityKind, _Fields]] = {
    RESIDENT: (IdentityKind.RESIDENT, (*_HEAD, ("", 36))),
    HK_MACAU_TAIWAN: (
        IdentityKind.HK_MACAU_TAIWAN,
        (*_HEAD, ("pass_number", 18), ("issue_count", 4), ("", 6), ("flag", 2), ("", 6)),
    ),
    FOREIGNER_2017: (
        IdentityKind.FOREIGNER,
        (
            ("name", 120), ("sex", 2), ("number", 30), ("nationality", 6), ("chinese_name", 30), ("valid_from", 16),
            ("valid_to", 16), ("birth", 16), ("version", 4), ("issuer", 8), ("flag", 2), ("", 6),
        ),
    ),
    FOREIGNER_2023: (
        IdentityKind.FOREIGNER,
        (
            ("chinese_name", 30), ("sex", 2), ("issue_count", 4), ("birth", 16), ("name", 70), ("number", 36),
            ("", 30), ("valid_from", 16), ("valid_to", 16), ("name_rest", 22), ("nationality", 6), ("flag", 2),
            ("older_number", 6),
        ),
    ),
}  # fmt: skip


@dataclass(frozen=True, repr=False)
class IdentityDocument(IdentityCard):
    """A card with all it says of its holder; a field the card does not have is empty. Memory only, like its base.

    `name` is the Latin one on a foreigner's card. `sex` and `ethnic` are the codes of GB/T 2261.1 and GB/T 3304,
    `photo` is what the hall's decoder made of the card's picture.
    """

    sex: str = ""
    ethnic: str = ""
    birth: date | None = None
    address: str = ""
    issuer: str = ""
    valid_from: date | None = None
    chinese_name: str = ""
    nationality: str = ""
    pass_number: str = ""
    issue_count: str = ""
    older_number: str = ""
    added_address: str = ""
    photo: bytes | None = None

    def with_added(self, address: str, photo: bytes | None) -> IdentityDocument:
        """The same card with what is read besides its text."""
        return replace(self, added_address=address, photo=photo)


def read_text(record: bytes, today: date) -> IdentityDocument:
    """The card of its text bytes.

    HallError card_not_supported when the letter names no layout we know; card_unreadable when the length, the name, the
    number's check or a date is wrong. No last day ("long term") is None.
    """
    if len(record) != TEXT_BYTES:
        raise HallError("card_unreadable")
    flag = words(record[_FLAG])
    if flag not in _LAYOUTS:
        raise HallError("card_not_supported")
    kind, fields = _LAYOUTS[flag]
    found = _split(record, fields)
    # The rest goes on where the first part ended, which may be between two words.
    name = words(found["name"] + found["name_rest"]) if "name_rest" in found else words(found["name"])
    text = {key: words(value) for key, value in found.items()}
    number = normalise(text["number"])
    if not name or not name.isprintable() or _REPLACED in name or not is_valid(kind, number, today):
        raise HallError("card_unreadable")
    return IdentityDocument(
        kind=kind,
        number=number,
        name=name,
        valid_to=None if text["valid_to"] == LONG_TERM else _date(text["valid_to"]),
        sex=text["sex"],
        # A permit has no ethnic group; some makers leave anything there.
        ethnic=text.get("ethnic", "") if flag == RESIDENT else "",
        birth=_date(text["birth"]),
        valid_from=_date(text["valid_from"]),
        address=text.get("address", ""),
        issuer=text.get("issuer", ""),
        chinese_name=text.get("chinese_name", ""),
        nationality=text.get("nationality", ""),
        pass_number=text.get("pass_number", ""),
        issue_count=text.get("issue_count", ""),
        older_number=text.get("older_number", ""),
    )


def compose_text(flag: str, fields: Mapping[str, str]) -> bytes:
    """The text bytes of a card with these fields: what a stand-in's card holds. ValueError for one that is too long."""
    record = b""
    for key, width in _LAYOUTS[flag][1]:
        value = (flag if key == "flag" else fields.get(key, "")).encode("utf-16-le")
        if len(value) > width:
            raise ValueError(f"{key} is longer than {width} bytes")
        record += value + b" \0" * ((width - len(value)) // 2)
    return record


def words(value: bytes) -> str:
    """A field without its padding; what is no character becomes U+FFFD."""
    return value.decode("utf-16-le", errors="replace").strip(_PADDING)


def _split(record: bytes, fields: _Fields) -> dict[str, bytes]:
    found, at = {}, 0
    for key, width in fields:
        found[key] = record[at : at + width]
        at += width
    return found


def _date(text: str) -> date | None:
    """YYYYMMDD; None where the card leaves it blank."""
    if not text:
        return None
    if len(text) != 8 or not (text.isascii() and text.isdigit()):
        raise HallError("card_unreadable")
    try:
        return datetime.strptime(text, "%Y%m%d").date()
    except ValueError:
        raise HallError("card_unreadable") from None
