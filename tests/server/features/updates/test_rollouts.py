"""Rollouts on the server: taken in, told wave by wave, halted, stopped, and all of it in the trail."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from server.audit import SYSTEM, AuditRow
from server.auth import Principal
from server.features.media.files import MediaFiles
from server.features.terminals.service import report as say
from server.features.updates import releases, rollouts
from shared.domain.errors import HallError
from shared.domain.updates.signing import new_key
from shared.schemas.terminals import TerminalReport
from shared.schemas.updates import Release, Rollout, RolloutAsk, SignedManifest, UpdateReport, WantedUpdate
from tests.fakes.releases import key, release
from tests.server.conftest import Desk

CREATED = datetime(2026, 11, 22, tzinfo=UTC)
KIOSKS = [Principal.of_machine("kiosk", f"k{n:02}", 2e9) for n in range(12)]
STRANGER = Principal.of_machine("display", "d1", 2e9)


def refused(work: object) -> str:
    with pytest.raises(HallError) as error:
        work()  # type: ignore[operator]
    return error.value.code


class Office:
    """The functions behind the routes, as one administrator and twelve kiosks use them."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk, self.folder = desk, folder
        self.files: MediaFiles = releases.store_of(folder, 0)
        self.versions: dict[str, str] = {}

    def add(self, version: str, keys: tuple[str, ...] = (), **more: object) -> tuple[Release, Path]:
        manifest, archive = release(self.folder, version, now=CREATED, **more)
        signed = SignedManifest.model_validate_json(manifest.read_bytes())
        return self.desk.database.write(lambda w: releases.add(w, self.files, SYSTEM, signed, keys)), archive

    def send(self, release: Release, content: bytes, offset: int = 0) -> bool:
        row = self.desk.read(lambda r: releases.find(r, release.id))
        return releases.append(self.files, row, offset, content)

    def begin(self, release: Release, **more: object) -> Rollout:
        asked = RolloutAsk.model_validate({"release_id": release.id, "kinds": ["kiosk"], **more})
        return self.desk.database.write(lambda w: rollouts.begin(w, self.files, SYSTEM, asked))

    def seen(self, *who: Principal) -> None:
        for one in who:
            said = TerminalReport(version=self.versions.get(one.name, "1.0.0"), place="", devices=[])
            self.desk.database.write(lambda w, one=one, said=said: say(w, one, said))

    def wanted(self, who: Principal) -> WantedUpdate | None:
        return self.desk.read(lambda r: rollouts.wanted(r, who)).wanted

    def told(self) -> list[Principal]:
        return [who for who in KIOSKS if self.wanted(who) is not None]

    def say(self, who: Principal, rollout: UUID, state: str, code: str = "") -> None:
        said = UpdateReport.model_validate({"rollout_id": rollout, "state": state, "code": code})
        self.desk.database.write(lambda w: rollouts.report(w, SYSTEM, who, said))

    def runs(self, who: Principal, rollout: UUID, version: str = "1.1.0") -> None:
        """It has come up, and its report names the version."""
        self.versions[who.name] = version
        self.seen(who)
        self.say(who, rollout, "healthy")

    def tick(self) -> Rollout:
        self.desk.database.write(rollouts.tick)
        return self.now()

    def now(self) -> Rollout:
        """The newest, with its terminals."""
        return self.desk.read(lambda r: rollouts.rollout(r, rollouts.rollouts(r)[0].id))

    def trail(self) -> list[tuple[str, str]]:
        rows = self.desk.read(lambda r: [(e.action, e.outcome) for e in r.session.query(AuditRow).order_by(AuditRow.n)])
        return [one for one in rows if one[0].startswith("update.")]


@pytest.fixture
def office(desk: Desk, tmp_path: Path) -> Office:
    return Office(desk, tmp_path)


def test_an_archive_comes_in_pieces_and_is_what_was_signed(office: Office) -> None:
    made, archive = office.add("1.1.0")
    content = archive.read_bytes()
    assert (made.offset, made.size, made.whole) == (0, len(content), False)
    assert refused(lambda: office.begin(made)) == "release_not_whole"
    assert not office.send(made, content[:100])
    assert refused(lambda: office.send(made, b"x", 150)) == "media_offset"
    # The last byte is another one: all of it anew.
    assert refused(lambda: office.send(made, content[100:-1] + bytes([content[-1] ^ 1]), 100)) == "release_damaged"
    assert not office.send(made, content[:100]) and office.send(made, content[100:], 100)
    assert not office.send(made, content[100:], 100), "a piece that comes again changes nothing"
    # Its file changes by itself: taken in again, it is wanted again.
    signed, path = office.desk.read(lambda r: releases.manifest(r, made.id)), office.files.path(made.archive)
    releases.drop_damaged(office.files, signed)
    assert path.exists()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    releases.drop_damaged(office.files, signed)
    assert not path.exists() and office.send(made, content)
    (kept,) = office.desk.read(lambda r: releases.all_releases(r, office.files))
    assert kept.whole and office.files.path(kept.archive).read_bytes() == content


def test_a_server_with_keys_of_its_own_takes_nobody_elses(office: Office, tmp_path: Path) -> None:
    (tmp_path / releases.KEYS).write_text(f"# ours\n{key()[1]}\n")
    keys = releases.trusted(tmp_path)
    assert keys == (key()[1],) and releases.trusted(tmp_path / "none") == ()
    assert refused(lambda: office.add("1.1.0", keys, private=new_key()[0])) == "release_not_signed"
    assert office.add("1.2.0", keys)[0].version == "1.2.0"
    (tmp_path / releases.KEYS).write_text("\n")
    assert refused(lambda: office.add("1.3.0", releases.trusted(tmp_path))) == "release_not_signed"


def test_one_then_a_tenth_then_all_each_healthy_for_an_hour(office: Office) -> None:
    made, archive = office.add("1.1.0")
    office.send(made, archive.read_bytes())
    assert refused(lambda: office.begin(made)) == "rollout_empty"
    office.seen(*KIOSKS, STRANGER)
    asked = RolloutAsk(release_id=made.id, kinds=["kiosk"])
    first = next(one for one in office.desk.read(lambda r: rollouts._chosen(r, asked)) if one.name == "k07")
    begun = office.begin(made, first=first.id, quiet_from=time(20), quiet_until=time(6))
    assert (begun.waves, begun.wave, begun.state) == (3, 0, "running")
    assert [sum(t.wave == n for t in begun.terminals) for n in range(3)] == [1, 2, 9]
    assert refused(lambda: office.begin(made)) == "rollout_running"
    (listed,) = office.desk.read(rollouts.rollouts)
    assert listed == begun.model_copy(update={"terminals": []}), "the list is lean"
    assert office.told() == [KIOSKS[7]] and office.wanted(STRANGER) is None
    told = office.wanted(KIOSKS[7])
    # Ten in the morning at the hall: it may fetch, not switch.
    assert told is not None and not told.may_switch and told.archive == made.archive
    office.desk.clock.forward(hours=11)
    told = office.wanted(KIOSKS[7])
    assert told is not None and told.may_switch
    assert refused(lambda: office.say(KIOSKS[0], begun.id, "ready")) == "rollout_unknown", "not its turn"
    office.say(KIOSKS[7], begun.id, "fetching", "no_room")
    stuck = office.tick().terminals[0]
    assert (stuck.state, stuck.code) == ("fetching", "no_room") and office.told() == [KIOSKS[7]]
    for state in ("fetching", "ready", "trying"):
        office.say(KIOSKS[7], begun.id, state)
    office.runs(KIOSKS[7], begun.id)
    assert office.wanted(KIOSKS[7]) is None
    office.desk.clock.forward(minutes=59)
    office.seen(*KIOSKS)
    assert office.tick().wave == 0
    office.desk.clock.forward(minutes=1)
    assert office.tick().wave == 0, "an hour, but not heard of for a minute"
    office.seen(*KIOSKS)
    assert office.tick().wave == 1 and len(office.told()) == 2
    silent, other = office.told()
    for who in (silent, other):
        office.runs(who, begun.id)
    # Healthy once is not for ever: who is not heard of holds the others up.
    office.desk.clock.forward(hours=1)
    office.seen(*(who for who in KIOSKS if who is not silent))
    assert office.tick().wave == 1
    office.seen(*KIOSKS)
    assert office.tick().wave == 2 and len(office.told()) == 9
    for who in office.told():
        office.runs(who, begun.id)
    done = office.now()
    assert done.state == "done" and done.ended_by == "system" and office.tick().state == "done"
    actions = [action for action, _ in office.trail()]
    assert actions[:7] == [
        "update.release_added", "update.begun", "update.terminal_fetching", "update.terminal_fetching",
        "update.terminal_ready", "update.terminal_trying", "update.terminal_healthy",
    ]  # fmt: skip
    assert actions.count("update.wave_begun") == 2 and actions.count("update.terminal_healthy") == 12
    assert actions[-1] == "update.done"


def test_the_first_that_fails_halts_it_for_all(office: Office) -> None:
    made, archive = office.add("1.1.0")
    office.send(made, archive.read_bytes())
    office.seen(*KIOSKS)
    begun = office.begin(made)
    (who,) = office.told()
    office.say(who, begun.id, "trying")
    office.say(who, begun.id, "rolled_back", "crashed")
    ended = office.now()
    assert ended.state == "halted" and office.told() == []
    assert office.trail()[-2:] == [("update.terminal_rolled_back", "failed"), ("update.halted", "failed")]
    # What was said once stays.
    office.say(who, begun.id, "healthy")
    assert office.now().terminals[0].code == "crashed"


def test_healthy_is_who_reports_the_version(office: Office) -> None:
    made, archive = office.add("1.1.0")
    office.send(made, archive.read_bytes())
    office.seen(*KIOSKS)
    begun = office.begin(made)
    (who,) = office.told()

    def first() -> tuple[str, str]:
        one = office.tick().terminals[0]
        return one.state, one.code

    office.say(who, begun.id, "trying")
    office.say(who, begun.id, "healthy")
    assert first() == ("trying", "other_version"), "it reports what it ran before"
    office.versions[who.name] = "1.1.0"
    office.seen(who)
    assert first() == ("healthy", "")
    # It fell back by itself, and says so with nothing but its report.
    office.versions[who.name] = "1.0.0"
    office.seen(who)
    assert first() == ("rolled_back", "other_version") and office.tick().state == "halted"
    # One that only ever claims it is not waited for.
    begun = office.begin(made)
    (who,) = office.told()
    office.say(who, begun.id, "healthy")
    office.desk.clock.forward(minutes=4)
    assert first() == ("trying", "other_version")
    office.desk.clock.forward(minutes=1)
    assert first() == ("rolled_back", "other_version") and office.tick().state == "halted"


def test_stopping_it_leaves_the_others_as_they_are(office: Office) -> None:
    made, archive = office.add("1.1.0")
    office.send(made, archive.read_bytes())
    office.seen(*KIOSKS)
    begun = office.begin(made)
    (who,) = office.told()
    office.say(who, begun.id, "trying")
    for _ in range(2):
        stopped = office.desk.database.write(lambda w: rollouts.stop(w, SYSTEM, begun.id))
        assert stopped.state == "stopped"
    assert office.told() == []
    # Who was on trial tells how that ended.
    office.runs(who, begun.id)
    assert office.tick().state == "stopped"
    assert [action for action, _ in office.trail()][-2:] == ["update.stopped", "update.terminal_healthy"]
    assert [e.kind for e in office.desk.events if e.kind == releases.CHANGED]


def test_the_archive_of_a_withdrawn_version_goes_after_a_day_and_can_come_again(office: Office) -> None:
    made, archive = office.add("1.1.0")
    office.send(made, archive.read_bytes())
    office.seen(*KIOSKS)
    begun = office.begin(made)
    write = office.desk.database.write

    def there() -> bool:
        write(lambda w: releases.forget_useless(w, office.files))
        return office.files.path(made.archive).exists()

    assert there()
    write(lambda w: releases.retire(w, office.files, SYSTEM, made.id))
    office.desk.clock.forward(days=2)
    assert there(), "a rollout brings it to somebody"
    write(lambda w: rollouts.stop(w, SYSTEM, begun.id))
    assert not there() and office.trail()[-1] == ("update.archive_removed", "done")
    assert office.desk.read(lambda r: releases.useless(r, office.files)) == []
    # Taken in once more, as on a restored server, whose backup had no archives.
    (kept,) = office.desk.read(lambda r: releases.all_releases(r, office.files))
    assert (kept.retired, kept.whole, kept.offset) == (True, False, 0)
    signed = office.desk.read(lambda r: releases.manifest(r, made.id))
    again = write(lambda w: releases.add(w, office.files, SYSTEM, signed, ()))
    assert again.id == made.id and refused(lambda: office.begin(again)) == "release_not_whole"
    assert office.send(again, archive.read_bytes()) and there()


def test_what_is_not_begun(office: Office) -> None:
    office.seen(*KIOSKS)
    made, archive = office.add("1.1.0", days=1.5)
    office.send(made, archive.read_bytes())
    assert refused(lambda: office.begin(made, kinds=["display"])) == "rollout_empty"
    newer, archive = office.add("1.2.0", minimum_server="99.0.0")
    office.send(newer, archive.read_bytes())
    assert refused(lambda: office.begin(newer)) == "release_needs_server"
    office.desk.clock.forward(days=1)
    assert refused(lambda: office.begin(made)) == "release_expired"
    office.desk.clock.now -= timedelta(days=1)
    office.desk.database.write(lambda w: releases.retire(w, office.files, SYSTEM, made.id))
    assert refused(lambda: office.begin(made)) == "release_unknown"
    assert json.loads(office.desk.events[-1].data) == {}
