"""Starting a program: settings, one application, its windows, and a calm word when it can't start."""

from __future__ import annotations

import argparse
import dataclasses
import logging
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from shared.client.enrolment import Enrolment
from shared.client.service_manager import is_supervised
from shared.client.settings import SIGNED_IN, TerminalSettings, argument_parser, data_folder, load_settings
from shared.domain.errors import HallError
from shared.i18n.errors import error_text
from shared.ui.recent_log import FORMAT, keep_log

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from shared.ui.life import Life
    from shared.ui.waiting import Gate


class App(Protocol):
    """A program that is wired and can be started; ``windows`` are its top-level windows, the main one first."""

    @property
    def windows(self) -> Sequence[object]: ...

    def start(self) -> None:
        """Show the windows and start devices, stream and reporter. On the main thread; does not block."""

    def stop(self) -> None:
        """End threads and devices; harmless when repeated."""


Build = Callable[[TerminalSettings], App]

# Told when a program has started. Journeys and benchmarks host the real program and look on from here; no program
# of ours registers anything, and there is no way in from outside.
observers: list[Callable[[App], None]] = []


def run_program(
    program: str,
    description: str,
    build: Build,
    *,
    add_options: Callable[[argparse.ArgumentParser], None] = lambda parser: None,
    argv: Sequence[str] | None = None,
) -> int:
    """Parse, build, run until closed. A mistake in the settings is said in Chinese and English, with exit code 2."""
    logging.basicConfig(level=logging.INFO, format=FORMAT)
    keep_log()
    parser = argument_parser(program, description)
    add_options(parser)
    arguments = parser.parse_args(argv)
    if not is_supervised():
        # Said before Qt asks for a screen. Under a service manager nobody reads it: there the safe screen says it.
        try:
            load_settings(program, arguments)
        except HallError as error:
            return _refuse(error)
    # Only now: --help and a wrong option need no Qt.
    from shared.ui.application import create_application
    from shared.ui.life import Life

    application = create_application(program, sys.argv[:1])
    life = Life(program, data_folder(program, arguments.profile))
    life.begin()
    fault = ""
    try:
        ended = life.rest(application)
        return _run(program, arguments, build, application, life) if ended is None else ended
    except HallError as error:
        fault = error.code
        return _refuse(error)
    except Exception:
        fault = "start_failed"
        raise
    finally:
        life.end(fault)


def _refuse(error: HallError) -> int:
    for language in ("zh-CN", "en"):
        print(error_text(error.code, language, **error.params), file=sys.stderr)
    return 2


def _run(program: str, arguments: argparse.Namespace, build: Build, application: QApplication, life: Life) -> int:
    """From the settings to the last window; ``HallError`` with what is to be corrected."""
    from shared.ui.application import run_application

    settings = load_settings(program, arguments)
    enrolment = None
    if not settings.token and program not in SIGNED_IN:
        enrolment = Enrolment(
            settings.data, settings.server, settings.enrol, language=settings.language, name=settings.name
        )
        settings = dataclasses.replace(settings, token=enrolment)
    app = build(settings)
    gate: Gate | None = None

    def start() -> None:
        app.start()
        life.running()
        for observer in observers:
            observer(app)

    try:
        if enrolment is None:
            start()
        else:
            from shared.ui.waiting import Gate

            gate = Gate(enrolment, settings.language, app.windows[0], fullscreen=bool(settings.option("fullscreen")))
            gate.open(start)
        return run_application(application)
    finally:
        if gate is not None:
            gate.close()
        app.stop()
