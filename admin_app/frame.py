"""The console's frame: which page is open, whether the hall answers, search everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from admin_app.finding import Entry, Finder, entry
from admin_app.link import HallLink
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.i18n import text
from shared.schemas.access import Me
from shared.schemas.events import Event
from shared.schemas.hall import Counter, Hall, Service
from shared.schemas.organisation import Unit
from shared.schemas.sign_on import SignOnClient
from shared.schemas.terminals import Terminal
from shared.ui.background import Reads, run_in_background
from shared.ui.presenter import Presenter

REINDEX_MS = 1500
# What makes a name that can be searched for, or a right that hangs on a unit, appear, change or go.
_NAMING = frozenset({"service.changed", "terminal.changed", "organisation.changed", "sign_on.changed"})


@dataclass(frozen=True)
class PageFacts:
    """A page of the tree; ``children`` are targets within it, for the search, as (target, title key, icon).

    ``group``: the heading it stands under.

    Who has none of the permissions in ``needs``, parted by spaces, does not see it.
    """

    key: str
    title_key: str
    icon: str
    children: tuple[tuple[str, str, str], ...] = ()
    needs: str = ""
    group: str = ""


@dataclass(frozen=True)
class FrameState:
    hall_name: str = ""
    page: str = ""
    connected: bool | None = None
    problem: str = ""
    problem_params: tuple[tuple[str, object], ...] = ()
    since: str = ""
    query: str = ""
    found: tuple[Entry, ...] = ()
    # Keys of the pages that the caller may see.
    allowed: tuple[str, ...] = ()


class FramePresenter(Presenter[FrameState]):
    """``navigated(page, target)`` asks the window to show something; ``hall_known(Hall)`` comes once.

    ``me_known(Me)``: who is signed in and what they may do; again when that changes.
    """

    navigated = Signal(str, str)
    hall_known = Signal(object)
    me_known = Signal(object)

    def __init__(
        self,
        client: HallClient,
        link: HallLink,
        pages: Sequence[PageFacts],
        language: str,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(
            FrameState(page=pages[0].key, allowed=tuple(page.key for page in pages if not page.needs)), parent
        )
        self._client = client
        self._pages = tuple(pages)
        self._language = language
        self._finder = Finder()
        self._reads = Reads()
        self._hall: Hall | None = None
        self._me: Me | None = None
        self._reindex = QTimer(self)
        self._reindex.setSingleShot(True)
        self._reindex.setInterval(REINDEX_MS)
        self._reindex.timeout.connect(self._index)
        link.connection.connect(self._connection)
        link.snapshot.connect(self._snapshot)
        link.happened.connect(self._event)

    @property
    def pages(self) -> tuple[PageFacts, ...]:
        return self._pages

    @Slot(str, str)
    def open(self, page: str, target: str = "") -> None:
        """Go to a page, and to something on it."""
        if self._me is not None and page not in self.state.allowed:
            return
        self.change(page=page, query="", found=())
        self.navigated.emit(page, target)

    @Slot(str)
    def search(self, query: str) -> None:
        self.change(query=query, found=self._finder.find(query))

    @Slot(int)
    def choose(self, place: int) -> None:
        """Go to a search result."""
        if 0 <= place < len(self.state.found):
            found = self.state.found[place]
            self.open(found.page, found.target)

    def _connection(self, connected: bool, error: HallError | None) -> None:
        if connected:
            self.change(connected=True, problem="", problem_params=(), since="")
            return
        # While the stream tries again and again, the first moment is what people want to know.
        zone = ZoneInfo(self._hall.time_zone) if self._hall is not None else None
        since = self.state.since or f"{datetime.now(UTC).astimezone(zone):%H:%M:%S}"
        refused = error or HallError("server_unreachable")
        self.change(connected=False, problem=refused.code, problem_params=tuple(refused.params.items()), since=since)

    def _snapshot(self, snapshot: object) -> None:
        self._index()

    def _event(self, event: Event) -> None:
        # A counter changes state all day long; its names only when somebody edits it.
        if event.kind in _NAMING or (event.kind == "counter.changed" and self._renamed(event)):
            self._reindex.start(REINDEX_MS)

    def _renamed(self, event: Event) -> bool:
        counter = Counter.model_validate(event.data)
        target = ("counter", f"counter:{counter.id}")
        known = next((item for item in self._finder.entries if (item.kind, item.target) == target), None)
        title, _ = _counter_words(counter)
        return (known is None) != counter.retired or (known is not None and known.title != title)

    def _index(self) -> None:
        run_in_background(self._make_index, self._indexed, self._not_indexed, owner=self, reads=self._reads)

    def _make_index(self) -> tuple[Hall, Me, Finder]:
        client, language = self._client, self._language
        hall = self._hall or client.hall()
        me = client.me()
        pages = [page for page in self._pages if _permitted(page, me)]
        entries = [_page_entry(page.title_key, page.key, "", language) for page in pages]
        for page in pages:
            entries += [_page_entry(key, page.key, target, language) for target, key, _ in page.children]
        entries += [_service_entry(service, language) for service in client.services()]
        entries += [_counter_entry(counter) for counter in client.counters()]
        if me.may("terminals:view"):
            entries += [_terminal_entry(terminal, language) for terminal in client.terminals()]
        if me.may("sign_on:view"):
            entries += [_client_entry(found, language) for found in client.sign_on_clients() if not found.own]
        if me.may("organisation.units:view"):
            units = client.units()
            names = {unit.id: unit.name for unit in units}
            entries += [_unit_entry(unit, names.get(unit.parent_id, "") if unit.parent_id else "") for unit in units]
        keys = {page.key for page in pages}
        return hall, me, Finder(found for found in entries if found.page in keys)

    def _indexed(self, made: tuple[Hall, Me, Finder]) -> None:
        hall, me, self._finder = made
        if me != self._me:
            self._me = me
            self.me_known.emit(me)
            allowed = tuple(page.key for page in self._pages if _permitted(page, me))
            self.change(allowed=allowed)
            if allowed and self.state.page not in allowed:
                self.open(allowed[0])
        if self._hall is None:
            self._hall = hall
            self.hall_known.emit(hall)
        name = hall.name if self._language.startswith("zh") else hall.name_en
        self.change(hall_name=name, found=self._finder.find(self.state.query))

    def _not_indexed(self, error: HallError) -> None:
        # The stream tells about the line; the index is made anew with its next snapshot or event.
        self._reindex.start(REINDEX_MS * 4)


def _permitted(page: PageFacts, me: Me) -> bool:
    return not page.needs or any(map(me.may, page.needs.split()))


def _page_entry(title_key: str, page: str, target: str, language: str) -> Entry:
    title = text(title_key, language)
    both = [text(title_key, other) for other in ("zh-CN", "en")]
    return entry("page", title, text("admin.search.page", language), page, target, [title, *both])


def _service_entry(service: Service, language: str) -> Entry:
    title = service.name if language.startswith("zh") else service.name_en
    note = " · ".join(part for part in (service.series, service.department_name) if part)
    return Entry("service", title, note, "catalogue", f"service:{service.id}", service.spelled, service.uses)


def _counter_words(counter: Counter) -> tuple[str, str]:
    return f"{counter.label} {counter.name}", counter.staff.name if counter.staff else ""


def _counter_entry(counter: Counter) -> Entry:
    title, note = _counter_words(counter)
    terms = [counter.label, counter.name, counter.name_en]
    return entry("counter", title, note, "catalogue", f"counter:{counter.id}", terms)


def _terminal_entry(terminal: Terminal, language: str) -> Entry:
    kind = text(f"admin.devices.kind_{terminal.kind}", language)
    return entry(
        "terminal", terminal.name, " · ".join(part for part in (kind, terminal.place) if part), "devices",
        f"terminal:{terminal.id}", [terminal.name, kind, terminal.place],
    )  # fmt: skip


def _client_entry(found: SignOnClient, language: str) -> Entry:
    title = found.name if language.startswith("zh") else found.name_en or found.name
    return entry(
        "client", title, found.client_id, "sign_on", f"client:{found.id}", [found.name, found.name_en, found.client_id]
    )


def _unit_entry(unit: Unit, above: str) -> Entry:
    terms = [unit.name, unit.short_name, unit.code]
    return entry("unit", unit.name, above, "organisation", f"unit:{unit.id}", terms)
