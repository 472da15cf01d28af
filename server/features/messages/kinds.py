"""What is told, in which words. The words are the catalogue's, ``messages.text.<kind>``, or the hall's own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from shared.domain.errors import HallError
from shared.i18n import text
from shared.schemas.messages import MessageKind, MessageKinds, MessageRules

_BOOKING: Final = ("hall", "number", "service", "department", "day", "time", "place", "hours", "phone", "link")
# Kind and the names that may stand in its words; whoever tells gives all of them.
KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "near": ("hall", "number", "ahead", "counters", "place"),
    "called": ("hall", "number", "counter", "place"),
    "booking_made": _BOOKING,
    "booking_changed": _BOOKING,
    "booking_cancelled": _BOOKING,
    # Cancelled by the hall, which says why.
    "booking_withdrawn": (*_BOOKING, "reason"),
    "booking_freed": (*_BOOKING, "until"),
    "booking_reminder": _BOOKING,
    # Proves the phone of who books: see ``booking/holds.py``.
    "booking_code": ("hall", "code", "minutes", "service"),
    "test": ("hall",),
}
NAME: Final = re.compile(r"\{([a-z_]+)\}")


def worded(rules: MessageRules, kind: str, language: str, params: Mapping[str, str]) -> str:
    """The message as it is read."""
    own = rules.templates.get(kind)
    words = (own.zh if language == "zh-CN" else own.en) if own is not None else ""
    words = words or _ours(kind, language)
    return NAME.sub(lambda found: params.get(found[1], ""), words).strip()


def check_words(rules: MessageRules) -> None:
    """HallError when the hall's own words are of a kind or name something that there is not."""
    for kind, own in rules.templates.items():
        if kind not in KINDS:
            raise HallError("message_kind_unknown", status=422, kind=kind)
        for name in NAME.findall(own.zh + own.en):
            if name not in KINDS[kind]:
                raise HallError("message_name_unknown", status=422, name=name)


def described() -> MessageKinds:
    return MessageKinds(items=[
        MessageKind(
            key=kind, names=list(names), zh=_ours(kind, "zh-CN"), en=_ours(kind, "en"),
        )
        for kind, names in KINDS.items()
    ])  # fmt: skip


def _ours(kind: str, language: str) -> str:
    """The product's words with their names still in braces."""
    names = {name: f"{{{name}}}" for name in KINDS[kind]}
    return text(f"messages.text.{kind}", language=language, **names)
