"""The hall's list of words that notices are checked for before anybody reviews them."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Final

from server import audit
from server.audit import Actor
from server.database import Reader, Writer
from server.features.notices.models import NoticeWordsRow
from shared.domain.errors import HallError
from shared.domain.notices.words import Place, Word, find
from shared.i18n import text
from shared.schemas.notices import NoticeContent, NoticeWord, NoticeWords, NoticeWordsEdit

_GIVEN: Final = Path(__file__).resolve().parents[3] / "assets" / "notices" / "words.toml"
# So many places are told at once; more are found when these are put right.
_TOLD: Final = 5


def shown_words(reader: Reader) -> NoticeWords:
    """As an administrator left them; before that those that came with the program."""
    row = reader.session.get(NoticeWordsRow, reader.hall_id)
    if row is None:
        return NoticeWords(words=list(_given()), version=0)
    return NoticeWords(words=[NoticeWord.model_validate(one) for one in row.words], version=row.version)


def put_words(writer: Writer, who: Actor, wanted: NoticeWordsEdit) -> NoticeWords:
    row = writer.session.get(NoticeWordsRow, writer.hall_id)
    if wanted.version != (row.version if row is not None else 0):
        raise HallError("changed_meanwhile", status=409)
    if row is None:
        row = NoticeWordsRow(hall_id=writer.hall_id, version=0)
        writer.session.add(row)
    # What is said twice counts as it was said last.
    row.words = list({one.word: one.model_dump() for one in wanted.words}.values())
    row.version += 1
    writer.flush()
    audit.record(writer, who, "notices.words_changed", "notices", count=len(row.words))
    return shown_words(writer)


def check(reader: Reader, content: NoticeContent, *, heeded: bool) -> None:
    """HallError ``notice_words_refused`` with the places; ``notice_words_asked``, unless its author ``heeded`` them."""
    words = [Word(one.word, one.act == "refuse", one.instead) for one in shown_words(reader).words]
    places = find(words, {name: getattr(content, name) for name in ("title", "summary", "body")})
    refused = [place for place in places if place.word.refuse]
    if refused:
        raise HallError("notice_words_refused", status=422, places=_told(refused), count=len(refused))
    if places and not heeded:
        raise HallError("notice_words_asked", status=409, places=_told(places), count=len(places))


def _told(places: list[Place]) -> str:
    """Where they stand, a line each, in the language that a hall is administered in."""
    lines = []
    for place in places[:_TOLD]:
        field = text(f"notices.words.field_{place.field}")
        key = "place_instead" if place.word.instead else "place"
        lines.append(
            text(
                f"notices.words.{key}", word=place.word.word, field=field, line=place.line, around=place.around,
                instead=place.word.instead,
            )
        )  # fmt: skip
    return "\n".join(lines)


@cache
def _given() -> tuple[NoticeWord, ...]:
    found = tomllib.loads(_GIVEN.read_text(encoding="utf-8"))["words"]
    return tuple(NoticeWord.model_validate(one) for one in found)
