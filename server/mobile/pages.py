"""Pages the server itself serves to a phone."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(include_in_schema=False)
