"""The blocks of a layout while they are edited: what can be done with them, and what is wrong with them."""

from __future__ import annotations

from typing import Any, Final
from uuid import uuid4

from pydantic import ValidationError

from shared.i18n import languages
from shared.schemas.ticket_layout import TicketLayout

Block = dict[str, Any]
Blocks = tuple[Block, ...]
# What a new block of each kind begins with.
NEW_BLOCKS: Final[dict[str, Block]] = {
    "text": {"texts": {}}, "field": {"field": "item"}, "qr": {}, "line": {}, "space": {"dots": 16}, "cut": {},
}  # fmt: skip
_FAULTS = ("placeholder", "picture", "number is missing")


def new_block(kind: str, **more: Any) -> Block:
    made = {"kind": kind, "id": uuid4().hex[:8], **NEW_BLOCKS.get(kind, {}), **more}
    if kind == "text" and not made["texts"]:
        made["texts"] = dict.fromkeys(languages(), "…")
    return made


def added(blocks: Blocks, behind: str, made: Block) -> Blocks:
    """Behind the block of this id, else at the end."""
    place = next((n + 1 for n, one in enumerate(blocks) if one["id"] == behind), len(blocks))
    return (*blocks[:place], made, *blocks[place:])


def ordered(blocks: Blocks, ids: list[str]) -> Blocks:
    """In this order; as they were when these are not their ids."""
    by_id = {one["id"]: one for one in blocks}
    return tuple(by_id[one] for one in ids) if sorted(ids) == sorted(by_id) else blocks


def valid(blocks: Blocks) -> TicketLayout | None:
    try:
        return TicketLayout.model_validate({"blocks": list(blocks)})
    except ValidationError:
        return None


def faults(blocks: Blocks) -> dict[str, str]:
    """Block (or empty) → what makes the layout impossible: ``placeholder``, ``picture``, ``number``, ``long``,
    ``many`` or ``wrong``."""
    try:
        TicketLayout.model_validate({"blocks": list(blocks)})
    except ValidationError as error:
        found: dict[str, str] = {}
        for one in error.errors():
            places = (blocks[part].get("id", "") for part in one["loc"] if isinstance(part, int) and part < len(blocks))
            found[next(places, "")] = _fault(one["type"], one["msg"], one["loc"])
        return found
    return {}


def _fault(kind: str, message: str, where: tuple[int | str, ...]) -> str:
    if kind == "string_too_long":
        return "picture" if where[-1] == "data" else "long"
    if kind in ("too_long", "too_short") and where == ("blocks",):
        return "many" if kind == "too_long" else "number"
    return next((key.split()[0] for key in _FAULTS if key in message), "wrong")
