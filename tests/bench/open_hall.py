"""The hall server with one difference: whoever asks gets a number. What authorisation costs is measured against it."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import Response

from server import logs
from server.auth import Principal
from server.cli import HallServer, uvicorn_config
from server.features.queueing.issue import issue
from server.features.queueing.routes import context
from server.main import BASE, create_app
from server.settings import Settings
from server.web import change
from shared.schemas.tickets import Ticket, TicketRequest

router = APIRouter()
ANYBODY = Principal.of_machine("kiosk", "anybody", time.time() + 3600)


@router.post("/tickets", status_code=201, response_model=Ticket)
async def issue_ticket(request: Request, body: TicketRequest) -> Response:
    """The route of the hall, word by word, without its permission."""
    return await change(
        request, ANYBODY, lambda writer: issue(writer, context(request), body, ANYBODY.label), status=201
    )


def open_hall(settings: Settings) -> FastAPI:
    app = create_app(settings)
    app.include_router(router, prefix=BASE)
    # In front of the hall's own.
    app.router.routes.insert(0, app.router.routes.pop())
    return app


if __name__ == "__main__":
    wanted = Settings(data=Path(sys.argv[1]), port=int(sys.argv[2]), demo=True)
    logs.install(wanted.data)
    HallServer(uvicorn_config(wanted, open_hall(wanted)), f"http://127.0.0.1:{wanted.port}").run()
