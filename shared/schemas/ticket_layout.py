"""How a ticket's paper looks: a list of blocks from top to bottom, each with its style and when it is printed."""

from __future__ import annotations

import base64
import binascii
import re
import struct
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from shared.schemas.base import UNPRINTABLE, Message

FORMAT: Final = 1
FIELDS: Final = (
    "hall_name", "number", "item", "items", "department", "counters", "place", "people_ahead", "wait", "issued_at",
    "due_at", "hint",
)  # fmt: skip
FieldName = Literal[
    "hall_name", "number", "item", "items", "department", "counters", "place", "people_ahead", "wait", "issued_at",
    "due_at", "hint",
]  # fmt: skip
Condition = Literal[
    "booked", "walk_in", "people_ahead", "nobody_ahead", "elder", "reprint", "original", "several_items", "one_item"
]
TIME_FORMATS: Final = ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%m-%d %H:%M", "%H:%M", "%H:%M:%S", "%d.%m.%Y %H:%M")
# A picture as wide as 80 mm paper and as high as a number is long enough; more would be waited for.
PICTURE_DOTS: Final = (576, 400)
PICTURE_LETTERS: Final = 24_000
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")

Times = Annotated[int, Field(ge=1, le=8)]
Language = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Words = Annotated[str, StringConstraints(max_length=300, pattern=rf"^([^{UNPRINTABLE}]|\n)*$")]


def placeholders(words: str) -> list[str]:
    """The names in braces."""
    return _PLACEHOLDER.findall(words)


def _known(words: str) -> str:
    if unknown := sorted(set(placeholders(words)) - set(FIELDS)):
        raise ValueError("unknown placeholder: " + ", ".join(unknown))
    return words


def _picture(data: str) -> str:
    try:
        head = base64.b64decode(data, validate=True)[:24]
    except (ValueError, binascii.Error):
        raise ValueError("not a PNG picture") from None
    if len(head) < 24 or not head.startswith(b"\x89PNG\r\n\x1a\n"):
        raise ValueError("not a PNG picture")
    wide, high = struct.unpack(">II", head[16:24])
    if not (0 < wide <= PICTURE_DOTS[0] and 0 < high <= PICTURE_DOTS[1]):
        raise ValueError("the picture is larger than the paper")
    return data


Template = Annotated[Words, AfterValidator(_known)]
Texts = Annotated[dict[Language, Template], Field(max_length=8)]


class _Block(Message):
    """``when``: all must hold; ``languages`` and ``services``: one of them must be the ticket's, empty: any."""

    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
    align: Literal["left", "centre", "right"] = "centre"
    when: Annotated[list[Condition], Field(max_length=6)] = []
    languages: Annotated[list[Language], Field(max_length=8)] = []
    services: Annotated[list[UUID], Field(max_length=100)] = []


class _Written(_Block):
    """``wide`` and ``high`` are multiples of the printer's font (12×24 dots, a hanzi 24×24). With ``most_lines`` the
    largest size up to them is taken in which the words need no more lines."""

    wide: Times = 1
    high: Times = 1
    most_lines: Annotated[int, Field(ge=0, le=9)] = 0
    bold: bool = False
    underline: bool = False
    reverse: bool = False


class FieldBlock(_Written):
    """One fact of the ticket; nothing where the ticket has none. ``label`` puts its name before it, and labelled
    fields that follow one another stand as a table."""

    kind: Literal["field"] = "field"
    field: FieldName
    label: bool = False
    labels: Texts = {}
    time_format: Literal[TIME_FORMATS] | None = None  # type: ignore[valid-type]


class TextBlock(_Written):
    """Own words in each language, with ``{number}`` and the other fields in braces."""

    kind: Literal["text"] = "text"
    texts: Texts


class PictureBlock(_Block):
    """A PNG as base64, printed dot by dot: it is made black and white when it is put in."""

    kind: Literal["picture"] = "picture"
    data: Annotated[str, StringConstraints(max_length=PICTURE_LETTERS), AfterValidator(_picture)]


class QrBlock(_Block):
    """The ticket's link as a code about ``size_mm`` wide."""

    kind: Literal["qr"] = "qr"
    size_mm: Annotated[int, Field(ge=15, le=60)] = 28


class LineBlock(_Block):
    kind: Literal["line"] = "line"
    thick: Annotated[int, Field(ge=1, le=12)] = 2


class SpaceBlock(_Block):
    kind: Literal["space"] = "space"
    dots: Annotated[int, Field(ge=1, le=240)] = 16


class CutBlock(_Block):
    """Feeds to the knife and cuts; the end of the paper is cut in any case."""

    kind: Literal["cut"] = "cut"


Block = Annotated[
    FieldBlock | TextBlock | PictureBlock | QrBlock | LineBlock | SpaceBlock | CutBlock, Field(discriminator="kind")
]


class TicketLayout(Message):
    """A whole paper. It always shows the number whatever the ticket is: a paper without it would be of no use."""

    format: Literal[1] = FORMAT
    blocks: Annotated[list[Block], Field(min_length=1, max_length=60)]

    @model_validator(mode="after")
    def _useful(self) -> TicketLayout:
        if len({block.id for block in self.blocks}) < len(self.blocks):
            raise ValueError("two blocks have one id")
        if not any(_shows_number(block) for block in self.blocks):
            raise ValueError("the number is missing")
        return self


def _shows_number(block: Block) -> bool:
    always = not block.when and not block.languages and not block.services
    return always and isinstance(block, FieldBlock) and block.field == "number"
