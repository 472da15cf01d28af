"""A table from a file: tried first, then taken exactly as it was tried, or not at all."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot

from admin_app.files import read_file, write_file
from admin_app.words import sorry
from shared.domain.errors import HallError
from shared.schemas.release import CalendarReport, PlansReport
from shared.ui.background import run_in_background
from shared.ui.presenter import Presenter

Report = CalendarReport | PlansReport


class Send(Protocol):
    """``dry_run`` changes nothing; the ``key`` makes sending it twice load it once."""

    def __call__(self, content: bytes, /, *, dry_run: bool, key: str | None = None) -> Report: ...


@dataclass(frozen=True)
class TableState:
    """``file``: its name; ``report``: what it would do, or has done."""

    busy: bool = False
    file: str = ""
    report: Report | None = None
    problem: str = ""


class TablePresenter(Presenter[TableState]):
    """``loaded(report)``: the table is in; ``written(str)``: one went out, to this file."""

    loaded = Signal(object)
    written = Signal(str)

    def __init__(self, send: Send, language: str, *, excel: bool, parent: QObject | None = None) -> None:
        super().__init__(TableState(), parent)
        self._send, self._language, self._excel = send, language, excel
        self._content, self._key = b"", ""

    def try_file(self, path: Path) -> None:
        """Read the file and ask what it would change; nothing is changed."""
        self.change(busy=True, file=path.name, report=None, problem="")

        def work() -> tuple[bytes, Report]:
            content = read_file(path, excel=self._excel)
            return content, self._send(content, dry_run=True)

        def tried(found: tuple[bytes, Report]) -> None:
            self._content, report = found
            self._key = uuid.uuid4().hex
            self.change(busy=False, report=report)

        run_in_background(work, tried, self._failed, owner=self)

    @Slot()
    def load(self) -> None:
        """Exactly what was tried: all of it, or nothing."""
        if self.state.busy or self.state.report is None or self.state.report.outcome != "ready":
            return
        content, key = self._content, self._key
        self.change(busy=True, problem="")

        def done(report: Report) -> None:
            self.change(busy=False, report=report)
            if report.outcome == "done":
                self.loaded.emit(report)

        run_in_background(lambda: self._send(content, dry_run=False, key=key), done, self._failed, owner=self)

    @Slot()
    def forget(self) -> None:
        self._content = b""
        self.change(file="", report=None, problem="")

    def write(self, path: Path, ask: Callable[[], bytes], failed: Callable[[HallError], None]) -> None:
        """What the server has, as a file."""
        run_in_background(
            lambda: write_file(path, ask()), lambda _: self.written.emit(str(path)), failed, owner=self
        )  # fmt: skip

    def _failed(self, error: HallError) -> None:
        self.change(busy=False, problem=sorry(error, self._language, acted=True))
