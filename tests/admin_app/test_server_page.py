"""The page of the server's safety: alarms come by themselves, say what to do, and are counted in the navigation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from admin_app.bootstrap import PAGES
from admin_app.features.server.rows import URGENT, about, alarm_rows, facts
from shared.i18n import languages
from shared.schemas.access import Me
from shared.schemas.safety import Alarm, AlarmKind, BackupState, DiskState, ServerState, StandbyState
from tests.admin_app.stage import Console
from tests.fakes.hall import RunningHall

NOW = datetime(2026, 11, 27, 2, 42, tzinfo=UTC)
KINDS: tuple[AlarmKind, ...] = AlarmKind.__args__  # type: ignore[attr-defined]
PARAMS: dict[str, str | int] = {
    "free_mb": 12, "to": "/safe", "fault": "no room", "at": "02:30", "name": "b", "mb": 40, "path": "/data/damaged-1",
}  # fmt: skip


def alarm(kind: AlarmKind, minutes: int = 0) -> Alarm:
    return Alarm(kind=kind, since=NOW + timedelta(minutes=minutes), params=PARAMS)


def test_every_alarm_is_told_in_words_with_what_to_do() -> None:
    for language in languages():
        for kind in KINDS:
            told = about(alarm(kind), UTC, language)
            assert len(told) == 3 and not [words for words in told if "{" in words or "[" in words], (kind, language)


def test_what_is_urgent_stands_first_then_the_oldest() -> None:
    rows = alarm_rows([alarm(kind, -place) for place, kind in enumerate(KINDS)], ZoneInfo("Asia/Shanghai"), "en")
    urgent = [row["id"] in URGENT for row in rows]
    assert urgent == sorted(urgent, reverse=True) and {row["id"] for row in rows} == set(KINDS)
    for some in (rows[: sum(urgent)], rows[sum(urgent) :]):
        assert [row["since"] for row in some] == sorted(row["since"] for row in some)
    assert rows[0]["since"].startswith("11-27 10:3")


def test_the_facts_beside_them() -> None:
    backup = BackupState(to="/safe", at="02:30", keep=7, kept=3, good_at=NOW, file="x", bytes=1, seconds=1.0, fault="",
                         late=False)  # fmt: skip
    standby = StandbyState(name="b", address="", heard_s=1.2, behind=1_500_000, first_copy=False)
    state = ServerState(
        epoch=1, seq=2, disk=DiskState(free_mb=2048, total_mb=4096), backup=backup, standbys=[standby], alarms=[]
    )
    told = dict(facts(state, UTC, "en"))
    assert told["Backup"] == "last good one 11-27 02:42, 1 MB; 3 kept in /safe"
    assert told["Second server"] == "b: 1.4 MB behind, heard 1 s ago"
    assert told["Disk"] == "2.0 of 4.0 GB free"
    bare = dict(facts(state.model_copy(update={"backup": None, "standbys": []}), UTC, "en"))
    assert bare["Backup"] == "none set up" and bare["Second server"] == "none follows"


def test_an_alarm_appears_with_what_to_do_and_is_counted(console: Console, shared_hall: RunningHall) -> None:
    app = console.app.server
    console.app.frame.open("server", "")
    console.wait(lambda: app.state.loaded)
    assert [row["id"] for row in app.state.rows] == ["backup_none"], "this hall makes no backups"
    console.wait(lambda: console.page_node("server").text(1) == "1")
    assert "--backup-to" in console.text("alarm_about_2")
    lost = shared_hall.data / "damaged-20261127-080000"
    lost.mkdir()
    try:
        console.click("server_reload")
        console.wait(lambda: len(app.state.rows) == 2)
        app.select("database_quarantined")
        console.wait(lambda: str(lost) in console.text("alarm_about_0"))
    finally:
        lost.rmdir()
    console.click("server_reload")
    console.wait(lambda: len(app.state.rows) == 1 and app.state.selected == "backup_none")


def test_who_may_not_see_it_has_no_such_page_and_asks_nothing(console: Console) -> None:
    app = console.app.server
    me = Me(kind="user", name="x", permissions=["hall:view"])
    page = next(one for one in PAGES if one.key == "server")
    assert page.needs == "server:view" and not me.may(page.needs)
    before = app.state
    app.set_me(me)
    app.load()
    assert not app.state.may_see and not app._timer.isActive() and app.state.rows == before.rows
