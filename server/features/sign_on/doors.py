"""All that single sign-on serves outside the hall's API: what clients' programs ask, and the pages browsers see."""

from __future__ import annotations

from fastapi import APIRouter

from server.features.sign_on.cas.pages import router as cas_pages
from server.features.sign_on.cas.validation import router as cas_validation
from server.features.sign_on.leaving import router as leaving
from server.features.sign_on.native import router as native
from server.features.sign_on.pages import router as pages
from server.features.sign_on.provider import router as provider
from server.features.sign_on.qr_pages import router as qr_pages
from server.features.sign_on.upstream.link_pages import router as link_pages
from server.features.sign_on.upstream.pages import router as upstream_pages

router = APIRouter(include_in_schema=False)
for _part in (provider, pages, native, qr_pages, leaving, cas_pages, cas_validation, upstream_pages, link_pages):
    router.include_router(_part)
