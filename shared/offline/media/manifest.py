"""What a terminal has to have before it shows something new."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from shared.schemas.base import Message
from shared.schemas.media import Sha256


class ManifestItem(Message):
    sha256: Sha256
    size: Annotated[int, Field(ge=1)]


class MediaManifest(Message):
    """The files of one programme, and the programme itself in ``body``: they change together or not at all.

    ``digest`` is the SHA-256 of both; a manifest that does not match its own is refused.
    """

    items: list[ManifestItem] = []
    body: dict[str, Any] = {}
    digest: str = ""

    @model_validator(mode="after")
    def _matches(self) -> Self:
        if self.digest and self.digest != digest_of(self.items, self.body):
            raise ValueError("the manifest is not what its digest says")
        return self

    @classmethod
    def of(cls, items: list[ManifestItem], body: dict[str, Any] | None = None) -> MediaManifest:
        """Signed with its digest; each content once."""
        once = list({item.sha256: item for item in items}.values())
        return cls(items=once, body=body or {}, digest=digest_of(once, body or {}))

    @property
    def wanted(self) -> frozenset[str]:
        return frozenset(item.sha256 for item in self.items)


def digest_of(items: list[ManifestItem], body: dict[str, Any]) -> str:
    said = [sorted((item.sha256, item.size) for item in items), body]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
