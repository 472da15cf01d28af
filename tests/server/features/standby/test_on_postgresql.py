"""PostgreSQL follows by its own replication: who follows is told, the second takes over under a new epoch."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from server.features.standby.promotion import promote, replicas
from server.settings import Settings
from shared.domain.errors import HallError
from shared.schemas.tickets import TicketRequest
from tests.fakes.commands import command
from tests.fakes.events import wait_until
from tests.fakes.hall import RunningHall, free_port, running_hall
from tests.fakes.postgres import PrivatePostgres
from tests.server.features.backup.test_drill import kept


@contextmanager
def followed(first: PrivatePostgres) -> Iterator[PrivatePostgres]:
    folder = Path(tempfile.mkdtemp(prefix="zhiting-pg-second-", dir="/var/tmp"))
    second = first.second(folder)
    try:
        yield second
    finally:
        second.stop()
        shutil.rmtree(folder, ignore_errors=True)


def refused(work: object, *given: object) -> str:
    with pytest.raises(HallError) as error:
        work(*given)  # type: ignore[operator]
    return error.value.code


@pytest.mark.timeout(300)
def test_the_second_takes_over_with_everything_it_had(own_postgres: PrivatePostgres, tmp_path: Path) -> None:
    url = own_postgres.hall()
    with running_hall(tmp_path, database_url=url) as hall:
        check = ("standby", "--data", hall.data, "--database-url", url, "--check")
        command(*check, fails=True)
        first = Settings(data=hall.data, database_url=url)
        assert refused(promote, first) == "promote_not_a_second"
        with followed(own_postgres) as second:
            wait_until(lambda: [one[1] for one in replicas(url)] == ["streaming"], 30)
            assert json.loads(command(*check))["state"] == "streaming"
            client, before = hall.client("kiosk"), hall.client("kiosk").health()
            request = TicketRequest(service_id=hall.easy_service().id)
            taken = {str(client.issue(request).id) for _ in range(5)}
            wait_until(lambda: replicas(url)[0][3] == 0, 30)
            hall.kill()
            own_postgres.stop("fast")

            data, now = tmp_path / "second", second.on(url)
            data.mkdir()
            there = Settings(data=data, database_url=now)
            assert refused(promote, there) == "promote_keys_missing"
            shutil.copy(hall.data / "secret.key", data)
            made = promote(there)
            assert made.epoch > before.epoch and made.seq > before.seq and made.lag_s > 0
            new = RunningHall(data, free_port(), now, forked=True)
            try:
                new.start()
                assert taken <= kept(new)
                fresh = new.client("kiosk").issue(request)
                assert str(fresh.id) not in taken and new.client("kiosk").health().epoch == made.epoch
            finally:
                new.close()
            # Broken off after PostgreSQL had taken over: the command can be repeated.
            assert promote(there).epoch > made.epoch


def test_this_program_does_not_follow_a_postgresql(tmp_path: Path) -> None:
    away = "postgresql://nobody@127.0.0.1:1/x"
    said = command(
        "standby", "--from", "http://127.0.0.1:1", "--data", tmp_path / "copy", "--database-url", away, fails=True
    )
    assert "pg_basebackup" in said and not (tmp_path / "copy").exists()
    (tmp_path / "secret.key").touch()
    assert refused(promote, Settings(data=tmp_path, database_url=away)) == "database_unavailable"
    assert refused(replicas, away) == "database_unavailable"
