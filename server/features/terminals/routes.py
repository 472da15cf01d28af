"""HTTP of terminals: their reports, their enrolment, and what administrators decide about them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from server import audit
from server.auth import Open, Principal, Require
from server.database import Writer
from server.features.terminals import codes, decisions, device_tests, enrolment
from server.features.terminals.service import report, terminals
from server.web import Asked, answer, change, look
from shared.domain.errors import HallError
from shared.schemas.base import Page
from shared.schemas.device_tests import DeviceTest, DeviceTestAsk, DeviceTestOutcome
from shared.schemas.enrolment import (
    Challenge,
    ChallengeRequest,
    CodeRequest,
    Enrolled,
    EnrolmentCode,
    EnrolRequest,
    RekeyRequest,
    TerminalEdit,
    TerminalToken,
    TokenRequest,
)
from shared.schemas.terminals import Terminal, TerminalReport

router = APIRouter(tags=["terminals"])
Reporting = Annotated[Principal, Depends(Require("terminals:report"))]
Seeing = Annotated[Principal, Depends(Require("terminals:view"))]
Managing = Annotated[Principal, Depends(Require("terminals:manage"))]


@router.put("/terminals/me", response_model=Terminal)
async def report_terminal(request: Request, principal: Reporting, body: TerminalReport) -> Response:
    """What the calling terminal says of itself, every 20 s and when a device changes."""
    return await change(request, principal, lambda writer: report(writer, principal, body))


@router.get("/terminals", response_model=Page[Terminal])
async def list_terminals(request: Request, principal: Seeing, part: Asked) -> Response:
    return answer(part.of(Page[Terminal], await look(request, terminals)))


@router.post("/terminals/codes", status_code=201, response_model=EnrolmentCode)
async def add_code(request: Request, principal: Managing, body: CodeRequest) -> Response:
    """A code with which one new terminal may enrol; shown once."""
    who, server = audit.actor(request, principal), _server(request)
    return await _once(request, lambda writer: codes.make_code(writer, who, server, body), status=201)


@router.post("/terminals/{terminal_id}/rekey", status_code=201, response_model=EnrolmentCode)
async def rekey(request: Request, principal: Managing, terminal_id: UUID, body: RekeyRequest) -> Response:
    """A code for a new key of this terminal, on the same machine or on another in its place."""
    who, server = audit.actor(request, principal), _server(request)
    return await _once(
        request, lambda writer: codes.make_rekey_code(writer, who, server, terminal_id, body), status=201
    )


@router.patch("/terminals/{terminal_id}", response_model=Terminal)
async def edit_terminal(request: Request, principal: Managing, terminal_id: UUID, body: TerminalEdit) -> Response:
    who = audit.actor(request, principal)
    return await change(request, principal, lambda writer: decisions.edit(writer, who, terminal_id, body))


@router.post("/terminals/{terminal_id}/device-tests", status_code=201, response_model=DeviceTest)
async def ask_device_test(request: Request, principal: Managing, terminal_id: UUID, body: DeviceTestAsk) -> Response:
    """Have a terminal try one of its devices; ``GET /terminals/device-tests/{test_id}`` tells what came of it."""
    who = audit.actor(request, principal)
    return await change(request, principal, lambda writer: device_tests.ask(writer, who, terminal_id, body), status=201)


@router.get("/terminals/device-tests/mine", response_model=Page[DeviceTest])
async def own_device_tests(request: Request, principal: Reporting, part: Asked) -> Response:
    """What the calling terminal shall try now."""
    return answer(part.of(Page[DeviceTest], await look(request, lambda reader: device_tests.mine(reader, principal))))


@router.get("/terminals/device-tests/{test_id}", response_model=DeviceTest)
async def get_device_test(request: Request, principal: Managing, test_id: UUID) -> Response:
    return answer(await look(request, lambda reader: device_tests.device_test(reader, test_id)))


@router.put("/terminals/device-tests/{test_id}/outcome", response_model=DeviceTest)
async def settle_device_test(
    request: Request, principal: Reporting, test_id: UUID, body: DeviceTestOutcome
) -> Response:
    """What the calling terminal saw."""
    who = audit.actor(request, principal)
    return await change(request, principal, lambda writer: device_tests.settle(writer, who, principal, test_id, body))


@router.post(
    "/terminals/enrol",
    response_model=Enrolled,
    dependencies=[Depends(Open("a new terminal has nothing but its code"))],
)
async def enrol(request: Request, body: EnrolRequest) -> Response:
    """A terminal's own key for a code. Repeating it with the same key gives the same answer."""
    address = audit.address_of(request)
    if (resting := await look(request, lambda reader: codes.rests(reader, address))) is not None:
        raise resting
    return await _once(request, lambda writer: enrolment.enrol(writer, body, address))


@router.post(
    "/terminals/challenge",
    response_model=Challenge,
    dependencies=[Depends(Open("asked for before there is a token; tells nothing"))],
)
async def challenge(request: Request, body: ChallengeRequest) -> Response:
    """Something to sign, good once and for a minute."""
    return answer(enrolment.challenge(request.app.state.keys, body.terminal_id))


@router.post(
    "/terminals/token",
    response_model=TerminalToken,
    dependencies=[Depends(Open("the signature is the proof"))],
)
async def token(request: Request, body: TokenRequest) -> Response:
    """A token for fifteen minutes; 403 while the terminal waits for approval, and when it was revoked."""
    keys = request.app.state.keys
    # A terminal that waits asks often: that needs no change.
    wrong = await look(request, lambda reader: enrolment.check_proof(reader, keys, body))
    if wrong is not None:
        raise wrong
    return await _once(request, lambda writer: enrolment.token(writer, keys, body))


async def _once(request: Request, work: Callable[[Writer], Any], *, status: int = 200) -> Response:
    """A change whose answer is secret, so that it is not kept to be repeated, or whose refusal must be kept."""
    result = await asyncio.wrap_future(request.app.state.database.submit(work))
    if isinstance(result, HallError):
        raise result
    return Response(result.model_dump_json(), status, media_type="application/json")


def _server(request: Request) -> str:
    """The address of this server as terminals reach it."""
    return str(request.app.state.settings.link_base or request.base_url).rstrip("/")
