"""The map of the journey, read as data."""

from __future__ import annotations

import pytest

from kiosk_app.flow import CHOOSING, FLOW, WIPED, Action, Step, follow

STEPS = list(Step)
# A person stands here and can touch; the others move on by themselves.
STANDING = [step for step in Step if step not in WIPED | {Step.ISSUING}]


def reachable(start: Step) -> set[Step]:
    seen, edge = {start}, [start]
    while edge:
        for after in FLOW[edge.pop()].values():
            if after not in seen:
                seen.add(after)
                edge.append(after)
    return seen


def test_every_step_is_on_the_map() -> None:
    assert set(FLOW) == set(Step)


def test_every_step_can_be_reached_from_switching_on() -> None:
    assert reachable(Step.AWAY) == set(Step)


@pytest.mark.parametrize("step", STEPS)
def test_every_step_leads_home(step: Step) -> None:
    assert Step.START in reachable(step)


@pytest.mark.parametrize("step", STANDING)
def test_where_a_person_stands_one_touch_goes_home_and_no_touch_wipes(step: Step) -> None:
    assert follow(step, Action.HOME) is Step.START
    assert follow(step, Action.IDLE) is Step.ATTRACT


@pytest.mark.parametrize("step", [Step.ATTRACT, Step.START, Step.NUMBER, Step.WELCOME, Step.SERVICES, Step.SEARCH])
def test_a_card_begins_from_every_resting_step(step: Step) -> None:
    assert follow(step, Action.IDENTIFIED) is Step.WELCOME


def test_a_ticket_comes_only_from_the_server() -> None:
    # Or from there earlier: the number somebody has already, printed again.
    leads = {step for step in Step for action, after in FLOW[step].items() if after is Step.TICKET}
    assert leads == {Step.ISSUING, Step.LIMITED, Step.MISSED}
    assert {action for action, after in FLOW[Step.ISSUING].items() if after is Step.TICKET} == {Action.ISSUED}


def test_the_press_on_its_way_cannot_be_repeated_or_left() -> None:
    assert Action.CHOOSE not in FLOW[Step.ISSUING]
    assert Action.HOME not in FLOW[Step.ISSUING]


def test_cards_are_chosen_only_where_there_are_cards() -> None:
    assert {step for step in Step if Action.CHOOSE in FLOW[step]} == CHOOSING


def test_what_means_nothing_changes_nothing() -> None:
    assert follow(Step.TICKET, Action.CHOOSE) is None
