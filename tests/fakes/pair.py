"""A hall that runs as two server processes on one database and one data folder, each at an address of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from shared.domain.errors import HallError
from tests.fakes.hall import RunningHall, free_port

PATIENCE_S = 60


@contextmanager
def pair_of_servers(
    folder: Path, database_url: str, before: Callable[[RunningHall], None] = lambda hall: None
) -> Iterator[tuple[RunningHall, RunningHall]]:
    """As ``--workers 2`` shares a hall, but whoever asks says which process answers. Both start at the same moment;
    ``before``: what is done to the hall until then.
    """
    data = folder / "hall"
    data.mkdir(parents=True)
    first_port = free_port(2)
    # Phones have one address, whichever process prints it.
    options = ("--demo", "--public-url", f"http://127.0.0.1:{first_port}")
    pair = tuple(RunningHall(data, first_port + place, database_url, options, forked=True) for place in range(2))
    try:
        before(pair[0])
        at_once(*(hall.start for hall in pair))
        yield pair[0], pair[1]
    finally:
        for hall in pair:
            hall.close()


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """All of them at the same moment, each on a thread; their answers, or their refusals, in the order of ``works``."""
    gate, answers = threading.Barrier(len(works)), list[Any]([None] * len(works))

    def run(place: int, work: Callable[[], Any]) -> None:
        gate.wait(PATIENCE_S)
        try:
            answers[place] = work()
        except Exception as error:
            answers[place] = error

    threads = [threading.Thread(target=run, args=(place, work)) for place, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for answer in answers:
        if isinstance(answer, Exception) and not isinstance(answer, HallError):
            raise answer
    return answers


def codes(answers: list[Any]) -> list[str]:
    """The codes of those that were refused, empty for the others; sorted."""
    return sorted(answer.code if isinstance(answer, HallError) else "" for answer in answers)
