"""The life of a notice: written, reviewed by somebody else, published at its time, over."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from shared.domain.errors import HallError


class Kind(StrEnum):
    NOTICE = "notice"
    POLICY = "policy"
    NEWS = "news"
    PICTURE = "picture"
    VIDEO = "video"


class State(StrEnum):
    """Of the newest version; an older one may be shown meanwhile, see ``Life.live``."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    EXPIRED = "expired"
    RETRACTED = "retracted"


class Act(StrEnum):
    """``DUE`` and ``EXPIRE`` are done by the clock."""

    EDIT = "edit"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    APPROVE = "approve"
    REJECT = "reject"
    SCHEDULE = "schedule"
    PUBLISH = "publish"
    DUE = "due"
    EXPIRE = "expire"
    RETRACT = "retract"


@dataclass(frozen=True, slots=True)
class Life:
    """``newest`` is the number of the newest version, ``live`` of the one that is shown; None: nothing is."""

    state: State = State.DRAFT
    newest: int = 1
    live: int | None = None


_ACTS: Final[dict[tuple[State, Act], State]] = {
    **{(state, Act.EDIT): State.DRAFT for state in (State.DRAFT, State.PUBLISHED, State.EXPIRED, State.RETRACTED)},
    (State.DRAFT, Act.SUBMIT): State.IN_REVIEW,
    **{(state, Act.WITHDRAW): State.DRAFT for state in (State.IN_REVIEW, State.APPROVED, State.SCHEDULED)},
    (State.IN_REVIEW, Act.APPROVE): State.APPROVED,
    (State.IN_REVIEW, Act.REJECT): State.DRAFT,
    (State.APPROVED, Act.SCHEDULE): State.SCHEDULED,
    **{(state, Act.PUBLISH): State.PUBLISHED for state in (State.APPROVED, State.SCHEDULED)},
    (State.SCHEDULED, Act.DUE): State.PUBLISHED,
}
_ENDS: Final = {Act.EXPIRE: State.EXPIRED, Act.RETRACT: State.RETRACTED}


def after(life: Life, act: Act) -> Life:
    """The life an act leads to; ``HallError("notice_not_possible")`` when it may not follow.

    What is shown can always be ended, also while its next version is being written: that one stays as it is.
    """
    if act in _ENDS:
        if life.live is None:
            raise _refused(life)
        state = _ENDS[act] if life.state is State.PUBLISHED else life.state
        return replace(life, state=state, live=None)
    state_after = _ACTS.get((life.state, act))
    if state_after is None:
        raise _refused(life)
    if act is Act.EDIT:
        return replace(life, state=state_after, newest=life.newest + 1)
    return replace(life, state=state_after, live=life.newest if state_after is State.PUBLISHED else life.live)


def possible(life: Life) -> frozenset[Act]:
    """What may be done now, by whomever."""
    found = {act for state, act in _ACTS if state is life.state}
    return frozenset(found | (_ENDS.keys() if life.live is not None else set()))


def check_reviewer(reviewer: str, authors: Collection[str], *, own_review: bool) -> None:
    """Four eyes: ``HallError("notice_four_eyes")`` for somebody who wrote it, unless the hall allows that."""
    if reviewer in authors and not own_review:
        raise HallError("notice_four_eyes", status=403)


def _refused(life: Life) -> HallError:
    return HallError("notice_not_possible", status=409, state=life.state.value)
