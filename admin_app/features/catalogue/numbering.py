"""How the hall's numbers are written: read, edited as one sheet, previewed while it is edited, saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from PySide6.QtCore import QObject, Slot

from admin_app.words import sorry
from shared.client.hall_client import HallClient
from shared.domain.announcements import SpokenLanguage, spoken_number
from shared.domain.errors import HallError
from shared.domain.numbering import refuse_shared
from shared.i18n import text
from shared.i18n.errors import error_text
from shared.schemas.access import Me
from shared.schemas.numbering import NumberingChange, NumberingRules, NumberingState
from shared.ui.background import run_in_background
from shared.ui.presenter import Presenter

SAMPLE = 17


@dataclass(frozen=True)
class Sample:
    """How a series' numbers look and sound."""

    walk_in: str
    booked: str
    spoken: str


@dataclass(frozen=True)
class NumberingPageState:
    """``revision`` grows when the form has to be filled anew; ``samples`` are those of ``draft``."""

    loaded: bool = False
    busy: bool = False
    revision: int = 0
    found: NumberingState | None = None
    draft: NumberingRules = field(default_factory=NumberingRules)
    samples: tuple[tuple[str, Sample], ...] = ()
    problem: str = ""
    told: str = ""
    may_change: bool = False

    @property
    def dirty(self) -> bool:
        if self.found is None:
            return False
        return self.draft != (self.found.later or self.found.now)


class NumberingPresenter(Presenter[NumberingPageState]):
    def __init__(self, client: HallClient, language: str, parent: QObject | None = None) -> None:
        super().__init__(NumberingPageState(), parent)
        self._client = client
        self._language = language

    @Slot(object)
    def set_me(self, me: Me) -> None:
        self.change(may_change=me.may("catalogue.numbering:change"))

    @Slot()
    def load(self) -> None:
        """Read anew; what was edited and not saved is dropped."""
        if not self.state.busy:
            self.change(busy=True, problem="", told="")
            run_in_background(self._client.numbering, self._known, self._refused, owner=self)

    def edit(self, values: Mapping[str, Any]) -> None:
        """What stands in the sheet: fields of ``NumberingRules``. What is wrong is said at once."""
        try:
            draft = NumberingRules.model_validate(values)
        except ValidationError:
            self.change(problem=self._t("prefix_wrong"), told="")
            return
        problem = ""
        try:
            refuse_shared(draft.domain().heads(self._series(draft)))
        except HallError as error:
            problem = error_text(error.code, self._language, **error.params)
        self.change(draft=draft, samples=self._samples(draft), problem=problem, told="")

    def save(self, begins: str) -> None:
        """``now`` or ``tomorrow``."""
        found = self.state.found
        if self.state.busy or found is None or self.state.problem:
            return
        wanted = NumberingChange.model_validate({"version": found.version, "begins": begins, "rules": self.state.draft})
        self.change(busy=True, problem="", told="")
        run_in_background(lambda: self._client.set_numbering(wanted), self._saved, self._refused, owner=self)

    def _known(self, found: NumberingState) -> None:
        draft = found.later or found.now
        named = {one.series for one in draft.series}
        # Every series of the hall has its row, whether it differs or not.
        self.change(
            loaded=True, busy=False, revision=self.state.revision + 1, found=found, draft=draft,
            samples=self._samples(draft, sorted({*found.series, *named})),
        )  # fmt: skip

    def _saved(self, found: NumberingState) -> None:
        self._known(found)
        key = "saved_later" if found.later else "saved"
        self.change(told=self._t(key, day=found.from_day.isoformat() if found.from_day else ""))

    def _refused(self, error: HallError) -> None:
        self.change(busy=False, problem=sorry(error, self._language, acted=True))

    def _series(self, draft: NumberingRules) -> list[str]:
        found = self.state.found.series if self.state.found else []
        return sorted({*found, *(one.series for one in draft.series)})

    def _samples(self, draft: NumberingRules, series: list[str] | None = None) -> tuple[tuple[str, Sample], ...]:
        formats, made = draft.domain(), []
        for one in self._series(draft) if series is None else series:
            count = formats.of(one).start + SAMPLE - 1
            walk_in = formats.of(one).label(one, count)
            said = spoken_number(walk_in, SpokenLanguage.MANDARIN, self._speech)
            made.append((one, Sample(walk_in, formats.of(one).label(one, count, booked=True), said)))
        return tuple(made)

    def _speech(self, key: str, /, **params: object) -> str:
        return text(f"speech.mandarin.{key}", "zh-CN", **params)

    def _t(self, key: str, **params: object) -> str:
        return text(f"numbering.{key}", self._language, **params)
