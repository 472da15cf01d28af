"""The part of the hall client that speaks of what walls show, and of emergencies."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar
from uuid import UUID

from pydantic import BaseModel

from shared.schemas.base import Page
from shared.schemas.emergencies import Emergency, EmergencyRaise
from shared.schemas.signage import (
    AttractRule,
    AttractRuleEdit,
    ContentCreate,
    ContentEdit,
    ContentPlaces,
    ContentVersion,
    SignageContent,
    SignageFigures,
    SignageProgram,
    WebPage,
    WebPageFetch,
)

Answer = TypeVar("Answer", bound=BaseModel)


class _Line(Protocol):
    def _get(self, path: str, kind: type[Answer]) -> Answer: ...
    def _post(self, path: str, kind: type[Answer], body: Any = None, *, key: str | None = None) -> Answer: ...
    def _send(self, method: str, path: str, *, body: Any = None) -> str: ...


class SignageCalls:
    """Mixed into ``HallClient``."""

    def signage_program(self: _Line) -> SignageProgram:
        """What this display shows."""
        return self._get("/signage/program", SignageProgram)

    def signage_figures(self: _Line) -> SignageFigures:
        return self._get("/signage/figures", SignageFigures)

    def signage_web_pages(self: _Line) -> list[WebPage]:
        """How the pages that layouts show stand."""
        return self._get("/signage/web-pages", Page[WebPage]).items

    def fetch_signage_web_page(self: _Line, address: str) -> list[WebPage]:
        """Fetch it now; the answer is how all pages stand."""
        return self._post("/signage/web-pages/fetch", Page[WebPage], WebPageFetch(address=address)).items

    def signage_contents(self: _Line) -> list[SignageContent]:
        return self._get("/signage/contents", Page[SignageContent]).items

    def add_signage_content(self: _Line, wanted: ContentCreate, *, key: str | None = None) -> SignageContent:
        return self._post("/signage/contents", SignageContent, wanted, key=key)

    def edit_signage_content(self: _Line, content_id: UUID, wanted: ContentEdit) -> SignageContent:
        return SignageContent.model_validate_json(self._send("PATCH", f"/signage/contents/{content_id}", body=wanted))

    def signage_versions(self: _Line, content_id: UUID) -> list[ContentVersion]:
        return self._get(f"/signage/contents/{content_id}/versions", Page[ContentVersion]).items

    def place_signage_content(self: _Line, content_id: UUID, wanted: ContentPlaces) -> SignageContent:
        path = f"/signage/contents/{content_id}/places"
        return SignageContent.model_validate_json(self._send("PUT", path, body=wanted))

    def attract_rules(self: _Line) -> list[AttractRule]:
        """When kiosks rest."""
        return self._get("/signage/attract-rules", Page[AttractRule]).items

    def keep_attract_rule(self: _Line, wanted: AttractRuleEdit) -> list[AttractRule]:
        """All rules, with this one."""
        return Page[AttractRule].model_validate_json(self._send("PUT", "/signage/attract-rules", body=wanted)).items

    def emergencies(self: _Line) -> list[Emergency]:
        """The latest first, also those that are over."""
        return self._get("/emergencies", Page[Emergency]).items

    def raise_emergency(self: _Line, wanted: EmergencyRaise, *, key: str | None = None) -> Emergency:
        """Raise, update or cancel one."""
        return self._post("/emergencies", Emergency, wanted, key=key)
