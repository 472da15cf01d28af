"""Other ways in than a password, as features above offer them to the sign-in page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select

from server.database import Reader, Writer
from server.features.accounts.models import LinkRow


@dataclass(frozen=True, slots=True)
class Way:
    """Where another way in begins; ``name`` and ``name_en`` are what it is called."""

    name: str
    name_en: str
    address: str

    def shown(self, language: str) -> str:
        return self.name if language == "zh-CN" else self.name_en or self.name


# Each answers what it offers to somebody who wants to go on to an address of ours.
offers: Final[list[Callable[[Reader, str], list[Way]]]] = []
# By method: whether an account may still come in by what another feature proved (its own word for it), as of now.
holds: Final[dict[str, Callable[[Reader, UUID, str], bool]]] = {}


def end_links(writer: Writer, account_id: UUID) -> int:
    """Nobody comes in through another provider any more; answers how many links that ended.

    For whoever gives an account back to its owner: a link of somebody else's would outlive the new password.
    """
    found = writer.session.scalars(select(LinkRow).where(LinkRow.account_id == account_id)).all()
    for row in found:
        writer.session.delete(row)
    writer.flush()
    return len(found)


def ways(reader: Reader, wanted: str) -> list[Way]:
    return [way for offer in offers for way in offer(reader, wanted)]
