"""The keys the hall signs with: which signs, which is next, which still counts; and the change to the next one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo

from PySide6.QtCore import QObject, Slot

from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.i18n import text
from shared.i18n.errors import error_text
from shared.schemas.sign_on import SigningKey
from shared.ui.background import run_in_background
from shared.ui.presenter import Presenter

ORDER = {"current": 0, "next": 1, "past": 2}


@dataclass(frozen=True)
class KeyLine:
    """``state``: current, next, past; ``made`` and ``since`` (when it came into this state) in the hall's time."""

    id: str
    state: str
    made: str
    since: str


@dataclass(frozen=True)
class KeysState:
    loaded: bool = False
    busy: bool = False
    keys: tuple[KeyLine, ...] = ()
    problem: str = ""
    told: str = ""
    may_change: bool = False


class KeysPresenter(Presenter[KeysState]):
    def __init__(self, client: HallClient, language: str, parent: QObject | None = None) -> None:
        super().__init__(KeysState(), parent)
        self._client = client
        self._language = language
        self._loading = self._again = False
        self.zone: tzinfo | None = None

    @Slot()
    def load(self) -> None:
        """Ask for the keys; a change that comes while the answer is on its way makes it ask once more."""
        if self._loading:
            self._again = True
            return
        self._loading = True
        run_in_background(self._client.signing_keys, self._known, self._not_known, owner=self)

    @Slot()
    def rotate(self) -> None:
        """The next key signs from now on; the one before stays published for a while."""
        if not self.state.busy:
            self.change(busy=True, problem="", told="")
            run_in_background(self._client.rotate_signing_keys, self._rotated, self._refused, owner=self)

    def _rotated(self, _: None) -> None:
        self.change(busy=False, told=text("registry.keys.rotated", self._language))
        self.load()

    def _known(self, keys: list[SigningKey]) -> None:
        self._loading = False
        found = sorted(keys, key=lambda key: (ORDER.get(key.state, len(ORDER)), -key.changed_at.timestamp()))
        self.change(
            loaded=True, problem="",
            keys=tuple(
                KeyLine(
                    key.id, key.state, f"{key.made_at.astimezone(self.zone):%Y-%m-%d %H:%M}",
                    f"{key.changed_at.astimezone(self.zone):%Y-%m-%d %H:%M}",
                )
                for key in found
            ),
        )  # fmt: skip

        if self._again:
            self._again = False
            self.load()

    def _not_known(self, error: HallError) -> None:
        self._loading = self._again = False
        self.change(problem=error_text(error.code, self._language, **error.params))

    def _refused(self, error: HallError) -> None:
        self.change(busy=False, problem=error_text(error.code, self._language, **error.params))
