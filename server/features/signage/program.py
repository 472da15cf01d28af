"""The program of one display: everything it needs to go on by itself for two weeks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select

from server.database import Reader
from server.features.catalogue.service import catalogue
from server.features.signage.attract import after_s
from server.features.signage.media import of_program
from server.features.signage.models import SignageContentRow, SignagePlaceRow
from server.features.signage.service import KIOSKS, load
from server.features.signage.web_pictures import with_pictures
from server.features.terminals.models import TerminalRow
from shared.domain.hours import Calendar
from shared.domain.signage.schedule import compile_timeline
from shared.schemas.signage import (
    ProgramSpan,
    ScheduleRule,
    SignageLayout,
    SignagePlaylist,
    SignageProgram,
    SignageSchedule,
)

DAYS: Final = 14


def program_of(reader: Reader, kind: str, name: str) -> SignageProgram:
    """Of the terminal with this kind and name; without a schedule the built-in screen."""
    chosen = select(TerminalRow.id).where(
        TerminalRow.hall_id == reader.hall_id, TerminalRow.kind == kind, TerminalRow.name == name
    )
    own = reader.session.scalar(chosen)
    row = _schedule_row(reader, kind, own)
    data = load(row) if row is not None else None
    schedule = data if isinstance(data, SignageSchedule) else SignageSchedule()
    attract_after_s = after_s(reader, own) if kind == "kiosk" else None
    return program(reader, schedule, row.name if row is not None else "", attract_after_s=attract_after_s)


def program(
    reader: Reader, schedule: SignageSchedule, name: str = "", days: int = DAYS, *, attract_after_s: int | None = None
) -> SignageProgram:
    calendar = catalogue(reader).calendar
    planned = [rule for rule in schedule.rules if not rule.interrupt]
    between = [rule for rule in schedule.rules if rule.interrupt]
    made = SignageProgram(
        schedule=name, time_zone=str(reader.clocks.zone), first=reader.day, days=days, layout=schedule.layout,
        playlist=schedule.playlist, timeline=spans(planned, calendar, reader.day, days),
        interrupts=spans(between, calendar, reader.day, days), attract_after_s=attract_after_s,
    )  # fmt: skip
    layouts = _layouts(reader, made)
    wanted = {made.playlist, *(span.playlist for span in (*made.timeline, *made.interrupts))}
    wanted |= {zone.playlist for layout in layouts.values() for zone in layout.zones}
    playlists = {
        id_: found
        for id_ in sorted(wanted - {None}, key=str)
        if id_ is not None and isinstance(found := _content(reader, id_), SignagePlaylist)
    }  # fmt: skip
    media = of_program(reader, (*layouts.values(), *playlists.values()))
    made = made.model_copy(update={"layouts": layouts, "playlists": playlists, "media": media})
    body = json.dumps(made.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
    return made.model_copy(update={"hash": hashlib.sha256(body.encode()).hexdigest()})


def spans(rules: Sequence[ScheduleRule], calendar: Calendar, first: date, days: int) -> list[ProgramSpan]:
    """The flat timeline of rules."""
    return [
        ProgramSpan(begin=one.begin, end=one.end, playlist=rules[one.rule].playlist, layout=rules[one.rule].layout)
        for one in compile_timeline([rule.as_rule() for rule in rules], calendar, first, days)
    ]


def _schedule_row(reader: Reader, kind: str, own: UUID | None) -> SignageContentRow | None:
    """Of this terminal, else of all its kind, else of the hall."""
    wanted = [str(own), *([KIOSKS] if kind == "kiosk" else []), ""]
    places, content = SignagePlaceRow, SignageContentRow
    found = reader.session.execute(
        select(places.terminal, content)
        .join(content, content.id == places.content_id)
        .where(places.hall_id == reader.hall_id, places.terminal.in_(wanted))
    ).all()
    by_place = {target: row for target, row in found}
    return next((by_place[target] for target in wanted if target in by_place), None)


def _layouts(reader: Reader, made: SignageProgram) -> dict[UUID, SignageLayout]:
    wanted = {made.layout, *(span.layout for span in (*made.timeline, *made.interrupts))} - {None}
    return {
        id_: with_pictures(reader, found)
        for id_ in sorted(wanted, key=str)
        if id_ is not None and isinstance(found := _content(reader, id_), SignageLayout)
    }  # fmt: skip


def _content(reader: Reader, content_id: UUID | None) -> object:
    row = reader.session.get(SignageContentRow, content_id) if content_id is not None else None
    return load(row) if row is not None and row.hall_id == reader.hall_id else None
