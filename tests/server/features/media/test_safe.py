"""Pictures and videos survive what the hall survives: a backup restored, and the server lost to its second machine."""

from __future__ import annotations

import signal
from pathlib import Path

from tests.fakes import media as made
from tests.fakes.commands import command
from tests.fakes.engines import Engine, on_postgresql
from tests.fakes.events import wait_until
from tests.fakes.hall import RunningHall, free_port, running_hall
from tests.server.features.media.uploading import Wire, sha256
from tests.server.features.standby.test_takeover import program

CONTENTS = (
    made.png(200, 100, "teal"),
    made.jpeg(900, 700, "gold"),
    made.mp4(frames=40),
)


def upload_all(hall: RunningHall) -> None:
    wire = Wire(hall)
    for content in CONTENTS:
        answer = wire.upload(content, media_type="video/mp4" if content[4:8] == b"ftyp" else "image/png")
        assert answer.status_code == 201, answer.text
    wire.close()


def all_there(hall: RunningHall) -> bool:
    wire = Wire(hall, "display")
    try:
        return all(
            wire.ask("GET", f"/{sha256(one)}").content == one and wire.ask("GET", f"/{sha256(one)}/thumbnail").ok
            for one in CONTENTS
        )
    finally:
        wire.close()


def test_a_restored_hall_has_its_pictures_and_videos(tmp_path: Path, engine: Engine) -> None:
    file, back = tmp_path / "hall.backup", tmp_path / "back"
    url, empty = engine.hall(), engine.database()
    options = ("--database-url", url) if url else ()
    with running_hall(tmp_path, database_url=url) as hall:
        upload_all(hall)
        half = Wire(hall)
        begun = half.begin(bytes(5000)).json()
        half.piece(begun["id"], 0, bytes(100))
        half.close()
        command("backup", "--data", hall.data, "--to", file, *options)
    command("restore", "--from", file, "--data", back, *(("--database-url", empty) if empty else ()))
    new = RunningHall(back, free_port(), database_url=empty, forked=True)
    try:
        new.start()
        assert all_there(new)
        assert not list((back / "media").glob("parts/*")), "what was half sent is no one's"
        # Begun again it begins anew.
        wire = Wire(new)
        assert wire.begin(bytes(5000)).json()["offset"] == 0
        wire.close()
    finally:
        new.close()
        engine.drop(url)
        engine.drop(empty)


def test_the_second_machine_has_them_when_it_takes_over(tmp_path: Path) -> None:
    second, log = tmp_path / "second", tmp_path / "second.log"
    with running_hall(tmp_path) as hall:
        follow = ("standby", "--from", hall.url, "--data", second, "--token", hall.token("standby"))
        with program(*follow, log=log) as standby:
            upload_all(hall)
            wait_until(lambda: len(list((second / "media").glob("??/*.jpg"))) == len(CONTENTS), 60)
            hall.kill()
            port = free_port()
            with program("promote", "--data", second, "--port", port, "--demo", log=log):
                assert standby.wait(20) == 0
                new = RunningHall(second, port)
                assert all_there(new)
                new.close()


@on_postgresql
def test_a_second_machine_of_postgresql_fetches_them_alone(tmp_path: Path, engine: Engine) -> None:
    second, log, url = tmp_path / "second", tmp_path / "second.log", engine.hall()
    with running_hall(tmp_path, database_url=url) as hall:
        follow = ("standby", "--from", hall.url, "--data", second, "--token", hall.token("standby"), "--media-only")
        with program(*follow, "--database-url", url, log=log) as standby:
            upload_all(hall)
            wait_until(lambda: len(list((second / "media").glob("??/*.jpg"))) == len(CONTENTS), 60)
            found = {path.name: path.read_bytes() for path in (second / "media").glob("??/*") if not path.suffix}
            assert found == {sha256(one): one for one in CONTENTS}
            standby.send_signal(signal.SIGTERM)
            assert standby.wait(20) == 0
    engine.drop(url)
