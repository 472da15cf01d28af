"""The page of updates: a version is sent, brought to chosen terminals, and stopped; each state in words."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from uuid import UUID

from PySide6.QtWidgets import QLineEdit, QListWidget, QSpinBox

from admin_app.features.updates.rows import missing_words, release_rows, rollout_words, terminal_rows
from shared.i18n import languages
from shared.schemas.updates import Release, Rollout, RolloutTerminal
from tests.admin_app.stage import Console
from tests.fakes.hall import RunningHall
from tests.fakes.releases import release

NOW = datetime(2026, 11, 28, 2, 0, tzinfo=UTC)
SUM = "0" * 64


def one(state: str = "waiting", code: str = "", online: bool = True, wave: int = 0) -> RolloutTerminal:
    return RolloutTerminal.model_validate(
        {
            "terminal_id": UUID(int=wave), "name": f"k{wave}", "kind": "kiosk", "wave": wave, "state": state,
            "code": code, "since": NOW, "online": online, "version": "1.0.0",
        }
    )  # fmt: skip


def rollout(state: str, *terminals: RolloutTerminal, quiet: bool = True) -> Rollout:
    return Rollout.model_validate(
        {
            "id": UUID(int=9), "release_id": SUM, "version": "1.1.0", "state": state, "wave": 0, "waves": 3,
            "quiet_from": time(20), "quiet_until": time(6), "quiet": quiet, "healthy_minutes": 60,
            "begun_by": "li", "begun_at": NOW, "ended_by": "wang", "ended_at": None, "terminals": terminals,
        }
    )  # fmt: skip


def test_every_state_has_words() -> None:
    halted = one("rolled_back", "crashed"), one("healthy", wave=1)
    for language in languages():
        told = [
            rollout_words(rollout("running", one("healthy"), quiet=False), language),
            rollout_words(rollout("halted", *halted), language),
            rollout_words(rollout("halted", one("trying", online=False)), language),
            rollout_words(rollout("stopped", one()), language),
            rollout_words(rollout("done", one("healthy")), language),
        ]
        whys = (
            "crashed", "not_healthy", "damaged", "swapped", "expired", "below_floor", "server_too_old",
            "other_packages", "wrong_signature", "unreadable", "no_room", "disk", "wrong_bytes", "other_version",
            "newer_than_this_console",
        )  # fmt: skip
        steps = [one(state) for state in ("waiting", "fetching", "ready", "trying", "healthy")]
        steps += [one("refused", code, online=False) for code in whys]
        told += [row["step"] for row in terminal_rows(rollout("running", *steps), UTC, language)]
        assert not [words for words in told if "{" in words or "[" in words], language
    stuck = rollout("running", one("fetching", "no_room"), one("ready", wave=1))
    for language, word in (("zh-CN", "磁盘空间不足"), ("en", "no room")):
        (row, _) = terminal_rows(stuck, UTC, language)
        assert word in row["step"] and row["tone"] == "warn" and word in rollout_words(stuck, language)
    assert "20:00–06:00" in rollout_words(rollout("running", one(), quiet=False), "en")
    assert "20:00" not in rollout_words(rollout("running", one()), "en")
    assert "k0" in rollout_words(rollout("halted", *halted), "en")


def test_what_can_be_begun() -> None:
    made = Release(
        id=SUM, version="1.1.0", archive=SUM, size=2_000_000, offset=2_000_000, files=3, minimum_server="0.0.0",
        floor="0.0.0", created=NOW, expires=NOW + timedelta(days=1), added_by="li", added_at=NOW,
    )  # fmt: skip
    running = rollout("running", one())
    assert missing_words([made], running, "en") == missing_words([], None, "en") == ""
    lost = made.model_copy(update={"offset": 0})
    assert release_rows([lost], UTC, NOW, "zh-CN")[0]["state"] == "缺文件"
    assert "zhiting-1.1.0.json" in missing_words([lost], running, "zh-CN")
    kinds = [made, made.model_copy(update={"offset": 900_000}), made.model_copy(update={"retired": True})]
    kinds.append(made.model_copy(update={"expires": NOW}))
    rows = release_rows(kinds, UTC, NOW, "en")
    assert [row["state_key"] for row in rows] == ["ready", "part", "retired", "expired"]
    assert rows[1]["state"] == "45 % sent"


def test_a_version_is_sent_brought_to_terminals_and_stopped(
    console: Console, shared_hall: RunningHall, tmp_path: Path
) -> None:  # fmt: skip
    for name in ("update-1", "update-2"):
        shared_hall.client("kiosk", name).report("1.0.0", "北侧连廊", [])
    manifest, archive = release(tmp_path, "1.1.0")
    app = console.app.updates
    console.app.frame.open("updates", "")
    console.wait(lambda: app.state.loaded)
    kept = archive.rename(tmp_path / "elsewhere")
    app.add(str(manifest))
    console.wait(lambda: archive.name in app.state.problem)
    kept.rename(archive)
    app.add(str(manifest))
    console.wait(lambda: app.state.can_begin and not app.state.busy)
    assert [row["state_key"] for row in app.state.releases] == ["ready"]

    console.click("updates_begin")
    chosen = console.find(QListWidget, "begin_terminals")
    console.click("begin_none")
    console.find(QLineEdit, "begin_search").setText("lianlang")
    shown = [chosen.item(n) for n in range(chosen.count()) if not chosen.item(n).isHidden()]
    assert [item.text() for item in shown] == ["update-1 · 北侧连廊", "update-2 · 北侧连廊"]
    console.click("begin_all")
    console.find(QSpinBox, "begin_minutes").setValue(5)
    console.click("begin_go")
    console.wait(lambda: app.state.can_stop and len(app.state.rows) == 2)
    (now,) = shared_hall.client("admin").rollouts()
    assert (now.healthy_minutes, now.quiet_from, now.waves) == (5, time(20), 2)
    console.wait(lambda: not app.state.can_begin)

    console.click("updates_stop")
    console.click("updates_stop_yes")
    console.wait(lambda: not app.state.can_stop and app.state.can_begin)
    console.click("updates_retire")
    console.click("updates_retire_yes")
    console.wait(lambda: [row["state_key"] for row in app.state.releases] == ["retired"])
    assert not app.state.can_begin and not app._often.isActive()
