"""The part of the hall client that speaks of the rules against hoarding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, TypeVar
from uuid import UUID

from pydantic import BaseModel

from shared.schemas.base import Page
from shared.schemas.limits import (
    AgentAsked,
    AgentLeft,
    LimitBlock,
    LimitBlockCreate,
    LimitEnd,
    LimitException,
    LimitExceptionCreate,
    LimitPenalty,
    LimitPreview,
    LimitRule,
    LimitRuleEdit,
    LimitTrial,
)
from shared.schemas.tickets import Identity

Answer = TypeVar("Answer", bound=BaseModel)


class _Line(Protocol):
    """What the client itself brings: one call, one answer."""

    def _get(self, path: str, kind: type[Answer], query: Mapping[str, str] | None = None) -> Answer: ...
    def _post(self, path: str, kind: type[Answer], body: Any, *, key: str | None = None) -> Answer: ...
    def _send(self, method: str, path: str, *, body: Any = None) -> str: ...


class LimitCalls:
    """Mixed into ``HallClient``."""

    def limit_rules(self: _Line) -> list[LimitRule]:
        return self._get("/limits/rules", Page[LimitRule]).items

    def change_limit_rule(self: _Line, kind: str, wanted: LimitRuleEdit) -> LimitRule:
        return LimitRule.model_validate_json(self._send("PUT", f"/limits/rules/{kind}", body=wanted))

    def try_limit_rule(self: _Line, trial: LimitTrial) -> LimitPreview:
        """What the rule alone would have refused in the last seven days."""
        return self._post("/limits/preview", LimitPreview, trial)

    def agent_left(self: _Line, identity: Identity) -> int:
        """How many numbers somebody may still take for others today; refused with the rule when none."""
        return self._post("/limits/agents/left", AgentLeft, AgentAsked(identity=identity)).left

    def limit_blocks(self: _Line) -> list[LimitBlock]:
        return self._get("/limits/blocks", Page[LimitBlock]).items

    def add_limit_block(self: _Line, wanted: LimitBlockCreate, *, key: str | None = None) -> LimitBlock:
        return self._post("/limits/blocks", LimitBlock, wanted, key=key)

    def end_limit_block(self: _Line, id_: UUID, wanted: LimitEnd) -> LimitBlock:
        return self._post(f"/limits/blocks/{id_}/end", LimitBlock, wanted)

    def limit_exceptions(self: _Line) -> list[LimitException]:
        return self._get("/limits/exceptions", Page[LimitException]).items

    def add_limit_exception(self: _Line, wanted: LimitExceptionCreate, *, key: str | None = None) -> LimitException:
        return self._post("/limits/exceptions", LimitException, wanted, key=key)

    def end_limit_exception(self: _Line, id_: UUID, wanted: LimitEnd) -> LimitException:
        return self._post(f"/limits/exceptions/{id_}/end", LimitException, wanted)

    def limit_penalties(self: _Line) -> list[LimitPenalty]:
        return self._get("/limits/penalties", Page[LimitPenalty]).items

    def lift_limit_penalty(self: _Line, id_: UUID, wanted: LimitEnd) -> LimitPenalty:
        return self._post(f"/limits/penalties/{id_}/lift", LimitPenalty, wanted)
