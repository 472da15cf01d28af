"""Releases, sending one, beginning a rollout, watching it, stopping it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from PySide6.QtCore import QObject, QTimer, Slot

from admin_app.features.updates.rows import (
    ROLLOUT_TONES,
    missing_words,
    release_rows,
    release_state,
    rollout_title,
    rollout_words,
    terminal_rows,
)
from admin_app.link import HallLink
from admin_app.words import sorry
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.i18n import text
from shared.schemas.access import Me
from shared.schemas.events import Event
from shared.schemas.hall import Hall
from shared.schemas.media import CHUNK_BYTES
from shared.schemas.terminals import Terminal
from shared.schemas.updates import Release, Rollout, RolloutAsk, SignedManifest
from shared.ui.background import Reads, run_in_background
from shared.ui.presenter import Presenter

SOON_MS: Final = 300
# Who is on line, and whether it is quiet, nobody tells.
LOOK_MS: Final = 20_000
KINDS: Final = ("kiosk", "counter", "display")

Found = tuple[list[Release], list[Rollout], Rollout | None, list[Terminal]]


@dataclass(frozen=True)
class UpdatesState:
    """``terminals``: (id, name, kind, place) of those that can be updated. ``rollouts``: (id, title).
    ``missing``: which archive the running rollout lacks, in words."""

    loaded: bool = False
    busy: bool = False
    may_manage: bool = False
    releases: tuple[dict[str, Any], ...] = ()
    selected: str = ""
    version: str = ""
    can_begin: bool = False
    can_retire: bool = False
    rollouts: tuple[tuple[str, str], ...] = ()
    shown: str = ""
    words: str = ""
    tone: str = "info"
    rows: tuple[dict[str, Any], ...] = ()
    can_stop: bool = False
    terminals: tuple[tuple[str, str, str, str], ...] = ()
    missing: str = ""
    problem: str = ""
    told: str = ""


class UpdatesPresenter(Presenter[UpdatesState]):
    def __init__(self, client: HallClient, link: HallLink, language: str, parent: QObject | None = None) -> None:
        super().__init__(UpdatesState(), parent)
        self._client, self._language, self._zone = client, language, ZoneInfo("UTC")
        self._releases: dict[str, Release] = {}
        self._rollouts: dict[str, Rollout] = {}
        # The one that is shown, with its terminals.
        self._detail: Rollout | None = None
        self._reads = Reads()
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self.load)
        self._often = QTimer(self, interval=LOOK_MS)
        self._often.timeout.connect(self.load)
        link.happened.connect(self._event)

    @Slot(object)
    def set_hall(self, hall: Hall) -> None:
        self._zone = ZoneInfo(hall.time_zone)
        self._show()

    @Slot(object)
    def set_me(self, me: Me) -> None:
        self.change(may_manage=me.may("terminals:manage"))
        self._show()

    @Slot()
    def load(self) -> None:
        client, wanted = self._client, self.state.shown

        def read() -> Found:
            rollouts = client.rollouts()
            shown = next((one for one in rollouts if str(one.id) == wanted), next(iter(rollouts), None))
            detail = client.rollout(shown.id) if shown is not None else None
            return client.releases(), rollouts, detail, client.terminals()

        run_in_background(read, self._came, self._not_loaded, owner=self, reads=self._reads)

    def select(self, release_id: str) -> None:
        self.change(selected=release_id, told="")
        self._show()

    def show_rollout(self, rollout_id: str) -> None:
        self.change(shown=rollout_id)
        self._show()
        self.load()

    def add(self, path: str) -> None:
        """Take in the manifest at ``path`` with the archive beside it; one that was begun goes on."""
        manifest = Path(path)

        def begin() -> tuple[Release, Path]:
            signed = _read(manifest)
            archive = manifest.with_name(f"{manifest.stem}.tar.gz")
            if not archive.is_file():
                raise HallError("release_file_gone", file=archive.name)
            return self._client.add_release(signed), archive

        self._run(begin, self._send)

    def _send(self, begun: tuple[Release, Path]) -> None:
        release, archive = begun
        if release.whole:
            self.change(busy=False, told=self._t("sent", version=release.version), selected=release.id)
            self.load()
            return
        percent = release.offset * 100 // release.size
        self.change(told=self._t("sending", version=release.version, percent=percent))
        run_in_background(lambda: (self._piece(release, archive), archive), self._send, self._refused, owner=self)

    def _piece(self, release: Release, archive: Path) -> Release:
        try:
            with archive.open("rb") as file:
                file.seek(release.offset)
                piece = file.read(min(CHUNK_BYTES, release.size - release.offset))
        except OSError as error:
            raise HallError("release_file_gone", file=archive.name) from error
        if not piece:
            raise HallError("release_damaged")
        return self._client.send_archive(release.id, release.offset, piece)

    def retire(self) -> None:
        release_id, version = self.state.selected, self.state.version
        self._run(lambda: self._client.retire_release(release_id), self._done("retired", version=version))

    def begin(self, terminal_ids: Sequence[str], first: str, quiet: tuple[str, str] | None, minutes: int) -> None:
        """``quiet``: from and until, HH:MM."""
        wanted = RolloutAsk.model_validate(
            {
                "release_id": self.state.selected, "terminal_ids": list(terminal_ids), "first": first or None,
                "quiet_from": quiet[0] if quiet else None, "quiet_until": quiet[1] if quiet else None,
                "healthy_minutes": minutes,
            }
        )  # fmt: skip
        key = uuid.uuid4().hex

        def done(rollout: Rollout) -> None:
            self.change(shown=str(rollout.id))
            self._done("begun")(rollout)

        self._run(lambda: self._client.begin_rollout(wanted, key=key), done)

    def stop(self) -> None:
        if self.state.can_stop:
            rollout_id = uuid.UUID(self.state.shown)
            self._run(lambda: self._client.stop_rollout(rollout_id), self._done("stopped"))

    def _run(self, work: Callable[[], Any], done: Callable[[Any], object]) -> None:
        if not self.state.busy:
            self.change(busy=True, problem="", told="")
            run_in_background(work, done, self._refused, owner=self)

    def _done(self, key: str, **params: object) -> Callable[[object], None]:
        def done(_: object) -> None:
            self.change(busy=False, told=self._t(key, **params))
            self.load()

        return done

    def _came(self, found: Found) -> None:
        releases, rollouts, self._detail, every = found
        able = [one for one in every if one.kind in KINDS and one.state in ("approved", "set_up")]
        self._releases = {one.id: one for one in releases}
        self._rollouts = {str(one.id): one for one in rollouts}
        self.change(
            loaded=True, problem="",
            terminals=tuple(
                (str(one.id), one.name, one.kind, one.place)
                for one in sorted(able, key=lambda one: (KINDS.index(one.kind), one.name))
            ),
        )  # fmt: skip
        self._show()

    def _show(self) -> None:
        state, now, language = self.state, datetime.now(UTC), self._language
        shown = self._rollouts.get(state.shown) or next(iter(self._rollouts.values()), None)
        told = self._detail if shown is not None and self._detail and self._detail.id == shown.id else None
        chosen = self._releases.get(state.selected)
        running = next((one for one in self._rollouts.values() if one.state == "running"), None)
        runs = running is not None
        ready = chosen is not None and release_state(chosen, now) == "ready"
        self.change(
            releases=release_rows(list(self._releases.values()), self._zone, now, language),
            selected=chosen.id if chosen else "", version=chosen.version if chosen else "",
            can_begin=state.may_manage and ready and not runs,
            can_retire=state.may_manage and chosen is not None and not chosen.retired,
            rollouts=tuple((key, rollout_title(one, self._zone, language)) for key, one in self._rollouts.items()),
            shown=str(shown.id) if shown else "", words=rollout_words(told, language) if told else "",
            tone=ROLLOUT_TONES[shown.state] if shown else "info",
            rows=terminal_rows(told, self._zone, language) if told else (),
            can_stop=state.may_manage and shown is not None and shown.state == "running",
            missing=missing_words(list(self._releases.values()), running, language) if not state.busy else "",
        )  # fmt: skip
        if runs and not self._often.isActive():
            self._often.start()
        elif not runs:
            self._often.stop()

    def _t(self, key: str, **params: object) -> str:
        return text(f"updates.page.{key}", self._language, **params)

    def _event(self, event: Event) -> None:
        if event.kind == "update.changed" and self.state.loaded and not self._soon.isActive():
            self._soon.start()

    def _not_loaded(self, error: HallError) -> None:
        self.change(problem=sorry(error, self._language))

    def _refused(self, error: HallError) -> None:
        self.change(busy=False, told="", problem=sorry(error, self._language, acted=True))


def _read(path: Path) -> SignedManifest:
    try:
        return SignedManifest.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise HallError("release_unreadable") from error
