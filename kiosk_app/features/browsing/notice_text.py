"""A notice as lines of the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import tzinfo

from kiosk_app.features.browsing.state import LineView
from shared.domain.notices.body import Block, Span, parse
from shared.i18n import text
from shared.schemas.notices import ShownNotice

_KINDS = {"heading": "heading", "subheading": "heading", "bullets": "point", "numbers": "point"}


def notice_date(notice: ShownNotice, zone: tzinfo | None) -> str:
    return f"{notice.first_at.astimezone(zone):%Y-%m-%d}"


def kind_words(notice: ShownNotice, language: str) -> str:
    return text(f"notices.kind.{notice.kind}", language)


def body_lines(body: str, address: Callable[[str], str]) -> tuple[LineView, ...]:
    """``address``: of a picture by its id; empty: it is left out until it has come."""
    return tuple(line for block in parse(body) for line in _lines(block, address))


def _lines(block: Block, address: Callable[[str], str]) -> Iterator[LineView]:
    if block.kind == "picture":
        if source := address(block.media):
            words = block.lines[0][0].text if block.lines else ""
            yield LineView(words, "picture", picture=source)
        return
    kind = _KINDS.get(block.kind, "text")
    for number, spans in enumerate(block.lines, 1):
        label = f"{number}." if block.kind == "numbers" else ""
        yield LineView(_words(spans), kind, label=label)


def _words(spans: tuple[Span, ...]) -> str:
    """A kiosk follows no links: where they lead stands in words, for who wants to write it down."""
    return "".join(f"{span.text} ({span.to})" if span.kind == "link" else span.text for span in spans)
