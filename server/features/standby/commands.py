"""``./run standby`` on the second machine, and ``./run promote`` when it has to take over."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from server import logs
from server.features.standby.following import Following
from server.features.standby.kept import Copy
from server.features.standby.media import MediaCopy
from server.features.standby.promotion import promote, replicas
from server.folder import hold
from server.settings import Settings
from shared.client.enrolment import Enrolment, is_enrolled
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.i18n import text


def add_parsers(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    follow = commands.add_parser("standby", help="follow a hall's server: receive every change, verify, report the lag")
    follow.add_argument("--from", dest="source", default="", metavar="URL", help="the hall's server")
    follow.add_argument("--data", type=Path, required=True, help="the folder of the copy")
    follow.add_argument("--enrol", default="", metavar="CODE", help="of the kind Second server, made in the console")
    follow.add_argument("--token", default=os.environ.get("ZHITING_TOKEN", ""), help="for a trial instead of a code")
    follow.add_argument("--address", default="", metavar="URL", help="where this machine will serve once it takes over")
    follow.add_argument("--state", action="store_true", help="say how far the copy in the folder is, and end")
    follow.add_argument(
        "--check", action="store_true", help="PostgreSQL: say who follows; exit code 1 when nobody does"
    )
    follow.add_argument(
        "--media-only", action="store_true", help="PostgreSQL follows by itself: fetch pictures and videos alone"
    )
    take = commands.add_parser("promote", help="make the copy the hall, under a new epoch, and serve it")
    take.add_argument("--data", type=Path, required=True)
    take.add_argument("--port", default="8300")
    take.add_argument("--host", default="127.0.0.1")
    take.add_argument("--public-url", default="")
    take.add_argument("--demo", action="store_true", help="as the demonstration hall was served")
    take.add_argument("--without-serving", action="store_true", help="only make it the hall; start it later")
    for parser in (follow, take):
        parser.add_argument("--database-url", default=os.environ.get("ZHITING_DATABASE_URL", ""))


def run(arguments: argparse.Namespace) -> int:
    if arguments.command == "promote":
        return _promote(arguments)
    data = arguments.data.resolve()
    if arguments.check:
        return _check(Settings(data=data, database_url=arguments.database_url).url)
    if arguments.state:
        return _say_state(data)
    embedded = not arguments.database_url or arguments.database_url.startswith("sqlite")
    if not embedded and not arguments.media_only:
        # The embedded database alone is followed by this program.
        raise HallError("standby_needs_sqlite")
    if not arguments.source:
        raise HallError("standby_source_needed")
    return _follow(arguments, data)


def _follow(arguments: argparse.Namespace, data: Path) -> int:
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with ExitStack() as held:
        held.enter_context(hold(data))
        copy = Copy(data)
        copy.read()
        if copy.state is None and (data / "hall.db").exists():
            # Never over a hall.
            raise HallError("standby_over_a_hall", path=str(data))
        logs.install(data)
        source = arguments.source.rstrip("/")
        token: object = arguments.token
        if arguments.enrol or is_enrolled(data):
            token = enrolment = Enrolment(data, source, arguments.enrol, name="standby")
            held.callback(enrolment.close)
        if not token:
            raise HallError("token_missing")
        client = HallClient(source, token)  # type: ignore[arg-type]
        held.callback(client.close)
        if arguments.media_only:
            return _follow_media(data, client)
        following = Following(data, client, arguments.address, lambda: print(f"ready {source}", flush=True))
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: _end(following, client))
        following.run()
    return 0


def _follow_media(data: Path, client: HallClient) -> int:
    ending = threading.Event()

    def end(*_: object) -> None:
        ending.set()
        threading.Thread(target=client.close, daemon=True).start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    print(f"ready {client.server}", flush=True)
    MediaCopy(data, client).run(ending)
    return 0


def _end(following: Following, client: HallClient) -> None:
    following.stop()
    # Not here: the thread that was interrupted may hold what closing waits for.
    threading.Thread(target=client.close, daemon=True).start()


def _promote(arguments: argparse.Namespace) -> int:
    data = arguments.data.resolve()
    settings = Settings(data=data, database_url=arguments.database_url)
    made = promote(settings)
    key = "backup.promoted" if settings.url.startswith("sqlite") else "backup.promoted_database"
    # Where programs read the server's one line, nothing else may stand.
    for language in ("zh-CN", "en"):
        said = text(key, language=language, epoch=made.epoch, seq=made.seq, lag=f"{made.lag_s:.3f}")
        print(said, file=sys.stderr)
        if made.missing:
            print(text("backup.missing_media", language=language, count=made.missing), file=sys.stderr)
    if arguments.without_serving:
        return 0
    options = ["server", "--data", str(data), "--port", arguments.port, "--host", arguments.host]
    options += ["--public-url", arguments.public_url] if arguments.public_url else []
    options += ["--database-url", arguments.database_url] if arguments.database_url else []
    # The command line itself: what the promoted server is started by.
    code: int = arguments.serve(options + ["--demo"] * arguments.demo)
    return code


def _say_state(data: Path) -> int:
    copy = Copy(data)
    state = copy.read() or copy.state
    if state is None:
        raise HallError("standby_none", path=str(data))
    print(json.dumps(asdict(state)))
    return 0 if state.whole and not state.fault else 1


def _check(url: str) -> int:
    if url.startswith("sqlite"):
        raise HallError("standby_check_postgresql")
    found = replicas(url)
    for name, state, seconds, behind in found:
        print(json.dumps({"address": name, "state": state, "lag_s": round(seconds, 3), "behind": behind}))
    return 0 if any(state == "streaming" for _, state, _, _ in found) else 1
