"""Layouts, playlists and schedules with their versions; the program a display goes on with by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError

from server.audit import SYSTEM
from server.database import Writer
from server.features.catalogue.models import CalendarDayRow
from server.features.media.models import MediaRow
from server.features.signage import attract, service
from server.features.signage.media import uses_of_media
from server.features.signage.program import DAYS, program_of
from server.features.terminals.models import TerminalRow
from shared.domain.errors import HallError
from shared.schemas.media import MediaUse
from shared.schemas.signage import (
    AttractRule,
    AttractRuleEdit,
    ContentCreate,
    ContentEdit,
    ContentPlaces,
    SignageContent,
    SignageProgram,
)
from tests.server.conftest import Desk

FILM, PICTURE = "a" * 64, "b" * 64
ITEMS = {"items": [{"media": FILM, "kind": "video", "size": 9}, {"media": PICTURE, "seconds": 5}]}
WALL = {
    "width": 3840, "height": 1080,
    "zones": [
        {"id": "c", "kind": "call", "x": 0, "y": 0, "width": 1200, "height": 1080},
        {"id": "m", "kind": "media", "x": 1200, "y": 0, "width": 2640, "height": 1080},
    ],
}  # fmt: skip


def add(desk: Desk, kind: str, data: dict[str, Any]) -> SignageContent:
    wanted = ContentCreate.model_validate({"kind": kind, "name": kind, "data": data})
    return desk.database.write(lambda w: service.add(w, SYSTEM, wanted))


def display(desk: Desk, name: str, kind: str = "display") -> UUID:
    row = {"version": "", "place": "", "devices": [], "kind": kind, "name": name, "id": uuid4()}
    desk.database.write(lambda w: w.session.add(TerminalRow(hall_id=w.hall_id, last_seen_at=w.now, **row)))
    return UUID(str(row["id"]))


def kept(desk: Desk, sha256: str, media_type: str, size: int) -> MediaRow:
    hall_id = desk.read(lambda r: r.hall_id)
    return MediaRow(
        hall_id=hall_id, sha256=sha256, media_type=media_type, size=size, width=1920, height=1080,
        duration_ms=None, name="hall.mp4", uploaded_by="admin:t", uploaded_at=desk.clock(), has_thumbnail=False,
        retired_at=None, removed_at=None,
    )  # fmt: skip


def program(desk: Desk, name: str) -> SignageProgram:
    return desk.read(lambda r: program_of(r, "display", name))  # type: ignore[no-any-return]


def test_a_display_gets_its_program_or_the_halls_or_the_built_in_screen(desk: Desk) -> None:
    first, _ = display(desk, "wall-1"), display(desk, "wall-2")
    plain = program(desk, "wall-1")
    assert (plain.layout, plain.playlist, plain.timeline, plain.media) == (None, None, [], [])
    layout, playlist = add(desk, "layout", WALL), add(desk, "playlist", ITEMS)
    evening = {
        "first": "2026-11-23T22:00",
        "minutes": 480,
        "rule": "FREQ=DAILY",
        "days": "workdays",
        "layout": str(layout.id),
    }
    own = add(desk, "schedule", {"layout": str(layout.id), "playlist": str(playlist.id), "rules": [evening]})
    for_all = add(desk, "schedule", {"playlist": str(playlist.id)})
    own = desk.database.write(
        lambda w: service.place(w, SYSTEM, own.id, ContentPlaces(version=0, terminals=[first]))
    )  # fmt: skip
    desk.database.write(lambda w: service.place(w, SYSTEM, for_all.id, ContentPlaces(version=0, hall=True)))
    found = program(desk, "wall-1")
    assert (found.layout, found.playlist, found.days) == (layout.id, playlist.id, DAYS)
    # No display waits for what the store does not have, whatever a playlist says of it.
    assert found.media == []
    desk.database.write(lambda w: w.session.add(kept(desk, FILM, "video/mp4", 70_000)))
    known = program(desk, "wall-1")
    assert [(one.media, one.kind, one.size) for one in known.media] == [(FILM, "video", 70_000)]
    assert desk.read(lambda r: uses_of_media(r, FILM)) == [
        MediaUse(kind="playlist", id=str(playlist.id), name=playlist.name)
    ]
    assert found.layouts[layout.id].width == 3840 and len(found.playlists[playlist.id].items) == 2
    # Monday to Friday of two weeks, each night until the next morning; the last is cut at midnight by nothing.
    assert [span.begin.weekday() for span in found.timeline] == [0, 1, 2, 3, 4] * 2
    assert {span.end - span.begin for span in found.timeline} == {timedelta(hours=8)}
    other = program(desk, "wall-2")
    assert (other.layout, other.playlist, other.timeline) == (None, playlist.id, [])
    assert program(desk, "unheard-of").playlist == playlist.id
    assert known.hash == program(desk, "wall-1").hash and len({known.hash, found.hash, other.hash}) == 3
    # A holiday in the hall's calendar is none for workdays.
    holiday = found.timeline[0].begin.date()

    def close(writer: Writer) -> None:
        writer.session.add(
            CalendarDayRow(
                hall_id=writer.hall_id, day=holiday, kind="holiday", name="", name_en="", source="hand", version=0
            )
        )
        writer.touch_catalogue()

    desk.database.write(close)
    assert len(program(desk, "wall-1").timeline) == 9
    assert [event.kind for event in desk.events].count("signage.changed") == 6


def test_what_was_is_kept_and_what_is_used_stays(desk: Desk) -> None:
    playlist = add(desk, "playlist", ITEMS)
    schedule = add(desk, "schedule", {"playlist": str(playlist.id)})

    def edit(content: SignageContent, version: int, **fields: Any) -> SignageContent:
        wanted = ContentEdit.model_validate({"version": version, **fields})
        return desk.database.write(lambda w: service.edit(w, SYSTEM, content.id, wanted))

    def refused(content: SignageContent, version: int, **fields: Any) -> str:
        with pytest.raises(HallError) as found:
            edit(content, version, **fields)
        return found.value.code

    assert edit(playlist, 0, data={"items": []}, name="空").version == 1
    assert refused(playlist, 0, name="x") == "changed_meanwhile"
    assert refused(playlist, 1, retired=True) == "signage_content_in_use"
    edit(schedule, 0, retired=True)
    assert edit(playlist, 1, retired=True).retired
    assert [
        (one.number, one.name, len(one.data["items"])) for one in desk.read(lambda r: service.versions(r, playlist.id))
    ] == [(2, "空", 0), (1, "空", 0), (0, "playlist", 2)]


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("layout", {"zones": [WALL["zones"][1]]}),  # type: ignore[index]
        ("layout", {"calls_over": "none", "zones": []}),
        ("playlist", {"items": [{"media": "../../etc/passwd", "seconds": 5}]}),
        ("playlist", {"items": [{"media": PICTURE}]}),
        ("schedule", {"rules": [{"first": "2026-01-01T00:00", "minutes": 5, "rule": "FREQ=SECONDLY"}]}),
        ("schedule", {"rules": [{"first": "2026-01-01T00:00", "minutes": 100_000}]}),
    ],
)
def test_what_is_wrong_is_not_kept(desk: Desk, kind: str, data: dict[str, Any]) -> None:
    with pytest.raises(HallError) as refused:
        add(desk, kind, data)
    assert refused.value.code == "signage_data_wrong"
    assert desk.read(service.contents) == []


def test_a_schedule_needs_what_there_is(desk: Desk) -> None:
    layout = add(desk, "layout", WALL)
    for wrong in ({"layout": str(uuid4())}, {"playlist": str(layout.id)}):
        with pytest.raises(HallError) as refused:
            add(desk, "schedule", wrong)
        assert refused.value.code == "signage_content_unknown"
    schedule = add(desk, "schedule", {})
    with pytest.raises(HallError) as refused:
        wanted = ContentPlaces(version=0, terminals=[uuid4()])
        desk.database.write(lambda w: service.place(w, SYSTEM, schedule.id, wanted))
    assert refused.value.code == "terminal_unknown"


def test_a_kiosk_plays_its_own_schedule_or_that_of_all_kiosks_or_the_halls(desk: Desk) -> None:
    first = display(desk, "k-1", "kiosk")
    display(desk, "k-2", "kiosk")
    display(desk, "wall-1")
    playlists = [add(desk, "playlist", ITEMS) for _ in range(3)]
    schedules = [add(desk, "schedule", {"playlist": str(one.id)}) for one in playlists]

    def played() -> list[UUID | None]:
        asked = (("kiosk", "k-1"), ("kiosk", "k-2"), ("display", "wall-1"))
        return [desk.read(lambda r, a=one: program_of(r, *a)).playlist for one in asked]

    hall, kiosks, own = (one.id for one in playlists)
    places = (ContentPlaces(version=0, hall=True), ContentPlaces(version=0, kiosks=True))
    for schedule, wanted in zip(schedules, (*places, ContentPlaces(version=0, terminals=[first])), strict=True):
        placed = desk.database.write(lambda w, s=schedule, p=wanted: service.place(w, SYSTEM, s.id, p))
        assert (placed.hall, placed.kiosks, placed.terminals) == (wanted.hall, wanted.kiosks, wanted.terminals)
    assert played() == [own, kiosks, hall]
    taken = ContentPlaces(version=1)
    desk.database.write(lambda w: service.place(w, SYSTEM, schedules[1].id, taken))
    assert played() == [own, hall, hall]


def test_when_a_kiosk_rests_is_its_own_rule_or_that_of_all(desk: Desk) -> None:
    first = display(desk, "k-1", "kiosk")
    wall = display(desk, "wall-1")
    display(desk, "k-2", "kiosk")

    def rule(after_s: int | None, terminal: UUID | None = None) -> list[AttractRule]:
        known = {one.terminal: one.after_s for one in desk.read(attract.rules)}
        wanted = AttractRuleEdit(terminal=terminal, after_s=after_s, before_s=known.get(terminal))
        return desk.database.write(lambda w: attract.keep(w, SYSTEM, wanted))  # type: ignore[no-any-return]

    def rests() -> list[int | None]:
        asked = (("kiosk", "k-1"), ("kiosk", "k-2"), ("kiosk", "unheard-of"), ("display", "wall-1"))
        return [desk.read(lambda r, a=one: program_of(r, *a)).attract_after_s for one in asked]

    assert rests() == [None, None, None, None]
    rule(90)
    assert rule(20, first) == [AttractRule(after_s=90), AttractRule(terminal=first, after_s=20)]
    assert rests() == [20, 90, 90, None]
    rule(30, first)
    rule(None)
    assert rests() == [30, None, None, None]
    assert rule(None, first) == rule(None, first) == []
    with pytest.raises(HallError) as refused:
        rule(20, wall)
    assert refused.value.code == "terminal_unknown"
    with pytest.raises(ValidationError):
        rule(4)
