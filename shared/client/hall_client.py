"""The one way the programs speak to the hall server."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

import requests
from pydantic import BaseModel, TypeAdapter, ValidationError

from shared.client.accounts import AccountCalls
from shared.client.booking import BookingCalls
from shared.client.calling import CallingCalls
from shared.client.catalogue import CatalogueCalls
from shared.client.conflicts import ConflictCalls
from shared.client.device_tests import DeviceTestCalls
from shared.client.guides import GuideCalls
from shared.client.information import InformationCalls
from shared.client.island import IslandCalls
from shared.client.limits import LimitCalls
from shared.client.line import Line, LineAdapter
from shared.client.media import MediaCalls
from shared.client.notices import NoticeCalls
from shared.client.orders import OrderCalls
from shared.client.organisation import OrganisationCalls
from shared.client.protection import ProtectionCalls
from shared.client.release import ReleaseCalls
from shared.client.reports import ReportCalls
from shared.client.safety import SafetyCalls
from shared.client.sign_on import SignOnCalls
from shared.client.signage import SignageCalls
from shared.client.simulation import SimulationCalls
from shared.client.tickets_setup import TicketSetupCalls
from shared.domain.errors import HallError
from shared.schemas.base import Page, Problem
from shared.schemas.device_health import DeviceHealth
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
from shared.schemas.events import Snapshot
from shared.schemas.hall import (
    Counter,
    CounterDesk,
    Health,
)
from shared.schemas.statistics import Today
from shared.schemas.terminals import Terminal, TerminalReport
from shared.schemas.tickets import (
    CallAnswer,
    Identity,
    MissedTicket,
    Paper,
    PaperRecord,
    Rating,
    RatingRequest,
    Receipt,
    RecentServicesRequest,
    Returnable,
    StaffTicket,
    Ticket,
    TicketRequest,
    TicketSearch,
)

Answer = TypeVar("Answer", bound=BaseModel)
CONNECT_S, READ_S = 2.0, 8.0


# A refusal with one of these may be cured by a new token.
STALE = frozenset({"token_expired", "token_invalid", "terminal_revoked", "terminal_pending", "session_ended"})


class _Connection(NamedTuple):
    session: requests.Session
    line: Line


class HallClient(
    AccountCalls, BookingCalls, CallingCalls, CatalogueCalls, ConflictCalls, IslandCalls, LimitCalls, OrganisationCalls,
    ProtectionCalls, ReportCalls, ReleaseCalls, SafetyCalls, SignOnCalls, SimulationCalls, TicketSetupCalls,
    DeviceTestCalls, OrderCalls, MediaCalls, GuideCalls, NoticeCalls, SignageCalls,
    InformationCalls,
):  # fmt: skip
    """Blocking calls for worker threads; connections are kept and used again.

    Every refusal is a ``HallError`` with the server's code; ``server_unreachable`` when there was no answer. A change
    carries an Idempotency-Key, so after ``server_unreachable`` the caller may repeat it with the same ``key``.

    ``token``: a fixed one, or what gives one for each request; when it has ``renew(refused)``, that is called for a
    token that the server refuses, and the request repeated once.
    """

    def __init__(self, server: str, token: str | Callable[[], str], *, language: str = "zh-CN") -> None:
        self.server = server.rstrip("/")
        self._token = token
        self._headers = {"Accept-Language": language}
        # Of the server that was listened to last: one that has been replaced hears of it with the next request.
        self.epoch_mark = ""
        self._local = threading.local()
        self._all: list[_Connection] = []
        self._idle: list[_Connection] = []
        self._lock = threading.Lock()

    # The hall

    def health(self) -> Health:
        return self._get("/health", Health)

    def snapshot(self, *topics: str) -> Snapshot:
        found = self._get("/snapshot", Snapshot, {"topics": ",".join(topics)})
        self.epoch_mark = found.epoch_mark or self.epoch_mark
        return found

    # Tickets

    def issue(self, request: TicketRequest) -> Ticket:
        """Give ``request.id`` (a UUIDv7 of the terminal): then repeating is always safe."""
        return self._post("/tickets", Ticket, request)

    def ticket(self, ticket_id: UUID) -> Ticket:
        return self._get(f"/tickets/{ticket_id}", Ticket)

    def ticket_by_code(self, code: str) -> StaffTicket:
        return self._get("/tickets/by-code", StaffTicket, {"code": code})

    def tickets(self, **query: str) -> Page[StaffTicket]:
        """One page; query: status, service_id, number, limit, cursor."""
        return self._get("/tickets", Page[StaffTicket], query)

    def recent_services(self, identity: Identity) -> list[UUID]:
        return self._post("/citizens/recent-services", Page[UUID], RecentServicesRequest(identity=identity)).items

    def returnable(self, asked: TicketSearch) -> list[Returnable]:
        """What the code, number or person missed, and whether they may come back by themselves."""
        return self._post("/tickets/returnable", Page[Returnable], asked).items

    def come_back(self, ticket_id: UUID) -> Ticket:
        """Somebody who missed the call stands in line again; harmless when repeated."""
        return self._post(f"/tickets/{ticket_id}/return", Ticket, {})

    def record_paper(self, ticket_id: UUID, record: PaperRecord) -> Paper:
        return self._post(f"/tickets/{ticket_id}/papers", Paper, record)

    def papers(self, ticket_id: UUID) -> list[Paper]:
        return self._get(f"/tickets/{ticket_id}/papers", Page[Paper]).items

    def rate(self, ticket_id: UUID, rating: RatingRequest, *, key: str | None = None) -> Rating:
        return self._post(f"/tickets/{ticket_id}/rating", Rating, rating, key=key)

    # Counters

    def desk(self, counter_id: UUID, *, waiting: int | None = None) -> CounterDesk:
        """``waiting``: how many of who waits are listed at most, up to 500."""
        asked = f"?waiting={waiting}" if waiting is not None else ""
        return self._get(f"/counters/{counter_id}/desk{asked}", CounterDesk)

    def missed(self, counter_id: UUID) -> list[MissedTicket]:
        """Who missed the call of its services today, the last called first."""
        return self._get(f"/counters/{counter_id}/missed", Page[MissedTicket]).items

    def counter_state(self, counter_id: UUID, action: str, body: Mapping[str, Any] | None = None) -> Counter:
        """``sign-in``, ``sign-out``, ``pause``, ``resume``."""
        return self._post(f"/counters/{counter_id}/{action}", Counter, body or {})

    def call_next(self, counter_id: UUID, *, silent: bool = False, key: str | None = None) -> CallAnswer | None:
        """None when nobody waits. ``silent``: displays and loudspeakers keep quiet."""
        body = {"silent": True} if silent else {}
        text = self._send("POST", f"/counters/{counter_id}/call-next", body=body, key=key)
        return _parse(CallAnswer, text) if text else None

    def ticket_step(
        self, counter_id: UUID, step: str, body: Mapping[str, Any] | None = None, *, key: str | None = None
    ) -> CallAnswer:
        """``recall``, ``start``, ``finish``, ``no-show``, ``hold``, ``transfer``, ``undo``, ``call-ticket``,
        ``park``, ``unpark``, ``next-item``, ``priority``, ``return-ticket``.
        """
        return self._post(f"/counters/{counter_id}/{step}", CallAnswer, body or {}, key=key)

    def read_hand_over(self, counter_id: UUID) -> None:
        """Whoever took the counter over has read what was left for them."""
        self._send("POST", f"/counters/{counter_id}/hand-over/read", body={})

    def receipt(self, call_id: UUID, receipt: Receipt) -> None:
        self._send("POST", f"/calls/{call_id}/receipts", body=receipt)

    # Terminals and figures

    def report(self, version: str, place: str, devices: list[DeviceHealth]) -> Terminal:
        said = TerminalReport(version=version, place=place, devices=devices)
        return _parse(Terminal, self._send("PUT", "/terminals/me", body=said))

    def terminals(self) -> list[Terminal]:
        return self._get("/terminals", Page[Terminal]).items

    def make_code(self, wanted: CodeRequest) -> EnrolmentCode:
        return self._post("/terminals/codes", EnrolmentCode, wanted)

    def rekey(self, terminal_id: UUID, wanted: RekeyRequest) -> EnrolmentCode:
        return self._post(f"/terminals/{terminal_id}/rekey", EnrolmentCode, wanted)

    def edit_terminal(self, terminal_id: UUID, wanted: TerminalEdit) -> Terminal:
        return self._patch(f"/terminals/{terminal_id}", Terminal, wanted)

    def enrol(self, said: EnrolRequest) -> Enrolled:
        return self._post("/terminals/enrol", Enrolled, said)

    def challenge(self, terminal_id: UUID) -> Challenge:
        return self._post("/terminals/challenge", Challenge, ChallengeRequest(terminal_id=terminal_id))

    def terminal_token(self, said: TokenRequest) -> TerminalToken:
        return self._post("/terminals/token", TerminalToken, said)

    def today(self) -> Today:
        return self._get("/statistics/today", Today)

    # Plumbing

    def close(self) -> None:
        """For good: what is still under way ends at once with ``server_unreachable``."""
        with self._lock:
            for connection in self._all:
                connection.line.cut()
                connection.session.close()
            self._all.clear()
            self._idle.clear()

    def line(self) -> Line:
        """A connection for the calling thread alone, as long as it lives; another thread may cut it."""
        return self._own().line

    def stream(self, topics: str, last_event_id: str | None, *, read_s: float) -> requests.Response:
        """The open event stream; used by ``EventStream`` only."""
        headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": last_event_id} if last_event_id else {})
        return self._authorised(
            lambda own: self._own().session.get(
                f"{self.server}/api/v1/events", params={"topics": topics}, headers=headers | own, stream=True,
                timeout=(CONNECT_S, read_s),
            )
        )  # fmt: skip

    def _authorised(self, ask: Callable[[dict[str, str]], requests.Response]) -> requests.Response:
        """The answer to a request with a good token; a token that is refused is renewed once."""
        for is_last in (False, True):
            token = self._token if isinstance(self._token, str) else self._token()
            try:
                own = {"Zhiting-Epoch": self.epoch_mark} if self.epoch_mark else {}
                response = ask(own | ({"Authorization": f"Bearer {token}"} if token else {}))
            except requests.RequestException as error:
                raise HallError("server_unreachable") from error
            if response.ok:
                return response
            refused = _refusal(response)
            renew = getattr(self._token, "renew", None)
            if is_last or renew is None or response.status_code not in (401, 403) or refused.code not in STALE:
                raise refused
            renew(token)
        raise AssertionError("unreachable")

    def _get(self, path: str, kind: type[Answer], query: Mapping[str, str] | None = None) -> Answer:
        return _parse(kind, self._send("GET", path, query=query))

    def _patch(self, path: str, kind: type[Answer], body: Any) -> Answer:
        return _parse(kind, self._send("PATCH", path, body=body))

    def _post(self, path: str, kind: type[Answer], body: Any = None, *, key: str | None = None) -> Answer:
        return _parse(kind, self._send("POST", path, body=body, key=key))

    def _own(self) -> _Connection:
        own: _Connection | None = getattr(self._local, "connection", None)
        if own is None:
            own = self._local.connection = self._open()
        return own

    @contextmanager
    def _borrowed(self) -> Iterator[requests.Session]:
        """The thread's own connection, or any that is idle: workers of Qt's pool keep nothing from job to job."""
        own: _Connection | None = getattr(self._local, "connection", None)
        if own is not None:
            yield own.session
            return
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        connection = connection or self._open()
        try:
            yield connection.session
        finally:
            with self._lock:
                self._idle.append(connection)

    def _open(self) -> _Connection:
        session = requests.Session()
        session.headers.update(self._headers)
        # A hall's server is on the hall's own network; a proxy from the environment is never meant.
        session.trust_env = False
        connection = _Connection(session, Line())
        for scheme in ("http://", "https://"):
            session.mount(scheme, LineAdapter(connection.line))
        with self._lock:
            self._all.append(connection)
        return connection

    def _send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        key: str | None = None,
    ) -> str:
        data = None if body is None else _encode(body).encode()
        response = self._request(method, path, query, data, "application/json", key, READ_S)
        return response.content.decode("utf-8", "replace")

    def _file(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, content: bytes | None = None,
        key: str | None = None, read_s: float,
    ) -> bytes:  # fmt: skip
        """As ``_send``, for a file that goes or comes."""
        return self._request(method, path, query, content, "application/octet-stream", key, read_s).content

    def raw(
        self, path: str, query: Mapping[str, str], headers: Mapping[str, str], read_s: float
    ) -> tuple[Mapping[str, str], bytes]:
        """What is no message: its headers and content."""
        response = self._request("GET", path, query, None, "", None, read_s, headers)
        return response.headers, response.content

    def _request(
        self, method: str, path: str, query: Mapping[str, str] | None, data: bytes | None, kind: str, key: str | None,
        read_s: float, more: Mapping[str, str] | None = None,
    ) -> requests.Response:  # fmt: skip
        headers = {"Idempotency-Key": key or uuid.uuid4().hex} if method == "POST" else {}
        headers |= more or {}
        if data is not None:
            headers["Content-Type"] = kind

        def ask(own: dict[str, str]) -> requests.Response:
            with self._borrowed() as session:
                return session.request(
                    method, f"{self.server}/api/v1{path}", params=query, data=data, headers=headers | own,
                    timeout=(CONNECT_S, read_s),
                )  # fmt: skip

        return self._authorised(ask)


_PLAIN: TypeAdapter[Any] = TypeAdapter(Any)


def _encode(body: Any) -> str:
    if isinstance(body, BaseModel):
        return body.model_dump_json(exclude_none=True)
    return _PLAIN.dump_json(body).decode()


def _parse(kind: type[Answer], text: str) -> Answer:
    try:
        return kind.model_validate_json(text)
    except ValidationError as error:
        # An older server or something that is not our server at all.
        raise HallError("server_unreachable") from error


def _refusal(response: requests.Response) -> HallError:
    try:
        problem = Problem.model_validate_json(response.content)
    except (ValidationError, requests.RequestException):
        return HallError("server_unreachable", status=response.status_code)
    refused = HallError(problem.code, status=response.status_code)
    # Not as keywords: a parameter may be called ``status`` too.
    refused.params = problem.params
    refused.args = (problem.code, problem.params)
    return refused
