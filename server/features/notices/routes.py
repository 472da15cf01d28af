"""HTTP of notices: written, reviewed, published, pinned, taken back; their channels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from server import audit
from server.auth import Principal, Require
from server.database import Reader, Writer
from server.features.notices import outlets, service, views, words
from server.features.notices.service import By
from server.features.notices.settings import put_settings, shown_settings
from server.web import answer, change, look
from shared.domain.notices.life import State
from shared.schemas.base import Page
from shared.schemas.notices import (
    NoticeAct,
    NoticeCreate,
    NoticeEdit,
    NoticeEntries,
    NoticePin,
    NoticePublish,
    NoticeRestore,
    NoticeSettings,
    NoticeSettingsEdit,
    NoticeVersion,
    NoticeView,
    NoticeWords,
    NoticeWordsEdit,
)

router = APIRouter(tags=["notices"], prefix="/notices")
Looking = Annotated[Principal, Depends(Require("notices:view"))]
Writing = Annotated[Principal, Depends(Require("notices:write"))]
Reviewing = Annotated[Principal, Depends(Require("notices:review"))]
Publishing = Annotated[Principal, Depends(Require("notices:publish"))]
Keeping = Annotated[Principal, Depends(Require("notices.channels:change"))]


@router.get("", response_model=NoticeEntries)
async def entries(request: Request, principal: Looking, state: Annotated[State | None, Query()] = None) -> Response:
    return answer(await look(request, lambda reader: views.entries(reader, state)))


@router.get("/settings", response_model=NoticeSettings)
async def settings(request: Request, principal: Looking) -> Response:
    return answer(await look(request, shown_settings))


@router.put("/settings", response_model=NoticeSettings)
async def set_settings(request: Request, body: NoticeSettingsEdit, principal: Keeping) -> Response:
    who, base = audit.actor(request, principal), request.app.state.context.link_base
    return await change(request, principal, lambda writer: put_settings(writer, base, body, who))


@router.get("/words", response_model=NoticeWords)
async def word_list(request: Request, principal: Looking) -> Response:
    """What notices are checked for before they are handed in."""
    return answer(await look(request, words.shown_words))


@router.put("/words", response_model=NoticeWords)
async def set_words(request: Request, body: NoticeWordsEdit, principal: Keeping) -> Response:
    who = audit.actor(request, principal)
    return await change(request, principal, lambda writer: words.put_words(writer, who, body))


@router.post("", status_code=201, response_model=NoticeView)
async def create(request: Request, body: NoticeCreate, principal: Writing) -> Response:
    by = _by(request, principal)

    def work(writer: Writer) -> NoticeView:
        return views.view(writer, service.create(writer, by, body.content))

    return await change(request, principal, work, status=201)


@router.get("/{notice_id}", response_model=NoticeView)
async def one(request: Request, notice_id: UUID, principal: Looking) -> Response:
    return answer(await look(request, lambda reader: views.view(reader, notice_id)))


@router.get("/{notice_id}/versions", response_model=Page[NoticeVersion])
async def versions(
    request: Request, notice_id: UUID, principal: Looking, before: Annotated[int, Query(ge=1, le=2**31 - 1)]
) -> Response:  # fmt: skip
    """Those that are older than one; a notice itself comes with its newest."""

    def read(reader: Reader) -> list[NoticeVersion]:
        views.view(reader, notice_id)
        return views.versions(reader, notice_id, before)

    return answer(Page[NoticeVersion](items=await look(request, read)))


@router.put("/{notice_id}/content", response_model=NoticeView)
async def edit(request: Request, notice_id: UUID, body: NoticeEdit, principal: Writing) -> Response:
    """A new version; what is shown meanwhile stays."""
    by = _by(request, principal)
    return await _act(
        request, principal, notice_id, lambda w: service.edit(w, by, notice_id, body.edition, body.content)
    )


@router.post("/{notice_id}/restore", response_model=NoticeView)
async def restore(request: Request, notice_id: UUID, body: NoticeRestore, principal: Writing) -> Response:
    """An old version becomes a new draft."""
    by = _by(request, principal)
    return await _act(
        request, principal, notice_id, lambda w: service.restore(w, by, notice_id, body.edition, body.number)
    )


@router.post("/{notice_id}/submit", response_model=NoticeView)
async def submit(request: Request, notice_id: UUID, body: NoticeAct, principal: Writing) -> Response:
    by = _by(request, principal)
    return await _act(
        request, principal, notice_id,
        lambda w: service.submit(w, by, notice_id, body.edition, body.note, heeded=body.heeded),
    )  # fmt: skip


@router.post("/{notice_id}/withdraw", response_model=NoticeView)
async def withdraw(request: Request, notice_id: UUID, body: NoticeAct, principal: Writing) -> Response:
    """Back to a draft, before it is published."""
    by = _by(request, principal)
    return await _act(
        request, principal, notice_id, lambda w: service.withdraw(w, by, notice_id, body.edition, body.note)
    )


@router.post("/{notice_id}/approve", response_model=NoticeView)
async def approve(request: Request, notice_id: UUID, body: NoticeAct, principal: Reviewing) -> Response:
    by = _by(request, principal)
    return await _act(
        request, principal, notice_id, lambda w: service.review(w, by, notice_id, body.edition, body.note, good=True)
    )


@router.post("/{notice_id}/reject", response_model=NoticeView)
async def reject(request: Request, notice_id: UUID, body: NoticeAct, principal: Reviewing) -> Response:
    by = _by(request, principal)
    return await _act(
        request, principal, notice_id, lambda w: service.review(w, by, notice_id, body.edition, body.note, good=False)
    )


@router.post("/{notice_id}/publish", response_model=NoticeView)
async def publish(request: Request, notice_id: UUID, body: NoticePublish, principal: Publishing) -> Response:
    """Now or at a time, on all surfaces and channels at once."""
    by = _by(request, principal)
    return await _act(request, principal, notice_id, lambda w: service.publish(w, by, notice_id, body))


@router.post("/{notice_id}/retract", response_model=NoticeView)
async def retract(request: Request, notice_id: UUID, body: NoticeAct, principal: Publishing) -> Response:
    by = _by(request, principal)
    return await _act(
        request, principal, notice_id, lambda w: service.retract(w, by, notice_id, body.edition, body.note)
    )


@router.post("/{notice_id}/pin", response_model=NoticeView)
async def pin(request: Request, notice_id: UUID, body: NoticePin, principal: Publishing) -> Response:
    by = _by(request, principal)
    return await _act(request, principal, notice_id, lambda w: service.pin(w, by, notice_id, body.edition, body.pin))


@router.post("/{notice_id}/outlets/{outlet_id}/retry", response_model=NoticeView)
async def retry_outlet(request: Request, notice_id: UUID, outlet_id: UUID, principal: Publishing) -> Response:
    """Try a channel anew that failed; where nobody knows whether it stands there, it is asked first."""
    who = audit.actor(request, principal)
    return await _act(request, principal, notice_id, lambda w: outlets.retry(w, notice_id, outlet_id, who))


@router.post("/{notice_id}/outlets/{outlet_id}/retract", response_model=NoticeView)
async def retract_outlet(request: Request, notice_id: UUID, outlet_id: UUID, principal: Publishing) -> Response:
    who = audit.actor(request, principal)
    return await _act(request, principal, notice_id, lambda w: outlets.take_back(w, notice_id, outlet_id, who))


def _by(request: Request, principal: Principal) -> By:
    return By(audit.actor(request, principal), request.app.state.context.link_base)


async def _act(request: Request, principal: Principal, notice_id: UUID, work: Callable[[Writer], Any]) -> Response:
    def act(writer: Writer) -> NoticeView:
        work(writer)
        return views.view(writer, notice_id)

    return await change(request, principal, act)
