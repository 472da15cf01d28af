"""The life of a ticket and who is called next."""

from __future__ import annotations

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.calling import Candidate, choose
from shared.domain.errors import HallError
from shared.domain.numbering import NumberFormat
from shared.domain.tickets import IN_HAND, OPEN, STEPS, Status, Step, after


@given(st.sampled_from(Status), st.sampled_from(Step))
def test_a_step_leads_where_the_table_says_or_is_refused(status: Status, step: Step) -> None:
    if (status, step) in STEPS:
        assert after(status, step) is STEPS[status, step]
    else:
        with pytest.raises(HallError) as refused:
            after(status, step)
        assert refused.value.code == "step_not_possible"
        assert refused.value.params == {"ticket_status": status.value, "step": step.value}


def test_a_finished_visit_is_over() -> None:
    assert not [step for status, step in STEPS if status is Status.FINISHED]
    assert Status.FINISHED not in OPEN


def test_every_open_ticket_can_still_come_to_its_end() -> None:
    def reachable(start: Status) -> set[Status]:
        found = {start}
        while more := {to for (status, _), to in STEPS.items() if status in found} - found:
            found |= more
        return found

    assert all(Status.FINISHED in reachable(status) for status in Status)


def test_only_who_is_in_hand_can_be_started_finished_or_sent_on() -> None:
    given_up = {Step.RECALL, Step.START, Step.FINISH, Step.NO_SHOW, Step.HOLD, Step.TRANSFER}
    assert {status for status, step in STEPS if step in given_up} == IN_HAND
    assert {status for status, step in STEPS if step is Step.CALL}.isdisjoint(IN_HAND)


@pytest.mark.parametrize(("count", "label"), [(1, "A001"), (17, "A017"), (999, "A999"), (1000, "A1000")])
def test_the_printed_number(count: int, label: str) -> None:
    assert NumberFormat().label("A", count) == label


candidates = st.lists(
    st.tuples(st.integers(0, 9), st.integers(1, 10_000)), max_size=30, unique_by=lambda pair: pair[1]
).map(lambda pairs: [Candidate(uuid4(), uuid4(), priority, position) for priority, position in pairs])


@given(candidates, st.randoms(use_true_random=False))
def test_the_choice_is_the_most_urgent_then_the_first_whatever_the_order(
    heads: list[Candidate], random: object
) -> None:
    chosen = choose(heads)
    shuffled = list(heads)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert choose(shuffled) == chosen
    if chosen is None:
        assert not heads
        return
    for other in heads:
        assert (chosen.priority, -chosen.position) >= (other.priority, -other.position)
