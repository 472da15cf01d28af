"""HTTP of the live state: health, the tree as it is now, the snapshot and the event stream."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import Response

from server.auth import Open, Principal, Require
from server.context import Context
from server.database import Database, LoggedEvent, Reader
from server.event_log import EventStream, Hub, missed
from server.features.catalogue.uses import uses
from server.features.catalogue.view import service_tree
from server.features.live.service import snapshot
from server.features.live.watching import Watching
from server.features.queueing.lines import waiting_by_service
from server.features.release.service import on_site_now
from server.web import Asked, answer, look
from shared import __version__
from shared.domain.errors import HallError
from shared.schemas.base import Page
from shared.schemas.events import TOPICS, VOLATILE, Snapshot
from shared.schemas.hall import Health, Service

router = APIRouter(tags=["live"])
LOOKING = "hall:view"
Anybody = Annotated[Principal, Depends(Require(LOOKING))]
Topics = Annotated[str, Query(max_length=200, description="comma-separated: " + ", ".join(TOPICS))]


@router.get("/health", response_model=Health, dependencies=[Depends(Open("whether the server lives"))])
async def health(request: Request) -> Response:
    """Answers when the database does."""

    def read(reader: Reader) -> Health:
        return Health(
            status="ok", version=__version__, database="sqlite" if reader.database.is_sqlite else "postgresql",
            hall_id=reader.hall_id, epoch=reader.clocks.epoch, seq=reader.clocks.seq,
            epoch_mark=request.app.state.fence.mark,
        )  # fmt: skip

    return answer(await look(request, read))


@router.get("/services", response_model=Page[Service])
async def services(request: Request, principal: Anybody, part: Asked, retired: bool = False) -> Response:
    """The whole category tree, with what is open and how many wait now."""
    always_open: bool = request.app.state.context.always_open

    def read(reader: Reader) -> list[Service]:
        released = on_site_now(reader, always_open=always_open, through=principal.kind)
        return service_tree(
            reader, always_open=always_open, waiting=waiting_by_service(reader), with_retired=retired,
            released=released, uses=uses(reader),
        )  # fmt: skip

    return answer(part.of(Page[Service], await look(request, read)))


def _chosen(topics: str) -> frozenset[str]:
    chosen = frozenset(part.strip() for part in topics.split(",") if part.strip())
    if unknown := chosen - TOPICS.keys():
        raise HallError("topic_unknown", status=422, topics=", ".join(sorted(unknown)), known=", ".join(TOPICS))
    # What has no number is for those who ask for it by name.
    return chosen or frozenset(topic for topic, kinds in TOPICS.items() if not kinds <= VOLATILE)


@router.get("/snapshot", response_model=Snapshot)
async def take_snapshot(request: Request, principal: Anybody, topics: Topics = "") -> Response:
    """The state the events of these topics change, with the place in the log it stands at."""
    chosen = _chosen(topics)
    context: Context = request.app.state.context
    mark: str = request.app.state.fence.mark
    base = context.link_base
    return answer(await look(request, lambda reader: snapshot(reader, chosen, context.waits.shown, mark, base)))


@router.get("/events", responses={200: {"content": {"text/event-stream": {}}}})
async def events(
    request: Request,
    principal: Anybody,
    topics: Topics = "",
    last_event_id: Annotated[str | None, Header(max_length=60)] = None,
) -> Any:
    """Server-Sent Events from ``Last-Event-ID`` on; ``resync`` tells the client to take a new snapshot.

    ``waits.changed`` has no id, ``epoch`` or ``seq``: it stands in no log, and a stream begins with the last one.
    """
    kinds = frozenset({"resync"}).union(*(TOPICS[topic] for topic in _chosen(topics)))
    hub: Hub = request.app.state.hub

    def wants(entry: LoggedEvent) -> bool:
        return entry.kind in kinds

    def resume(reader: Reader) -> tuple[list[LoggedEvent] | None, int, int]:
        if last_event_id is None:
            return [], reader.clocks.epoch, reader.clocks.seq
        return missed(reader, last_event_id)

    database: Database = request.app.state.database
    watching = Watching(request.app.state.authenticator, database, principal, LOOKING)
    stream = EventStream(
        hub, wants, partial(database.read, resume), watching.may_go_on, kinds & VOLATILE, watching.may_now
    )
    return StreamResponse(stream)


class StreamResponse(Response):
    """Lets FastAPI hand the connection to an event stream."""

    def __init__(self, stream: EventStream) -> None:
        super().__init__()
        self.stream = stream

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.stream(scope, receive, send)
