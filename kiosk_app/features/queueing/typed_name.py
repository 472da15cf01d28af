"""A name while it is typed: what the keyboard knows, what is offered, and how it stands on the screen."""

from __future__ import annotations

from functools import cache

from kiosk_app.features.queueing.state import NameView
from kiosk_app.strip import strip_view
from shared.domain.pinyin.table import Table
from shared.domain.pinyin.typing import Candidate, Typing, candidates, settle


@cache
def table() -> Table:
    """Read once: some tens of milliseconds that nobody should wait for at the first key."""
    return Table.load()


def offered(typing: Typing) -> list[Candidate]:
    """For the letters that are typed; nothing is looked up while there are none."""
    return candidates(typing, table()) if typing.letters else []


def name_view(typing: Typing, page: int, elder: bool) -> NameView:
    """How it stands on the screen."""
    strip = strip_view(offered(typing), page, elder)
    there = bool(settle(typing, table()).text.strip())
    return NameView(typing.text, typing.letters, typing.layout, typing.capital, strip, there)
