"""What the screen shows, made of what the display knows. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from shared.domain.errors import HallError
from shared.i18n.errors import error_text
from shared.schemas.events import ActiveCall
from shared.schemas.hall import Hall, Zone
from signage_app import calls
from signage_app.calls import Board
from signage_app.features.queueing.wording import CallLine, WaitingLine, Wording

ROWS, ROWS_COMPACT = 5, 12
WAITING_ROWS = 4
# Their banner says "connecting again"; other refusals need somebody to do something.
PASSING = frozenset({"server_unreachable", "server_stopping", "database_unavailable"})


@dataclass(frozen=True)
class SignageState:
    """All the screen draws; every ``*_second`` is the small second language, empty for none."""

    hall: str = ""
    hall_second: str = ""
    zone: str = ""
    zone_second: str = ""
    time: str = ""
    date: str = ""
    hero: CallLine | None = None
    highlighted: bool = False
    rows: tuple[CallLine, ...] = ()
    row_places: int = ROWS
    compact: bool = False
    waiting: tuple[WaitingLine, ...] = ()
    waiting_total: int = 0
    waiting_more: int = 0
    waits_known: bool = False
    note: str = ""
    note_second: str = ""
    as_of: str = ""
    as_of_second: str = ""
    problem: str = ""
    problem_second: str = ""


@dataclass(frozen=True)
class Known:
    """What the display knows at one moment; ``now`` and ``as_of`` in the hall's zone.

    ``turn`` is the call whose turn it is. ``stale`` asks for the banner. ``page`` counts up and turns pages.
    """

    board: Board
    now: datetime
    page: int
    hall: Hall | None = None
    zone_key: str = ""
    zone: Zone | None = None
    turn: UUID | None = None
    stale: bool = False
    as_of: datetime | None = None
    error: HallError | None = None


def draw(known: Known, words: Wording) -> tuple[SignageState, frozenset[UUID]]:
    """The state, and the calls in it that people should follow now."""
    places = ROWS_COMPACT if calls.called_count(known.board, known.zone) > ROWS else ROWS
    shown = calls.shown_calls(known.board, known.zone, places)
    hero = _hero(known, shown)
    on_screen = [*shown, hero] if hero is not None else shown
    state = SignageState(
        time=f"{known.now:%H:%M}",
        date=words.date(known.now),
        hero=words.call(hero) if hero is not None else None,
        highlighted=hero is not None and hero.call_id == known.turn,
        rows=tuple(words.call(call) for call in shown),
        row_places=places,
        compact=places > ROWS,
    )
    state = _with_problems(_with_waiting(_with_names(state, known, words), known, words), known, words)
    return state, frozenset(call.call_id for call in on_screen if call.status == "called")


def _hero(known: Known, shown: list[ActiveCall]) -> ActiveCall | None:
    """Whose turn it is, else the latest who is still awaited, else the latest."""
    if known.turn is not None and known.turn in known.board.calls:
        return known.board.calls[known.turn]
    awaited = [call for call in shown if call.status == "called"]
    return next(iter(awaited or shown), None)


def _with_names(state: SignageState, known: Known, words: Wording) -> SignageState:
    hall, zone = known.hall, known.zone
    if hall is None:
        return state
    names = words.pick(hall.name, hall.name_en)
    areas = words.pick(zone.name, zone.name_en) if zone else ("", "")
    notes = [(zone.display_text, zone.display_text_en)] if zone and zone.display_text else []
    notes += [(note.text, note.text_en) for note in hall.notes]
    note = words.pick(*notes[known.page % len(notes)]) if notes else ("", "")
    return replace(
        state, hall=names[0], hall_second=names[1], zone=areas[0], zone_second=areas[1], note=note[0],
        note_second=note[1],
    )  # fmt: skip


def _with_waiting(state: SignageState, known: Known, words: Wording) -> SignageState:
    lines = calls.shown_waiting(known.board, known.zone)
    waits = calls.shown_waits(known.board, known.now)
    pages = max(1, -(-len(lines) // WAITING_ROWS))
    start = known.page % pages * WAITING_ROWS
    part = lines[start : start + WAITING_ROWS]
    return replace(
        state,
        waiting=tuple(words.waiting(line, waits) for line in part),
        waiting_total=sum(line.waiting for line in lines),
        waiting_more=len(lines) - len(part),
        waits_known=bool(waits) and bool(part),
    )


def _with_problems(state: SignageState, known: Known, words: Wording) -> SignageState:
    if known.stale:
        state = replace(
            state,
            as_of=_as_of(known, words, words.language),
            as_of_second=_as_of(known, words, words.second) if words.second else "",
        )
        if known.error is not None and known.error.code not in PASSING:
            code, params = known.error.code, known.error.params
            second = error_text(code, words.second, **params) if words.second else ""
            return replace(state, problem=error_text(code, words.language, **params), problem_second=second)
    if known.hall is not None and known.zone_key and known.zone is None:
        key = "signage.problem.zone_unknown"
        params = {"zone": known.zone_key, "known": ", ".join(zone.key for zone in known.hall.zones)}
        return replace(state, problem=words.first(key, **params), problem_second=words.other(key, **params))
    return state


def _as_of(known: Known, words: Wording, language: str) -> str:
    """ "As of 10:42", in one of the two languages."""
    said = replace(words, language=language)
    if known.as_of is None:
        return said.first("signage.as_of.never")
    return said.first("signage.as_of.since", time=said.moment(known.as_of, known.now))
