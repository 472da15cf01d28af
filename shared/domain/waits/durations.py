"""How long things take at a counter, learned from what happened there.

Times at a counter are skewed: most visits are short, a few are very long. A log-normal distribution fits them well
(Brown et al., "Statistical analysis of a telephone call center", JASA 100, 2005), is two numbers, and can be asked how
long a visit will go on that has lasted some time already.
"""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass, field
from random import Random
from statistics import NormalDist
from typing import Final

_STANDARD: Final = NormalDist()
# Nothing at a counter is shorter, and a logarithm needs a number above zero. Seconds.
SHORTEST_S: Final = 1.0
# How many visits what we believe beforehand counts for.
BELIEF: Final = 6.0
# Scatter of a service nobody has measured: standard deviation of the logarithm.
USUAL_SIGMA: Final = 0.75
# What an observation weighs after so many newer ones is a third: a service that has changed is soon believed.
MEMORY: Final = 200.0
# How many visits a clerk must have served for their own speed to count half.
CLERK_BELIEF: Final = 25.0


@dataclass(frozen=True, slots=True)
class LogNormal:
    """``mu`` and ``sigma`` of the logarithm of a time in seconds."""

    mu: float
    sigma: float

    @classmethod
    def of(cls, mean_s: float, sigma: float = USUAL_SIGMA) -> LogNormal:
        """With this mean in seconds."""
        return cls(math.log(max(mean_s, SHORTEST_S)) - sigma * sigma / 2, sigma)

    @property
    def mean_s(self) -> float:
        return math.exp(self.mu + self.sigma * self.sigma / 2)

    def faster_by(self, log_speed: float) -> LogNormal:
        """The same for somebody whose times are ``exp(-log_speed)`` times as long."""
        return LogNormal(self.mu - log_speed, self.sigma)

    def draw(self, random: Random) -> float:
        """One time in seconds."""
        return math.exp(random.gauss(self.mu, self.sigma))

    def draw_rest(self, random: Random, lasted_s: float) -> float:
        """How many seconds longer one goes on that has lasted ``lasted_s`` already."""
        if lasted_s <= SHORTEST_S:
            return self.draw(random)
        if self.sigma <= 0:
            return max(0.0, math.exp(self.mu) - lasted_s)
        begun = _STANDARD.cdf((math.log(lasted_s) - self.mu) / self.sigma)
        share = begun + (1 - begun) * random.random()
        if share >= 1 - 1e-12:
            # Far beyond anything known: as long again as a tenth of what it has taken.
            return lasted_s * 0.1 * random.expovariate(1)
        return max(0.0, math.exp(self.mu + self.sigma * _STANDARD.inv_cdf(share)) - lasted_s)


@dataclass(slots=True)
class Learned:
    """A log-normal distribution that starts from a belief and follows what is observed, the newest most."""

    belief: LogNormal
    weight: float = 0.0
    mean: float = 0.0
    # Sum of squared deviations, weighted as the mean is.
    spread: float = 0.0

    def observe(self, seconds: float, correction: float = 0.0) -> float:
        """Learn from one; ``correction`` is added to its logarithm. Answers how far it lay from the mean, in logs."""
        value = math.log(max(seconds, SHORTEST_S)) + correction
        away = value - self.now().mu
        kept = 1 - 1 / MEMORY
        self.weight = self.weight * kept + 1
        delta = value - self.mean
        self.mean += delta / self.weight
        self.spread = self.spread * kept + delta * (value - self.mean)
        return away

    def now(self) -> LogNormal:
        """What is believed by now."""
        whole = self.weight + BELIEF
        mu = (self.belief.mu * BELIEF + self.mean * self.weight) / whole
        away = self.mean - self.belief.mu
        variance = (
            self.belief.sigma**2 * BELIEF + self.spread + away * away * self.weight * BELIEF / whole
        ) / whole  # fmt: skip
        return LogNormal(mu, math.sqrt(max(variance, 1e-4)))


@dataclass(slots=True)
class _Speed:
    """How much faster somebody is than the service usually goes, in logs."""

    count: float = 0.0
    sum: float = 0.0

    @property
    def value(self) -> float:
        return -self.sum / (self.count + CLERK_BELIEF)


@dataclass(slots=True)
class Experience:
    """All that has been learned in one hall. Keys are whatever names services and clerks there.

    A clerk's time with a ticket is taken from the call to the end of the visit; the gap from there to the next call
    counts only when somebody waited.
    """

    services: dict[Hashable, Learned] = field(default_factory=dict)
    clerks: dict[Hashable, _Speed] = field(default_factory=dict)
    gap: Learned = field(default_factory=lambda: Learned(LogNormal.of(20.0)))
    pause: Learned = field(default_factory=lambda: Learned(LogNormal.of(480.0)))
    missing: Learned = field(default_factory=lambda: Learned(LogNormal.of(90.0)))
    called: float = 0.0
    missed: float = 0.0
    paused: float = 0.0

    def believe(self, service: Hashable, typical_s: float) -> None:
        """What a service is said to take; a belief that is known already is kept."""
        if service not in self.services:
            self.services[service] = Learned(LogNormal.of(typical_s))

    def served(self, service: Hashable, clerk: Hashable | None, seconds: float) -> None:
        """A visit ended: ``seconds`` from its call to its end."""
        learned = self.services.setdefault(service, Learned(LogNormal.of(seconds)))
        speed = self.clerks.setdefault(clerk, _Speed()) if clerk is not None else None
        away = learned.observe(seconds, speed.value if speed is not None else 0.0)
        if speed is not None:
            # Without the correction: what this clerk did against what the service usually takes.
            speed.count += 1
            speed.sum += away - speed.value
        self.called += 1

    def not_there(self, seconds: float | None = None) -> None:
        """Somebody who was called did not come; the counter gave up after ``seconds``, if that is known."""
        self.called += 1
        self.missed += 1
        if seconds is not None:
            self.missing.observe(seconds)

    def went_on(self, seconds: float) -> None:
        """From one visit's end to the next call, with people waiting."""
        self.gap.observe(seconds)

    def came_back(self, seconds: float) -> None:
        """A counter's unplanned pause ended."""
        self.paused += 1
        self.pause.observe(seconds)

    def serving(self, service: Hashable, clerk: Hashable | None) -> LogNormal:
        """What this service takes with this clerk."""
        learned = self.services.get(service)
        usual = learned.now() if learned is not None else LogNormal.of(600.0)
        speed = self.clerks.get(clerk) if clerk is not None else None
        return usual.faster_by(speed.value) if speed is not None else usual

    @property
    def missing_share(self) -> float:
        """Of those who are called, how many are not there."""
        return (self.missed + 0.5) / (self.called + 20.0)

    @property
    def pause_share(self) -> float:
        """After how many of all visits the counter pauses unplanned."""
        return (self.paused + 0.2) / (self.called + 20.0)
