"""Releases and rollouts as rows and words."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Any, Final

from shared.devices.messages import said
from shared.i18n import text
from shared.schemas.updates import Release, Rollout, RolloutTerminal

ROLLOUT_TONES: Final = {"running": "info", "stopped": "warn", "halted": "error", "done": "ok"}
_STEP_TONES: Final = {
    "waiting": "off", "fetching": "busy", "ready": "busy", "trying": "busy", "healthy": "ok", "rolled_back": "error",
    "refused": "error",
}  # fmt: skip


def release_state(release: Release, now: datetime) -> str:
    """ready, missing (nothing of its archive is here), part (not all of it is), expired or retired."""
    if release.retired:
        return "retired"
    if release.expires <= now:
        return "expired"
    if release.whole:
        return "ready"
    return "part" if release.offset else "missing"


def release_rows(releases: list[Release], zone: tzinfo, now: datetime, language: str) -> tuple[dict[str, Any], ...]:
    tones = {"ready": "ok", "part": "busy", "missing": "error", "expired": "warn", "retired": "off"}
    rows = []
    for one in releases:
        state = release_state(one, now)
        percent = one.offset * 100 // one.size
        rows.append(
            {
                "id": one.id, "version": one.version, "state_key": state, "tone": tones[state],
                "state": text(f"updates.page.state_{state}", language, percent=percent),
                "expires": f"{one.expires.astimezone(zone):%Y-%m-%d}",
                "added": f"{one.added_at.astimezone(zone):%m-%d %H:%M} {one.added_by}",
            }
        )  # fmt: skip
    return tuple(rows)


def why(code: str, language: str) -> str:
    # A newer terminal may have reasons this console does not know.
    return said(f"updates.why.{code}", language, text("updates.why.unknown", language, code=code)) if code else ""


def held_up(one: RolloutTerminal) -> bool:
    """It would go on if somebody mended what its code says."""
    return bool(one.code) and one.state in ("waiting", "fetching", "ready")


def rollout_title(rollout: Rollout, zone: tzinfo, language: str) -> str:
    at = f"{rollout.begun_at.astimezone(zone):%Y-%m-%d %H:%M}"
    return text("updates.page.rollout_title", language, version=rollout.version, at=at)


def missing_words(releases: list[Release], running: Rollout | None, language: str) -> str:
    """Which archive the running rollout lacks; empty: none."""
    wanted = next((one for one in releases if running is not None and one.id == running.release_id), None)
    if wanted is None or wanted.whole:
        return ""
    return text("updates.page.missing", language, version=wanted.version, file=f"zhiting-{wanted.version}.json")


def rollout_words(rollout: Rollout, language: str) -> str:
    """How it stands, in one or two sentences."""
    healthy = sum(one.state == "healthy" for one in rollout.terminals)
    failed = next((one for one in rollout.terminals if one.state in ("rolled_back", "refused")), None)
    silent = next((one for one in rollout.terminals if one.state == "trying"), None)
    key: str = rollout.state
    more: dict[str, object] = {}
    if rollout.state == "halted" and failed is not None:
        more = {"name": failed.name, "why": why(failed.code, language)}
    elif rollout.state == "halted":
        key, more = "halted_silent", {"name": silent.name if silent is not None else ""}
    words = text(
        f"updates.told.{key}", language, version=rollout.version, wave=rollout.wave + 1, waves=rollout.waves,
        healthy=healthy, total=len(rollout.terminals), minutes=rollout.healthy_minutes, by=rollout.ended_by, **more,
    )  # fmt: skip
    if rollout.state == "running" and not rollout.quiet and rollout.quiet_from and rollout.quiet_until:
        since, until = f"{rollout.quiet_from:%H:%M}", f"{rollout.quiet_until:%H:%M}"
        words = _joined(words, text("updates.told.waits_quiet", language, **{"from": since, "until": until}), language)
    stuck = [one for one in rollout.terminals if held_up(one)]
    if rollout.state == "running" and stuck:
        named = "updates.told.waits_for" if len(stuck) == 1 else "updates.told.waits_for_more"
        reason = why(stuck[0].code, language)
        words = _joined(words, text(named, language, name=stuck[0].name, n=len(stuck), why=reason), language)
    return words


def _joined(words: str, more: str, language: str) -> str:
    return words + " " * (not language.startswith("zh")) + more


def terminal_rows(rollout: Rollout, zone: tzinfo, language: str) -> tuple[dict[str, Any], ...]:
    return tuple(
        {
            "id": str(one.terminal_id), "name": one.name, "wave": one.wave + 1,
            "kind": text(f"admin.devices.kind_{one.kind}", language), "tone": _tone(one),
            "step": _step(one, language), "since": f"{one.since.astimezone(zone):%m-%d %H:%M}", "runs": one.version,
        }
        for one in rollout.terminals
    )  # fmt: skip


def _tone(one: RolloutTerminal) -> str:
    return "warn" if held_up(one) or (one.state == "trying" and not one.online) else _STEP_TONES[one.state]


def _step(one: RolloutTerminal, language: str) -> str:
    step = "held_up" if held_up(one) else one.state
    words = text(f"updates.step.{step}", language, why=why(one.code, language))
    return words if one.online else text("updates.page.away", language, step=words)
