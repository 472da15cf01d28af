"""The part of the hall client that speaks of new versions for terminals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Protocol, TypeVar
from uuid import UUID

from pydantic import BaseModel

from shared.schemas.base import Page
from shared.schemas.updates import Release, Rollout, RolloutAsk, SignedManifest, UpdateAnswer, UpdateReport

Answer = TypeVar("Answer", bound=BaseModel)
FILE_S: Final = 30.0
ARCHIVES: Final = "/updates/archives"


class _Line(Protocol):
    def _get(self, path: str, kind: type[Answer]) -> Answer: ...
    def _post(self, path: str, kind: type[Answer], body: Any = None, *, key: str | None = None) -> Answer: ...
    def _send(self, method: str, path: str, *, body: Any = None) -> str: ...
    def _file(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, content: bytes | None = None,
        read_s: float,
    ) -> bytes: ...  # fmt: skip


class UpdateCalls:
    """Mixed into ``HallClient``; an archive is opened by ``open_media(sha256, offset, ARCHIVES)``."""

    def wanted_update(self: _Line) -> UpdateAnswer:
        """What this terminal shall come to run."""
        return self._get("/updates/mine", UpdateAnswer)

    def report_update(self: _Line, said: UpdateReport) -> UpdateAnswer:
        """How far this terminal is."""
        return UpdateAnswer.model_validate_json(self._send("PUT", "/updates/mine", body=said))

    def release_manifest(self: _Line, release_id: str) -> SignedManifest:
        return self._get(f"/updates/releases/{release_id}/manifest", SignedManifest)

    def releases(self: _Line) -> list[Release]:
        return self._get("/updates/releases", Page[Release]).items

    def add_release(self: _Line, signed: SignedManifest) -> Release:
        """Begin with its manifest, or go on: ``offset`` says from where its archive is wanted."""
        content = signed.model_dump_json().encode()
        return Release.model_validate_json(self._file("POST", "/updates/releases", content=content, read_s=FILE_S))

    def send_archive(self: _Line, release_id: str, offset: int, content: bytes) -> Release:
        """The next piece; sending one again is harmless."""
        said = self._file(
            "PATCH", f"/updates/releases/{release_id}/archive", query={"offset": str(offset)}, content=content,
            read_s=FILE_S,
        )  # fmt: skip
        return Release.model_validate_json(said)

    def retire_release(self: _Line, release_id: str) -> Release:
        return self._post(f"/updates/releases/{release_id}/retire", Release)

    def rollouts(self: _Line) -> list[Rollout]:
        """The newest first, without their terminals."""
        return self._get("/updates/rollouts", Page[Rollout]).items

    def rollout(self: _Line, rollout_id: UUID) -> Rollout:
        return self._get(f"/updates/rollouts/{rollout_id}", Rollout)

    def begin_rollout(self: _Line, wanted: RolloutAsk, *, key: str | None = None) -> Rollout:
        return self._post("/updates/rollouts", Rollout, wanted, key=key)

    def stop_rollout(self: _Line, rollout_id: UUID) -> Rollout:
        """Who has not switched yet stays as they are."""
        return self._post(f"/updates/rollouts/{rollout_id}/stop", Rollout)
