"""``./run server`` and ``./run token``."""

from __future__ import annotations

import argparse
import asyncio
import errno
import gc
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, MutableSequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import time as clock_time
from functools import partial
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import FrameType

import uvicorn
from fastapi import FastAPI
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from server import keys_command, logs, quarantine, schema
from server.auth import KINDS, Keys
from server.connections import Connection, allow_many, be_short_with_the_absent
from server.database import Database
from server.event_log import Hub
from server.features.accounts import commands as account_commands
from server.features.audit import commands as audit_commands
from server.features.backup import commands as backup_commands
from server.features.setup.demo_accounts import open_demo_accounts
from server.features.setup.demo_information import tell_of_demo_hall
from server.features.setup.demo_release import release_demo_numbers
from server.features.setup.furnish import furnish
from server.features.setup.guides import set_up_guides
from server.features.setup.hall_files import HallFilesError, load_hall
from server.features.setup.service import set_up_hall
from server.features.simulation import command as simulate_command
from server.features.standby import commands as standby_commands
from server.folder import hold, open_folder
from server.main import create_app
from server.settings import Settings, address, is_anywhere
from server.siblings import POSSIBLE, Siblings, siblings
from shared.client import service_manager
from shared.domain.errors import HallError
from shared.i18n import text

ROOT = Path(__file__).resolve().parents[1]
DEMO_HALL = ROOT / "assets" / "demo"
STOP_S = 3
# A whole collection walks every stream that is open, a tenth of a second in a full hall and every few seconds by
# Python's own reckoning. Requests, pages and streams leave it nothing (``tests/server/test_garbage.py``): it may wait
# for minutes.
COLLECT_ALL_AFTER = 500
# So long a worker may be silent before it is ended and another takes its place.
HUNG_S = 7.0


class HallServer(uvicorn.Server):
    """Ends its event streams at the first signal: open streams would otherwise hold the stop up."""

    def __init__(self, config: uvicorn.Config, announce: str = "", beat: Callable[[], object] | None = None) -> None:
        """``beat`` is called from the loop that serves, a few times in ``HUNG_S``: a loop that hangs beats no more."""
        super().__init__(config)
        self.announce = announce
        self._beat = beat

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        # What is loaded by now stays: walking it again and again cost a fifth of all work and made pauses of their own.
        gc.collect()
        gc.freeze()
        young, middle, _ = gc.get_threshold()
        gc.set_threshold(young, middle, COLLECT_ALL_AFTER)
        if self.started and self._beat is not None:
            self._alive(asyncio.get_running_loop(), self._beat)
        if self.started and self.announce:
            print(f"ready {self.announce}", flush=True)
            service_manager.tell("READY=1", f"STATUS=serving at {self.announce}")

    def _alive(self, loop: asyncio.AbstractEventLoop, beat: Callable[[], object]) -> None:
        beat()
        loop.call_later(service_manager.beat_every() or HUNG_S / service_manager.BEATS, self._alive, loop, beat)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        hub: Hub | None = getattr(self.config.app.state, "hub", None)  # type: ignore[union-attr]
        if hub is not None:
            hub.loop.call_soon_threadsafe(hub.close)
        super().handle_exit(sig, frame)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="./run", description="The hall server of ZhiTing.")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("server", help="run the hall server")
    serve.add_argument("--data", type=Path, required=True, help="folder of the database, the key file and the logs")
    serve.add_argument("--port", type=_number(0, 65535), default=8300)
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    serve.add_argument("--public-url", default="", help="how phones reach this server; it stands in the tickets' codes")
    serve.add_argument("--database-url", default=os.environ.get("ZHITING_DATABASE_URL", ""), help="postgresql://…")
    serve.add_argument("--demo", action="store_true", help="set up the demonstration hall, open at any hour")
    serve.add_argument("--hall", type=Path, help="set up, or update, the hall from the files of this folder")
    serve.add_argument("--workers", type=_number(1, 64), default=1, help="processes that share the work")
    serve.add_argument("--backup-to", type=Path, help="a folder, best on another machine, for a backup each day")
    serve.add_argument("--backup-at", type=clock_time.fromisoformat, default="02:30", metavar="HH:MM")
    serve.add_argument("--backup-keep", type=_number(1, 1000), default=14, metavar="N", help="older ones are removed")
    serve.add_argument("--backup-passphrase-file", type=Path, help="encrypts them with the first line of this file")
    ready = commands.add_parser("prepare", help="bring the database up to date and set the hall up, without serving")
    ready.add_argument("--data", type=Path, required=True)
    ready.add_argument("--database-url", default=os.environ.get("ZHITING_DATABASE_URL", ""))
    ready.add_argument("--demo", action="store_true")
    ready.add_argument("--hall", type=Path)
    token = commands.add_parser("token", help="print a bearer token valid for 12 hours")
    token.add_argument("--data", type=Path, required=True, help="the data folder of the server")
    token.add_argument("--kind", choices=KINDS, required=True)
    token.add_argument("--name", default="", help="how ledgers name the holder")
    audit_commands.add_parsers(commands)
    account_commands.add_parser(commands)
    keys_command.add_parser(commands)
    simulate_command.add_parser(commands)
    backup_commands.add_parsers(commands)
    standby_commands.add_parsers(commands)
    arguments = parser.parse_args(argv)
    # What the server writes is its own user's only, also in a folder that others may read.
    os.umask(0o077)
    try:
        run: dict[str, Callable[[argparse.Namespace], int]] = {
            "token": _token, "server": _serve, "prepare": _prepare, "audit": audit_commands.run,
            "account": account_commands.run, "keys": keys_command.run,
            "simulate": simulate_command.run, "backup": backup_commands.run, "restore": backup_commands.run,
            "standby": partial(standby_commands.run, serve=main), "promote": partial(standby_commands.run, serve=main),
        }  # fmt: skip
        return run[arguments.command](arguments)
    except HallFilesError as error:
        print(error, file=sys.stderr)
    except HallError as error:
        for language in ("zh-CN", "en"):
            print(text(f"errors.{error.code}", language=language, **error.params), file=sys.stderr)
    return 1


def _number(least: int, most: int) -> Callable[[str], int]:
    def parse(given: str) -> int:
        value = int(given)
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"{given}: {least} … {most}")
        return value

    parse.__name__ = "number"
    return parse


def _resolved(path: Path | None) -> Path | None:
    return None if path is None else path.resolve()


def _check_database(url: str) -> None:
    try:
        known = make_url(url).get_backend_name() in ("sqlite", "postgresql")
    except (ArgumentError, ValueError):
        known = False
    if not known:
        raise HallError("database_url_wrong")


def _token(arguments: argparse.Namespace) -> int:
    open_folder(arguments.data)
    print(Keys.of(arguments.data).issue(arguments.kind, arguments.name or arguments.kind))
    return 0


def _prepare(arguments: argparse.Namespace) -> int:
    settings = Settings(data=arguments.data.resolve(), database_url=arguments.database_url, demo=arguments.demo)
    _check_database(settings.url)
    open_folder(settings.data)
    logs.install(settings.data)
    if settings.url.startswith("sqlite"):
        quarantine.check(settings.data)
    prepare(settings, arguments.hall or (DEMO_HALL if settings.demo else None))
    return 0


def _serve(arguments: argparse.Namespace) -> int:
    settings = Settings(
        data=arguments.data.resolve(), database_url=arguments.database_url, host=arguments.host, port=arguments.port,
        public_url=arguments.public_url, demo=arguments.demo, workers=arguments.workers,
        backup_to=_resolved(arguments.backup_to), backup_at=arguments.backup_at, backup_keep=arguments.backup_keep,
        backup_passphrase_file=_resolved(arguments.backup_passphrase_file),
    )  # fmt: skip
    _check_database(settings.url)
    embedded = settings.url.startswith("sqlite")
    if settings.workers > 1 and embedded and not POSSIBLE:
        raise HallError("workers_need_postgresql")
    # All that may stop the start comes before anything is changed.
    open_folder(settings.data)
    with ExitStack() as held:
        if embedded:
            held.enter_context(hold(settings.data))
            quarantine.check(settings.data)
        listening = held.enter_context(_bind(settings))
        settings = replace(settings, port=listening.getsockname()[1])
        logs.install(settings.data)
        if not is_prepared(settings, arguments.hall) and (code := _prepare_apart(arguments)):
            return code
        if settings.workers > 1:
            return _serve_many(settings, listening)
        return _serve_one(settings, listening)


def _bind(settings: Settings) -> socket.socket:
    """Take the port; nobody is let in before the server listens."""
    listening = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    be_short_with_the_absent(listening)
    try:
        listening.bind((settings.host, settings.port))
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise HallError("port_in_use", port=settings.port) from error
        fault = error.strerror or str(error)
        raise HallError("address_unusable", host=settings.host, port=settings.port, fault=fault) from error
    return listening


def is_prepared(settings: Settings, hall: Path | None) -> bool:
    """Whether the server can start at once: nothing to migrate, no files to load."""
    if hall is not None:
        return False
    database = Database(settings.url)
    try:
        with database.engine.connect() as connection, connection.begin():
            return schema.is_ready(connection)
    except DBAPIError:
        return False  # preparing finds out what is wrong, and says it
    finally:
        database.engine.dispose()
        database.write_engine.dispose()


def _prepare_apart(arguments: argparse.Namespace) -> int:
    """Prepare in a process of its own: migrations and pinyin are 70 MB that a server would keep for ever."""
    command = [sys.executable, "-m", "server", "prepare", "--data", str(arguments.data.resolve())]
    command += ["--demo"] * arguments.demo
    command += ["--hall", str(arguments.hall.resolve())] if arguments.hall else []
    # Not as an argument: everybody on the machine may read those, and it may hold a password.
    environment = os.environ | {"ZHITING_DATABASE_URL": arguments.database_url}
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def prepare(settings: Settings, hall: Path | None) -> None:
    """Bring the database up to date and set the hall up: from ``hall`` when given, else it must be there."""
    database = Database(settings.url)
    try:
        schema.migrate(database)
        with database.write_engine.connect() as connection, connection.begin():
            known = schema.has_hall(connection)
            if hall is not None and not (known and settings.demo and hall == DEMO_HALL):
                files = load_hall(hall)
                set_up_guides(connection, hall, files, set_up_hall(connection, files))
            elif not known:
                raise HallError("hall_not_set_up")
            furnish(connection)
            if settings.demo:
                open_demo_accounts(connection, settings.data)
                release_demo_numbers(connection)
                tell_of_demo_hall(connection, DEMO_HALL)
    except DBAPIError as error:
        logging.getLogger(__name__).exception("database")
        raise HallError("database_unavailable") from error
    finally:
        database.engine.dispose()
        database.write_engine.dispose()


def uvicorn_config(settings: Settings, app: FastAPI) -> uvicorn.Config:
    """How an application of the hall is served."""
    allow_many()
    return uvicorn.Config(
        app, http=Connection, host=settings.host, port=settings.port, log_config=None,
        access_log=False, timeout_graceful_shutdown=STOP_S, timeout_keep_alive=75, server_header=False, backlog=2048,
    )  # fmt: skip


def _serve_one(settings: Settings, listening: socket.socket) -> int:
    app = create_app(settings)
    server = HallServer(uvicorn_config(settings, app), _address(settings), lambda: service_manager.tell("WATCHDOG=1"))
    # uvicorn raises the signal again when it has stopped; an orderly stop is no failure.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    server.run(sockets=[listening])
    return 0 if server.started else 1


def _serve_many(settings: Settings, listening: socket.socket) -> int:
    """Several processes on one socket; one that dies, or hangs, is started again."""
    context = get_context("spawn")
    embedded = settings.url.startswith("sqlite")
    sides = siblings(settings.data, settings.workers) if embedded else [None] * settings.workers
    # When each was last alive, by the machine's monotonic clock; 0 until it serves.
    beats = context.Array("d", settings.workers, lock=False)

    def start(place: int) -> BaseProcess:
        beats[place] = 0.0
        worker = context.Process(target=_worker, args=(settings, listening, sides[place], beats, place))
        worker.start()
        return worker

    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    workers = [start(place) for place in range(settings.workers)]
    threading.Thread(target=_announce, args=(_address(settings),), name="announce", daemon=True).start()
    while not stopping.wait(0.2):
        for place, worker in enumerate(workers):
            if beats[place] and time.monotonic() - beats[place] > HUNG_S:
                logging.getLogger(__name__).error("worker hangs", extra={"place": place})
                worker.kill()
                worker.join(STOP_S)
            if not worker.is_alive():
                logging.getLogger(__name__).error("worker died", extra={"exit": worker.exitcode})
                workers[place] = start(place)
        service_manager.tell("WATCHDOG=1")
    for worker in workers:
        worker.terminate()
    deadline = time.monotonic() + STOP_S + 1
    for worker in workers:
        worker.join(max(0.1, deadline - time.monotonic()))
        if worker.is_alive():
            worker.kill()
    return 0


def _worker(
    settings: Settings, listening: socket.socket, side: Siblings | None, beats: MutableSequence[float], place: int
) -> None:
    logs.install(settings.data)
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()

    def beat() -> None:
        beats[place] = time.monotonic()

    HallServer(uvicorn_config(settings, create_app(settings, side)), beat=beat).run(sockets=[listening])


def _end_with_parent() -> None:
    # Workers that outlive a killed parent would keep the port and nobody would ever stop them.
    if (parent := parent_process()) is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


def _address(settings: Settings) -> str:
    return address("127.0.0.1" if is_anywhere(settings.host) else settings.host, settings.port)


def _announce(url: str) -> None:
    # A proxy of the environment is never meant for this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while True:
        try:
            with opener.open(f"{url}/api/v1/health", timeout=2):
                break
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    print(f"ready {url}", flush=True)
    service_manager.tell("READY=1", f"STATUS=serving at {url}")
