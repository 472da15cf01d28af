"""What a simulated hall is like, and what a day brings: arrivals, staff, breaks, moods. All follows from a seed."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from random import Random
from typing import Final
from uuid import UUID

HOUR_S: Final = 3600.0


@dataclass(frozen=True, slots=True)
class SimulatedService:
    """``mean_s``: what a visit takes; ``sigma``: scatter of its logarithm; ``share``: of all who come."""

    id: UUID
    name: str
    mean_s: float
    sigma: float
    share: float


@dataclass(frozen=True, slots=True)
class SimulatedCounter:
    """``speed``: this clerk's times are divided by it. ``breaks`` in seconds of the day."""

    id: UUID
    label: str
    services: tuple[UUID, ...]
    speed: float
    breaks: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class SimulatedHall:
    services: tuple[SimulatedService, ...]
    counters: tuple[SimulatedCounter, ...]
    opens_s: float = 9 * HOUR_S
    closes_s: float = 17 * HOUR_S


@dataclass(frozen=True, slots=True)
class Regime:
    """A kind of day. ``load``: work that comes, as a share of what all counters can do; ``absent`` of them stay closed.

    ``curve``: how arrivals are spread over the opening hours, in equal parts; only proportions matter. ``booked``: the
    share of those who come that has booked a slot.
    """

    name: str
    load: float
    curve: tuple[float, ...] = (1.2, 1.5, 1.3, 0.6, 0.9, 1.2, 1.0, 0.5)
    absent: int = 0
    booked: float = 0.0


CALM: Final = Regime("calm", 0.66)
BUSY: Final = Regime("busy", 0.80)
PEAKY: Final = Regime("peaky", 0.70, (1.9, 2.2, 1.0, 0.3, 0.6, 1.6, 1.1, 0.4))
UNDERSTAFFED: Final = Regime("understaffed", 0.61, absent=2)
REGIMES: Final = (CALM, BUSY, PEAKY, UNDERSTAFFED)

# Shares of all who come: who does not come when called, whose visit turns out to be something else, priority groups.
NO_SHOW: Final = 0.04
STRANGE: Final = 0.04
STRANGE_TIMES: Final = (2.0, 4.0)
PRIORITY: Final = 0.04
# Slots are so long, and who has booked comes so long before theirs begins: mean and scatter. Seconds.
SLOT_S: Final = 900.0
EARLY_S: Final = (600.0, 420.0)
# How long after the doors close the counters still work.
OVERTIME_S: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Habits:
    """What a hall does beside serving; seconds, from and to.

    ``no_show_s``: until a counter gives somebody up; ``walk_s``: from the call to the counter; ``gap_s``: from one
    visit's end to the next call; ``look_up_s``: until an idle counter notices who has come; ``late_s``: mean and
    scatter of how late counters open; ``pause``: after this share of visits the counter pauses for ``pause_s``.
    """

    no_show_s: tuple[float, float] = (60.0, 120.0)
    walk_s: tuple[float, float] = (8.0, 45.0)
    gap_s: tuple[float, float] = (4.0, 30.0)
    look_up_s: tuple[float, float] = (1.0, 6.0)
    late_s: tuple[float, float] = (60.0, 120.0)
    pause: float = 0.02
    pause_s: tuple[float, float] = (180.0, 900.0)
    overtime_s: float = OVERTIME_S


USUAL: Final = Habits()


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who takes a number at ``at_s`` of the day. What their visit will be is fixed here, known to nobody."""

    at_s: float
    service: UUID
    priority: int
    comes: bool
    # Their visit at a clerk of speed 1; 0 when they do not come.
    seconds: float
    # Booked: when the slot begins.
    due_s: float | None = None


@dataclass(frozen=True, slots=True)
class Day:
    arrivals: tuple[Arrival, ...]
    counters: tuple[SimulatedCounter, ...]
    seed: int
    regime: Regime = BUSY
    habits: Habits = USUAL


# Three areas, as halls have them: general counters where everybody does everything, and two with services of their own.
# Mean seconds and share of all who come for each service; how many counters.
_AREAS: Final = (
    (((180.0, 0.12), (300.0, 0.12), (420.0, 0.10), (600.0, 0.08)), 5),
    (((360.0, 0.11), (480.0, 0.11), (720.0, 0.07)), 5),
    (((300.0, 0.12), (540.0, 0.10), (900.0, 0.07)), 5),
)


def make_hall(seed: int) -> SimulatedHall:
    """Ten services of different length in three areas of five counters; some counters leave one service out."""
    random = Random(f"hall {seed}")
    services: list[SimulatedService] = []
    counters: list[SimulatedCounter] = []
    for area, (kinds, count) in zip("ABC", _AREAS, strict=True):
        own = [
            SimulatedService(_uuid(random), f"{area}{number}", mean_s, random.uniform(0.5, 0.9), share)
            for number, (mean_s, share) in enumerate(kinds)
        ]
        services += own
        for number in range(count):
            left_out = random.choice(own) if number % 2 else None
            lunch = (12 + number % 2 * 0.75) * HOUR_S
            counters.append(
                SimulatedCounter(
                    _uuid(random), f"{area}{number + 1:02}",
                    tuple(service.id for service in own if service is not left_out),
                    math.exp(random.gauss(0, 0.2)), ((lunch, lunch + 0.75 * HOUR_S),),
                )
            )  # fmt: skip
    return SimulatedHall(tuple(services), tuple(counters))


def make_day(hall: SimulatedHall, regime: Regime, seed: int) -> Day:
    """Arrivals of a day by a Poisson process whose rate follows the curve; the day as a whole is more or less too."""
    random = Random(f"day {regime.name} {seed}")
    absent = set(random.sample(range(len(hall.counters)), regime.absent))
    counters = tuple(counter for number, counter in enumerate(hall.counters) if number not in absent)
    # Capacity is that of the whole staff: what is missing makes the day harder.
    work_s = sum(
        (hall.closes_s - hall.opens_s - sum(end - begin for begin, end in counter.breaks)) * counter.speed
        for counter in hall.counters
    )
    mean_s = sum(service.mean_s * service.share for service in hall.services) + 45
    expected = regime.load * work_s / mean_s * math.exp(random.gauss(0, 0.08))
    part_s = (hall.closes_s - hall.opens_s) / len(regime.curve)
    mood = {service.id: math.exp(random.gauss(0, 0.1)) for service in hall.services}
    arrivals = []
    for part, weight in enumerate(regime.curve):
        rate = expected * weight / sum(regime.curve) / part_s
        at = hall.opens_s + part * part_s
        end = at + part_s
        while rate > 0 and (at := at + random.expovariate(rate)) < end:
            arrivals.append(_arrival(hall, at, mood, random, regime.booked))
    arrivals.sort(key=lambda one: one.at_s)
    # Nobody is let in during the last twenty minutes.
    return Day(tuple(one for one in arrivals if one.at_s < hall.closes_s - 1200), counters, seed, regime)


def _arrival(hall: SimulatedHall, at: float, mood: dict[UUID, float], random: Random, booked: float) -> Arrival:
    (service,) = random.choices(hall.services, [service.share for service in hall.services])
    sigma = service.sigma
    seconds = math.exp(random.gauss(math.log(service.mean_s) - sigma * sigma / 2, sigma)) * mood[service.id]
    if random.random() < STRANGE:
        seconds *= random.uniform(*STRANGE_TIMES)
    arrival = Arrival(at, service.id, int(random.random() < PRIORITY), random.random() >= NO_SHOW, max(20.0, seconds))
    if booked and random.random() < booked:
        due = at // SLOT_S * SLOT_S
        return replace(arrival, at_s=max(hall.opens_s, due - random.gauss(*EARLY_S)), due_s=due)
    return arrival


def _uuid(random: Random) -> UUID:
    return UUID(int=random.getrandbits(128), version=4)
