"""The rules against hoarding and the people they are about: read together, changed one at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject, Signal, Slot

from admin_app.features.limits.rows import block_rows, exception_rows, penalty_rows, preview_words
from admin_app.words import sorry
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.i18n import text
from shared.schemas.access import Me
from shared.schemas.hall import Hall
from shared.schemas.limits import (
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
from shared.ui.background import run_in_background
from shared.ui.presenter import Presenter

Rows = tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class LimitsState:
    """``version`` grows with each answer: what was edited and not saved is then as the server has it."""

    loaded: bool = False
    busy: bool = False
    version: int = 0
    rules: tuple[LimitRule, ...] = ()
    # Words of each rule's preview, by its kind.
    previews: tuple[tuple[str, str], ...] = ()
    blocks: Rows = ()
    exceptions: Rows = ()
    penalties: Rows = ()
    problem: str = ""
    # A refusal of what a dialog asked.
    refusal: str = ""
    told: str = ""
    may_change: bool = False
    may_block: bool = False
    may_except: bool = False


@dataclass(frozen=True)
class _Whole:
    rules: list[LimitRule]
    blocks: list[LimitBlock]
    exceptions: list[LimitException]
    penalties: list[LimitPenalty]


class LimitsPresenter(Presenter[LimitsState]):
    """``done(what)``: a dialog's question has been answered well."""

    done = Signal(str)

    def __init__(self, client: HallClient, language: str, parent: QObject | None = None) -> None:
        super().__init__(LimitsState(), parent)
        self._client = client
        self._language = language
        self._hall: Hall | None = None

    @Slot(object)
    def set_me(self, me: Me) -> None:
        may = {right: me.may(f"queue.limits:{right}") for right in ("change", "block", "except")}
        self.change(may_change=may["change"], may_block=may["block"], may_except=may["except"])

    @Slot(object)
    def set_hall(self, hall: Hall) -> None:
        self._hall = hall

    @Slot()
    def load(self) -> None:
        if not self.state.busy:
            self.change(busy=True, problem="", told="")
            run_in_background(self._read, self._known, self._failed, owner=self)

    def save(self, kind: str, active: bool, params: Mapping[str, Any]) -> None:
        """Change a rule as it stands in the sentence."""
        rule = next(rule for rule in self.state.rules if rule.kind == kind)
        wanted = LimitRuleEdit(active=active, params=dict(params), version=rule.version)
        self._do("rule", lambda: self._client.change_limit_rule(kind, wanted))

    def preview(self, kind: str, params: Mapping[str, Any]) -> None:
        """What the rule would have refused last week; changes nothing."""
        trial = LimitTrial(kind=kind, params=dict(params))

        def known(found: LimitPreview) -> None:
            kept = dict(self.state.previews) | {kind: preview_words(found, self._language)}
            self.change(previews=tuple(kept.items()), problem="")

        run_in_background(lambda: self._client.try_limit_rule(trial), known, self._failed, owner=self)

    def block(self, identity: Identity, until: date, reason: str) -> None:
        wanted = LimitBlockCreate(identity=identity, reason=reason, until=until)
        self._do("blocked", lambda: self._client.add_limit_block(wanted))

    def let_have_more(self, kind: Any, identity: Identity, per_day: int, until: date, reason: str) -> None:
        wanted = LimitExceptionCreate(kind=kind, identity=identity, per_day=per_day, until=until, reason=reason)
        self._do("excepted", lambda: self._client.add_limit_exception(wanted))

    def end(self, what: str, row: Mapping[str, Any], reason: str) -> None:
        """End a ``block`` or an ``exception``, or lift a ``penalty``."""
        ends: dict[str, Callable[[UUID, LimitEnd], object]] = {
            "block": self._client.end_limit_block, "exception": self._client.end_limit_exception,
            "penalty": self._client.lift_limit_penalty,
        }  # fmt: skip
        wanted = LimitEnd(version=row["version"], reason=reason)
        self._do(f"{what}_ended", lambda: ends[what](row["id"], wanted))

    def forget_refusal(self) -> None:
        self.change(refusal="")

    def _do(self, what: str, ask: Callable[[], object]) -> None:
        if self.state.busy:
            return

        def work() -> _Whole:
            ask()
            return self._read()

        def good(whole: _Whole) -> None:
            self._known(whole)
            self.change(told=text(f"limits.told.{what}", self._language))
            self.done.emit(what)

        def bad(error: HallError) -> None:
            words = sorry(error, self._language, acted=True)
            self.change(busy=False, **({"problem": words} if what == "rule" else {"refusal": words}))

        self.change(busy=True, problem="", refusal="", told="")
        run_in_background(work, good, bad, owner=self)

    def _read(self) -> _Whole:
        client = self._client
        return _Whole(client.limit_rules(), client.limit_blocks(), client.limit_exceptions(), client.limit_penalties())

    def _known(self, whole: _Whole) -> None:
        language, hall = self._language, self._hall
        self.change(
            loaded=True, busy=False, version=self.state.version + 1, rules=tuple(whole.rules), previews=(),
            blocks=block_rows(whole.blocks, language), exceptions=exception_rows(whole.exceptions, language),
            penalties=penalty_rows(whole.penalties, hall, language),
        )  # fmt: skip

    def _failed(self, error: HallError) -> None:
        self.change(busy=False, problem=sorry(error, self._language))
