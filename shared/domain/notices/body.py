"""The text of a notice: a small part of Markdown, strict, with no way to write HTML.

``# `` and ``## `` head a part, ``- `` and ``1. `` a line of a list, an empty line ends a paragraph; inside a line
``**strong**``, ``*stressed*`` and ``[words](https://…)``. A picture stands alone in its line: ``![what it shows](id)``.
Whatever is none of these is read as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Final, Literal
from urllib.parse import urlsplit

MEDIA_ID: Final = re.compile(r"[0-9a-f]{64}")
_PICTURE: Final = re.compile(r"!\[([^\]]{0,200})\]\(([0-9a-f]{64})\)")
_LIST: Final = re.compile(r"(?:(-)|(\d{1,3})\.) +(.+)")
_INLINE: Final = re.compile(
    r"\*\*(?P<strong>[^*]+)\*\*|\*(?P<em>[^*\s](?:[^*]*[^*\s])?)\*|\[(?P<words>[^\[\]]{1,200})\]\((?P<to>[^\s()]{1,1000})\)"
)

SpanKind = Literal["text", "strong", "em", "link"]
BlockKind = Literal["heading", "subheading", "paragraph", "bullets", "numbers", "picture"]


@dataclass(frozen=True, slots=True)
class Span:
    """A run of letters; ``to`` is where a link leads."""

    kind: SpanKind
    text: str
    to: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """``lines``: the lines of a paragraph, the points of a list; of a picture what it shows, and its ``media``."""

    kind: BlockKind
    lines: tuple[tuple[Span, ...], ...]
    media: str = ""


def parse(body: str) -> tuple[Block, ...]:
    """Any text has a reading."""
    found: list[Block] = []
    open_ = False
    for raw in body.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        line = raw.strip()
        if not line:
            open_ = False
            continue
        kind, words, media = _line(line)
        if media:
            found.append(Block(kind, ((Span("text", words),),) if words else (), media))
        elif open_ and found and found[-1].kind == kind and kind in ("paragraph", "bullets", "numbers"):
            found[-1] = Block(kind, (*found[-1].lines, _spans(words)))
        else:
            found.append(Block(kind, (_spans(words),)))
        open_ = True
    return tuple(found)


def media_of(blocks: tuple[Block, ...]) -> tuple[str, ...]:
    """The pictures that stand in a text, each once."""
    return tuple(dict.fromkeys(block.media for block in blocks if block.media))


def as_html(blocks: tuple[Block, ...], picture: Callable[[str], str], *, heading: int = 2) -> str:
    """As HTML whose every word is escaped; ``picture`` gives the address of one, empty: it is left out.

    ``heading``: the level of the larger heads.
    """
    return "".join(_html(block, picture, heading) for block in blocks)


def as_text(blocks: tuple[Block, ...]) -> str:
    """The words alone, for screens and outlets that have no marks; a link's address stands behind its words."""
    return "\n".join(_text(blocks))


def _line(line: str) -> tuple[BlockKind, str, str]:
    if (found := _PICTURE.fullmatch(line)) is not None:
        return "picture", found[1], found[2]
    if line.startswith("## ") and line[3:].strip():
        return "subheading", line[3:].strip(), ""
    if line.startswith("# ") and line[2:].strip():
        return "heading", line[2:].strip(), ""
    if (point := _LIST.fullmatch(line)) is not None:
        return ("bullets" if point[1] else "numbers"), point[3], ""
    return "paragraph", line, ""


def _spans(words: str) -> tuple[Span, ...]:
    found, at = list[Span](), 0
    for match in _INLINE.finditer(words):
        if (to := match["to"]) is not None and not _is_web(to):
            continue
        if match.start() > at:
            found.append(Span("text", words[at : match.start()]))
        if to is not None:
            found.append(Span("link", match["words"], to))
        elif match["strong"] is not None:
            found.append(Span("strong", match["strong"]))
        else:
            found.append(Span("em", match["em"]))
        at = match.end()
    if at < len(words):
        found.append(Span("text", words[at:]))
    return tuple(found)


def _is_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
        # The port is read to be checked.
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None and parts.port != 0
    except ValueError:
        return False


def _html(block: Block, picture: Callable[[str], str], heading: int) -> str:
    if block.kind == "picture":
        address = picture(block.media)
        words = escape(block.lines[0][0].text) if block.lines else ""
        caption = f"<figcaption>{words}</figcaption>" if words else ""
        return f'<figure><img src="{escape(address)}" alt="{words}">{caption}</figure>' if address else ""
    lines = ["".join(_span_html(span) for span in line) for line in block.lines]
    if block.kind == "bullets":
        return f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>"
    if block.kind == "numbers":
        return f"<ol>{''.join(f'<li>{line}</li>' for line in lines)}</ol>"
    if block.kind == "paragraph":
        return f"<p>{'<br>'.join(lines)}</p>"
    level = heading + (block.kind == "subheading")
    return f"<h{level}>{lines[0]}</h{level}>"


def _span_html(span: Span) -> str:
    words = escape(span.text)
    if span.kind == "link":
        return f'<a href="{escape(span.to)}" rel="noopener nofollow">{words}</a>'
    return f"<{span.kind}>{words}</{span.kind}>" if span.kind in ("strong", "em") else words


def _text(blocks: tuple[Block, ...]) -> Iterator[str]:
    for block in blocks:
        for n, line in enumerate(block.lines, 1):
            lead = "· " if block.kind == "bullets" else f"{n}. " if block.kind == "numbers" else ""
            yield (
                lead + "".join(f"{span.text} {span.to} " if span.kind == "link" else span.text for span in line).strip()
            )
