"""A program that runs for weeks keeps a handful of connections, whatever threads its work comes from."""

from __future__ import annotations

import threading

from tests.fakes.hall import RunningHall


def test_connections_are_used_again_by_ever_new_threads(hall: RunningHall) -> None:
    client = hall.client("staff", "weeks")
    for _ in range(30):
        thread = threading.Thread(target=client.health)
        thread.start()
        thread.join()
    assert len(client._all) == 1


def test_requests_at_once_never_share_a_connection(hall: RunningHall) -> None:
    client = hall.client("staff", "many")
    together = threading.Barrier(6)
    seen: list[int] = []

    def ask() -> None:
        together.wait()
        for _ in range(10):
            with client._borrowed() as session:
                seen.append(id(session))
                together.wait()
            client.health()

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rounds = [seen[place : place + 6] for place in range(0, len(seen), 6)]
    assert all(len(set(taken)) == 6 for taken in rounds)
    assert len(client._all) == 6
