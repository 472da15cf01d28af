"""The published notices as Atom 1.0 and JSON Feed 1.1."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from xml.etree import ElementTree

from shared.domain.notices.body import as_html, parse
from shared.schemas.notices import ShownNotice

ATOM: Final = "http://www.w3.org/2005/Atom"
LENGTH: Final = 50
_NOT_IN_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def atom(notices: Sequence[ShownNotice], *, title: str, start: str, hall_id: str, media: str, language: str) -> bytes:
    """``start``: the address of this server; ``media``: of a picture, with its id to be appended.

    Ids are those of the notices and never change; a new version is the same entry, updated.
    """
    ElementTree.register_namespace("", ATOM)
    feed = ElementTree.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": language})
    _child(feed, "id", f"urn:uuid:{hall_id}")
    _child(feed, "title", title)
    _child(feed, "updated", _stamp(max((one.published_at for one in notices), default=datetime.fromtimestamp(0, UTC))))
    _child(_child(feed, "author"), "name", title)
    _child(feed, "link", rel="self", type="application/atom+xml", href=f"{start}/feed.atom")
    _child(feed, "link", rel="alternate", type="text/html", href=f"{start}/n")
    for one in notices:
        entry = _child(feed, "entry")
        _child(entry, "id", f"urn:uuid:{one.id}")
        _child(entry, "title", one.title)
        _child(entry, "published", _stamp(one.first_at))
        _child(entry, "updated", _stamp(one.published_at))
        _child(entry, "link", rel="alternate", type="text/html", href=one.link)
        _child(entry, "category", term=one.kind)
        if one.summary:
            _child(entry, "summary", one.summary)
        _child(entry, "content", html_of(one, media), type="html")
    body: bytes = ElementTree.tostring(feed, "utf-8", xml_declaration=False)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + body


def json_feed(notices: Sequence[ShownNotice], *, title: str, start: str, media: str, language: str) -> bytes:
    """As ``atom``."""
    items = []
    for one in notices:
        item = {
            "id": f"urn:uuid:{one.id}", "url": one.link, "title": one.title, "content_html": html_of(one, media),
            "date_published": _stamp(one.first_at), "date_modified": _stamp(one.published_at), "tags": [one.kind],
        }  # fmt: skip
        if one.summary:
            item["summary"] = one.summary
        if one.cover:
            item["image"] = f"{media}{one.cover}"
        items.append(item)
    feed = {
        "version": "https://jsonfeed.org/version/1.1", "title": title, "home_page_url": f"{start}/n",
        "feed_url": f"{start}/feed.json", "language": language, "items": items,
    }  # fmt: skip
    return json.dumps(feed, ensure_ascii=False, separators=(",", ":")).encode()


def html_of(one: ShownNotice, media: str) -> str:
    """Cover and text; a reader that shows no film has the link."""
    cover = f'<figure><img src="{media}{one.cover}" alt=""></figure>' if one.cover else ""
    film = f'<video controls src="{media}{one.video}"></video>' if one.video else ""
    return cover + film + as_html(parse(one.body), lambda id_: f"{media}{id_}")


def _child(parent: ElementTree.Element, tag: str, words: str = "", **attributes: str) -> ElementTree.Element:
    made = ElementTree.SubElement(parent, f"{{{ATOM}}}{tag}", attributes)
    if words:
        # Also a hall's own name: one letter that no XML may hold would break the whole feed.
        made.text = _NOT_IN_XML.sub("", words)
    return made


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
