"""HTTP of the audit trail."""

from __future__ import annotations

import logging
import threading
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from server.audit import actor as actor_of
from server.auth import Keys, Principal, Require
from server.database import Reader
from server.features.audit.chain import verify
from server.features.audit.service import Wanted, search, send_to, state
from server.web import answer, change, look
from shared.domain.errors import HallError
from shared.schemas.audit import AuditEntry, AuditReceiver, AuditState, AuditVerdict
from shared.schemas.base import Moment, Page

log = logging.getLogger(__name__)
router = APIRouter(tags=["audit"])
Seeing = Annotated[Principal, Depends(Require("audit:view"))]
Exporting = Annotated[Principal, Depends(Require("audit:export"))]
Word = Annotated[str, Query(max_length=200)]
# A walk over millions of entries takes a while: one at a time in each process.
_walking = threading.Lock()


@router.get("/audit", response_model=Page[AuditEntry])
async def search_audit(
    request: Request, principal: Seeing, since: Moment | None = None, until: Moment | None = None, actor: Word = "",
    action: Word = "", subject: Word = "", outcome: Word = "", text: Word = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    cursor: Annotated[int | None, Query(ge=1, lt=2**31, description="the number of the last entry seen")] = None,
) -> Response:  # fmt: skip
    """Entries newest first: by time, actor, beginning of the action, subject, outcome, or a text anywhere."""
    wanted = Wanted(since, until, actor, action, subject, outcome, text, cursor, limit)
    return answer(await look(request, lambda reader: search(reader, wanted)))


@router.get("/audit/state", response_model=AuditState)
async def audit_state(request: Request, principal: Seeing) -> Response:
    return answer(await look(request, state))


@router.put("/audit/receiver", response_model=AuditState)
async def change_receiver(request: Request, principal: Exporting, body: AuditReceiver) -> Response:
    """Where copies of the trail go as it grows: the auditors' to say, not of those whose acts it tells of."""
    who, address = actor_of(request, principal), body.target.strip()
    return await change(request, principal, lambda writer: send_to(writer, who, address))


@router.get("/audit/verify", response_model=AuditVerdict)
async def verify_audit(request: Request, principal: Seeing) -> Response:
    """Walk over the whole chain; 503 while another walk is under way."""
    keys: Keys = request.app.state.keys

    def walk(reader: Reader) -> AuditVerdict:
        if not _walking.acquire(blocking=False):
            raise HallError("audit_being_verified", status=503)
        try:
            return verify(reader, keys.audit)
        finally:
            _walking.release()

    verdict = await look(request, walk)
    if not verdict.good:
        log.error("audit chain broken", extra={"n": verdict.n, "fault": verdict.fault})
    return answer(verdict)
