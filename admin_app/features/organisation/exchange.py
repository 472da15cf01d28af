"""The organisation as an Excel file: written to the disk, tried, brought in. All of it in the background."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Slot

from admin_app.files import LARGEST, read_file, write_file
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.i18n import text
from shared.i18n.errors import error_text
from shared.schemas.organisation import ImportReport
from shared.ui.background import run_in_background
from shared.ui.presenter import Presenter

FILTERS = ("all", "new", "changed", "same", "wrong")
TONES = {"new": "ok", "changed": "busy", "same": "off", "wrong": "error"}
Row = dict[str, Any]


@dataclass(frozen=True)
class ExchangeState:
    """``step``: "", exporting, trying, tried, importing, done. ``outcome``: that of the last report."""

    step: str = ""
    file: str = ""
    outcome: str = ""
    shown: str = "all"
    rows: tuple[Row, ...] = ()
    counts: tuple[tuple[str, int], ...] = ()
    more_faults: int = 0
    problem: str = ""
    told: str = ""

    @property
    def busy(self) -> bool:
        return self.step in ("exporting", "trying", "importing")

    @property
    def may_import(self) -> bool:
        """Something would change, and nothing is wrong."""
        counts = dict(self.counts)
        return self.step == "tried" and self.outcome == "ready" and counts["new"] + counts["changed"] > 0


class ExchangePresenter(Presenter[ExchangeState]):
    def __init__(self, client: HallClient, language: str, parent: QObject | None = None) -> None:
        super().__init__(ExchangeState(), parent)
        self._client = client
        self._language = language
        self._content = b""
        self._key = ""
        self._every: tuple[Row, ...] = ()

    def export(self, path: Path) -> None:
        """All that the caller may see, to a file."""
        if self.state.busy:
            return
        self.change(step="exporting", problem="", told="")

        def work() -> None:
            write_file(path, self._client.export_organisation())

        def done(_: None) -> None:
            self.change(step="", told=text("organisation.exchange.exported", self._language, file=str(path)))

        run_in_background(work, done, self._failed, owner=self)

    def try_file(self, path: Path) -> None:
        """Read the file and ask what it would change; nothing is changed."""
        if self.state.busy:
            return
        self._content, self._every = b"", ()
        self.set_state(ExchangeState(step="trying", file=path.name))

        def work() -> tuple[bytes, ImportReport]:
            content = read_file(path)
            return content, self._client.import_organisation(content, dry_run=True)

        run_in_background(work, lambda found: self._tried(*found), self._failed, owner=self)

    @Slot()
    def apply(self) -> None:
        """Bring in exactly what was tried, whatever has become of the file: all of it, or nothing."""
        if not self.state.may_import:
            return
        content, key = self._content, self._key
        self.change(step="importing", problem="")

        def work() -> ImportReport:
            return self._client.import_organisation(content, dry_run=False, key=key)

        run_in_background(work, self._applied, self._not_applied, owner=self)

    @Slot(str)
    def filter(self, shown: str) -> None:
        self.change(shown=shown)
        self._show()

    @Slot()
    def forget(self) -> None:
        """The next file begins afresh."""
        if not self.state.busy:
            self._content, self._every = b"", ()
            self.set_state(ExchangeState())

    def _tried(self, content: bytes, report: ImportReport) -> None:
        self._content = content
        # The same for every attempt to bring it in: after a lost answer it is brought in once.
        self._key = uuid.uuid4().hex
        self._take(report)
        self.change(step="tried", shown="wrong" if report.outcome == "wrong" else "all")
        self._show()

    def _applied(self, report: ImportReport) -> None:
        if report.done:
            self.change(step="done", outcome="done", told=self._t("done"))
        else:
            # The hall has changed since it was tried: what is wrong now.
            self._tried(self._content, report)
            self.change(problem=self._t("changed_since"))

    def _failed(self, error: HallError) -> None:
        self.change(step="", problem=self._sorry(error))

    def _not_applied(self, error: HallError) -> None:
        # It may be tried again: with the same key it is brought in once.
        self.change(step="tried", problem=self._sorry(error))

    def _sorry(self, error: HallError) -> str:
        if error.code == "server_unreachable":
            return self._t("unreachable")
        if error.code == "body_too_large":
            return self._t("too_large", mb=LARGEST // 1024 // 1024)
        return error_text(error.code, self._language, **error.params)

    def _t(self, key: str, **params: object) -> str:
        return text(f"organisation.exchange.{key}", self._language, **params)

    def _take(self, report: ImportReport) -> None:
        faults: dict[tuple[str, int], list[str]] = {}
        for fault in report.faults:
            words = self._t("fault", column=self._column(fault.column), text=fault.text) if fault.column else fault.text
            faults.setdefault((fault.sheet, fault.row), []).append(words)
        self._every = tuple(
            {
                "id": f"{row.sheet}:{row.row}", "sheet": text(f"organisation.sheet.{row.sheet}", self._language),
                "row": row.row, "name": row.name, "outcome": row.outcome,
                "outcome_words": self._t(f"outcome_{row.outcome}"),
                "what": " ".join(faults.get((row.sheet, row.row), ()))
                or (self._t("see_others") if row.outcome == "wrong" else "")
                or text("admin.editing.separator", self._language).join(map(self._column, row.columns)),
            }
            for row in report.rows
        )  # fmt: skip
        outcomes = [row["outcome"] for row in self._every]
        self.change(
            outcome=report.outcome, more_faults=report.more_faults,
            counts=tuple((name, len(outcomes) if name == "all" else outcomes.count(name)) for name in FILTERS),
        )  # fmt: skip

    def _column(self, column: str) -> str:
        return text(f"organisation.column.{column}", self._language) if column else ""

    def _show(self) -> None:
        shown = self.state.shown
        self.change(rows=tuple(row for row in self._every if shown in ("all", row["outcome"])))
