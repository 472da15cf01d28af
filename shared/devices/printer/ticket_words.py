"""What the blocks of a layout say of one ticket, and which of them are meant for it."""

from __future__ import annotations

from shared.devices.printer.escpos_text import plain_marks
from shared.i18n import DEFAULT_LANGUAGE, text
from shared.schemas.ticket_document import TicketDocument
from shared.schemas.ticket_layout import FIELDS, Block, FieldBlock, placeholders

LABELS = {"people_ahead": "ahead", "counters": "counter", "issued_at": "issued", "items": "item", "due_at": "due"}


_APART = (
    {"booked", "walk_in"}, {"people_ahead", "nobody_ahead"}, {"reprint", "original"}, {"several_items", "one_item"},
)  # fmt: skip


def never(block: Block) -> bool:
    """Whether its conditions can't hold together."""
    return any(pair <= set(block.when) for pair in _APART)


def meant(block: Block, document: TicketDocument) -> bool:
    """Whether a block is for this ticket."""
    holds = {
        "booked": document.booked, "walk_in": not document.booked, "people_ahead": bool(document.people_ahead),
        "nobody_ahead": document.people_ahead == 0, "elder": document.elder, "reprint": document.reprint,
        "original": not document.reprint, "several_items": len(document.items) > 1,
        "one_item": len(document.items) <= 1,
    }  # fmt: skip
    return (
        all(holds[condition] for condition in block.when)
        and (not block.languages or document.language in block.languages)
        and (not block.services or document.service_id in block.services)
    )


class Words:
    """The facts of one ticket in its language."""

    def __init__(self, document: TicketDocument) -> None:
        self._document = document

    @property
    def trial(self) -> str:
        """What a paper says that was printed to see a layout."""
        return self._word("trial")

    def field(self, block: FieldBlock) -> list[str]:
        """A fact as parts that are better not broken; empty where the ticket has none."""
        return [plain_marks(part, self._document.language) for part in self._parts(block.field, block.time_format)]

    def label(self, block: FieldBlock) -> str:
        own = self.of_texts(block.labels) if block.labels else self._word(LABELS.get(block.field, block.field))
        return plain_marks(own + self._word("label_colon"), self._document.language)

    def of_texts(self, texts: dict[str, str]) -> str:
        """Own words in the ticket's language, else in the hall's first, with the facts in the place of braces."""
        language = self._document.language
        words = texts.get(language) or texts.get(DEFAULT_LANGUAGE) or next(iter(texts.values()), "")
        for name in dict.fromkeys(placeholders(words)):
            if name in FIELDS:
                words = words.replace(f"{{{name}}}", "".join(self._parts(name, None)))
        return words

    def _parts(self, field: str, time_format: str | None) -> list[str]:
        document = self._document
        match field:
            case "counters":
                separator, last = self._word("counter_separator"), len(document.counters) - 1
                return [one + (separator if n < last else "") for n, one in enumerate(document.counters)]
            case "items":
                return [f"{n}. {one} " for n, one in enumerate(document.items, 1)]
            case "people_ahead":
                if document.people_ahead is None:
                    return []
                key = "ahead_count" if document.people_ahead else "ahead_none"
                return [self._word(key, count=document.people_ahead)]
            case "wait":
                return [wait] if (wait := self._wait()) else []
            case "issued_at":
                return [document.issued_at.strftime(time_format or self._word("issued_format"))]
            case "due_at":
                return [document.due_at.strftime(time_format or "%H:%M")] if document.due_at else []
        value = str(getattr(document, field))
        return [value] if value else []

    def _wait(self) -> str:
        low, high = self._document.wait_minutes, self._document.wait_minutes_high
        if low is None:
            return ""
        if high is not None and high > low:
            return self._word("wait_range", minutes=low, high=high)
        return self._word("wait_about", minutes=low) if low else self._word("wait_soon")

    def _word(self, key: str, **params: object) -> str:
        return text(f"devices.ticket_paper.{key}", self._document.language, **params)
