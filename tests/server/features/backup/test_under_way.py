"""What was under way when the backup was made is not done a second time by the hall that is restored from it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from server.audit import SYSTEM, AuditRow
from server.auth import Keys, Principal
from server.context import Context
from server.database import Database
from server.features.backup.making import back_up
from server.features.backup.restoring import Restored, restore
from server.features.media.files import MediaFiles
from server.features.media.tending import tend
from server.features.signage import emergencies
from server.features.signage import service as contents
from server.features.signage.program import program
from server.features.terminals import orders
from server.features.terminals.service import report
from server.features.updates import releases, rollouts
from server.settings import Settings
from shared.domain.notices.outlets import OutletState
from shared.schemas.emergencies import EmergencyRaise
from shared.schemas.orders import ManyOrdersAsk
from shared.schemas.signage import ContentCreate, SignageSchedule
from shared.schemas.terminals import TerminalReport
from shared.schemas.updates import RolloutAsk, SignedManifest
from tests.fakes import media as made
from tests.fakes.engines import on_sqlite
from tests.fakes.releases import release
from tests.fakes.wechat import APP_ID, SECRET, official_account
from tests.fakes.weibo import TOKEN, microblog
from tests.server.conftest import Desk, HandClock
from tests.server.features.media.test_keeping import kept
from tests.server.features.notices.conftest import COVER, Press

KIOSKS = [Principal.of_machine("kiosk", f"k{number}", 2e9) for number in range(3)]


def backup(data: Path) -> Path:
    return back_up(Settings(data=data), data / "safe" / "hall.backup").path


@contextmanager
def restored(file: Path, data: Path) -> Iterator[tuple[Desk, Restored]]:
    """The hall's service functions on what the file held, by a clock that stands at the moment after."""
    made = restore(file, Settings(data=data))
    clock = HandClock()
    clock.now = datetime.now(UTC)
    context = Context(Keys.of(data), "http://hall", always_open=True)
    desk = Desk(Database(Settings(data=data).url, clock=clock), context, clock)
    desk.database.vault = desk.context.keys.vault
    desk.database.on_commit = desk.events.extend
    desk.database.start()
    with closing(desk.database):
        yield desk, made


@on_sqlite
def test_terminals_do_nothing_again_and_walls_show_no_emergency_that_may_be_over(desk: Desk, tmp_path: Path) -> None:
    write = desk.database.write
    # What a restore does goes by the machine's clock: the orders' turns come after it.
    desk.clock.now = datetime.now(UTC)
    files = releases.store_of(tmp_path, 0)
    manifest, archive = release(tmp_path, "9.1.0", now=desk.clock.now - timedelta(days=1))
    signed = SignedManifest.model_validate_json(manifest.read_bytes())
    taken = write(lambda w: releases.add(w, files, SYSTEM, signed, ()))
    releases.append(files, desk.read(lambda r: releases.find(r, taken.id)), 0, archive.read_bytes())
    report_ = TerminalReport(version="1", place="", devices=[])
    ids = [write(lambda w, who=who: report(w, who, report_)).id for who in KIOSKS]
    write(lambda w: rollouts.begin(w, files, SYSTEM, RolloutAsk(release_id=taken.id, kinds=["kiosk"])))
    write(lambda w: orders.ask_many(w, SYSTEM, ManyOrdersAsk(kind="restart", terminal_ids=ids)))
    wanted = EmergencyRaise(headline="火警", expires=desk.clock.now + timedelta(hours=3), identifier="fire")
    write(lambda w: emergencies.raise_emergency(w, SYSTEM, wanted))
    with restored(backup(tmp_path), tmp_path / "new") as (new, back):
        new.clock.forward(seconds=20)
        assert [new.read(lambda r, who=who: orders.mine(r, who)) for who in KIOSKS] == [[], [], []]
        assert {(one.state, one.code) for one in new.read(orders.recent)} == {("failed", "replaced")}
        new.database.write(rollouts.tick)
        assert [one.state for one in new.read(rollouts.rollouts)] == ["stopped"]
        assert [new.read(lambda r, who=who: rollouts.wanted(r, who)).wanted for who in KIOSKS] == [None] * 3
        assert (back.emergencies, new.read(emergencies.active)) == (1, [])
        assert [one.state for one in new.read(emergencies.latest)] == ["cancelled"]


@on_sqlite
def test_no_screen_waits_for_a_picture_that_the_restored_hall_has_not(desk: Desk, tmp_path: Path) -> None:
    files = MediaFiles(tmp_path)
    there, lost = (kept(desk, files, made.png(colour=colour)) for colour in ("teal", "gold"))
    files.path(lost).unlink()
    wanted = ContentCreate(
        kind="playlist", name="墙", data={"items": [{"media": sha, "seconds": 5} for sha in (there, lost)]}
    )
    shown = desk.database.write(lambda w: contents.add(w, SYSTEM, wanted))
    with restored(backup(tmp_path), tmp_path / "new") as (new, said):
        schedule = SignageSchedule(playlist=shown.id)
        assert [one.media for one in new.read(lambda r: program(r, schedule)).media] == [there]
        assert said.missing == 1
        trail = new.read(lambda r: [(row.action, row.subject) for row in r.session.query(AuditRow)])
        assert ("media.missing", lost) in trail
        # Copied there by hand, as old as it is, it is found and not cleared away.
        back = MediaFiles(tmp_path / "new").path(lost)
        back.parent.mkdir(exist_ok=True)
        back.write_bytes(b"half of it")
        os.utime(back, (1, 1))
        tend(new.database, MediaFiles(tmp_path / "new"))
        assert [one.media for one in new.read(lambda r: program(r, schedule)).media] == [there]
        back.write_bytes(made.png(colour="gold"))
        os.utime(back, (1, 1))
        tend(new.database, MediaFiles(tmp_path / "new"))
        assert {one.media for one in new.read(lambda r: program(r, schedule)).media} == {there, lost}


@on_sqlite
@pytest.mark.parametrize("channel", ["wechat", "weibo"])
def test_no_notice_goes_out_twice_whether_it_waited_was_planned_or_is_published_by_hand(
    press: Press, tmp_path: Path, channel: str
) -> None:
    # A restore goes by the machine's own clock: what was saved has to lie before it.
    press.desk.clock.now = datetime.now(UTC) - timedelta(days=1)
    with official_account() as account, microblog() as blog:
        press.set_up(
            wechat={"on": True, "address": account.address, "app_id": APP_ID}, wechat_secret=SECRET,
            weibo={"on": True, "address": blog.address}, weibo_token=TOKEN,
        )  # fmt: skip

        def there() -> list[str]:
            if channel == "wechat":
                return sorted(one["title"] for one in account.published)
            return sorted(one["text"] for one in blog.statuses.values())

        content = {"channels": [channel], "cover": COVER}
        planned, by_hand = press.write("已定时", **content), press.write("已审核", **content)
        press.again(planned.id, at=press.desk.clock.now + timedelta(hours=1))
        press.submit(by_hand.id)
        press.review(by_hand.id)
        waits = press.published(title="已排队", **content)
        unsent = press.published(title="未送出", **content)
        file = backup(tmp_path)
        press.desk.clock.forward(hours=2)
        press.retract(unsent.id)
        press.tick()
        press.publish(by_hand.id)
        press.carry()
        before = there()
        assert len(before) == 3

        with restored(file, tmp_path / "new") as (desk, _):
            again = Press(desk, press.files)
            again.tick()
            again.publish(by_hand.id)
            again.carry()
            assert there() == before and again.outlet(unsent.id).fault == "notice_outlet_unsure"
            desk.clock.forward(minutes=10)
            again.carry()
            assert len(there()) == 4, "what had not gone out does so, once that is sure"
            assert {again.outlet(one.id).state for one in (planned, by_hand, waits)} == {OutletState.PUBLISHED}
            # It is known by its name there: taking it back finds it.
            again.retract(waits.id)
            again.carry()
            assert again.outlet(waits.id).state is OutletState.RETRACTED and len(there()) == 3
