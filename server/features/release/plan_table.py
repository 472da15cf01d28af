"""Plans as an Excel workbook: a row for each window of a kind of day. Read row by row with what is wrong in each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from server import workbook
from server.features.catalogue.service import ServiceFacts
from server.features.release.table import named
from server.workbook import Line
from shared.domain.hours import DateKind
from shared.i18n import text
from shared.schemas.release import Window
from shared.schemas.release_cells import COLUMNS as WINDOW
from shared.schemas.release_cells import cells_of, window_of

# ``id`` tells services of one name apart; a row without one goes by its name. ``version`` says what the plan was when
# it went out; a row without one asks nothing.
COLUMNS = ("id", "department", "service", "kind", *WINDOW, "version")
_WIDTHS = (38, 24, 34, 16, 10, 10, 12, 12, 24, 12, 24, 16)
KINDS = tuple(kind.value for kind in DateKind)
MOST = 24

Plans = Mapping[UUID, Mapping[DateKind, Sequence[Window]]]


@dataclass(frozen=True, slots=True)
class Given:
    """One row: a window of a service's kind of day (None: none is given on it), or ``code``: what is wrong with it.

    ``column``: the one that cannot be understood.
    """

    row: int
    name: str
    service: ServiceFacts | None = None
    kind: DateKind = DateKind.WEEKDAY
    window: Window | None = None
    code: str = ""
    column: str = ""
    version: str = ""


def write(services: Iterable[ServiceFacts], plans: Plans, versions: Mapping[UUID, str], language: str) -> bytes:
    """A workbook that can be edited and brought back; a service without a plan is a row without a window."""
    rows: list[list[str | int]] = []
    for service in services:
        head = [str(service.id), service.department[0], service.name]
        kinds, version = plans.get(service.id, {}), versions[service.id]
        for kind in DateKind:
            for window in kinds.get(kind, ()):
                day = text(f"release.kind.{kind.value}", language)
                rows.append([*head, day, *cells_of(window, language), version])
        if not any(kinds.values()):
            rows.append([*head, "", *[""] * len(WINDOW), version])
    heads = [text(f"release.plan_column.{name}", language) for name in COLUMNS]
    return workbook.write([workbook.Sheet(text("release.page.plans_sheet", language), heads, _WIDTHS, rows)])


def read(content: bytes) -> list[Line]:
    """HallError when it is no workbook of ours, or one made to harm."""
    return workbook.read(content, {"plans": COLUMNS})["plans"]


def judge(lines: Iterable[Line], services: Mapping[UUID, ServiceFacts]) -> list[Given]:
    """What each row means; ``services`` are those numbers are taken for."""
    by_name: dict[str, list[ServiceFacts]] = {}
    for service in services.values():
        by_name.setdefault(service.name.casefold(), []).append(service)
        if service.name_en and service.name_en.casefold() != service.name.casefold():
            by_name.setdefault(service.name_en.casefold(), []).append(service)
    count: dict[tuple[UUID, DateKind], int] = {}
    made = []
    for line in lines:
        one = _judged(line, services, by_name)
        if one.service is not None and one.window is not None:
            key = (one.service.id, one.kind)
            count[key] = count.get(key, 0) + 1
            if count[key] > MOST:
                one = Given(one.row, one.name, code="too_many_rows")
        made.append(one)
    return made


def _judged(line: Line, services: Mapping[UUID, ServiceFacts], by_name: Mapping[str, Sequence[ServiceFacts]]) -> Given:
    cells = line.cells
    name = cells["service"][:200]
    if cells["id"]:
        try:
            service = services.get(UUID(cells["id"]))
        except ValueError:
            service = None
        found = [service] if service is not None else []
    else:
        found = list(by_name.get(cells["service"].casefold(), ()))
    if len(found) != 1:
        return Given(line.row, name, code="service_twice" if found else "service")
    (service,) = found
    row = [cells[column] for column in WINDOW]
    if not cells["kind"] and not any(row):
        return Given(line.row, service.name, service, version=cells["version"])
    kind = named(cells["kind"], "kind", KINDS)
    if kind is None:
        return Given(line.row, service.name, code="kind", column="kind")
    window, faults = window_of(row)
    if window is None:
        return Given(line.row, service.name, code="cell", column=faults[0])
    if window.end <= window.start:
        return Given(line.row, service.name, code="backwards", column="end")
    return Given(line.row, service.name, service, DateKind(kind), window, version=cells["version"])
