"""Editing one item of a list: draft, save, refusal, retire. Services, counters, units, people are edited alike."""

from __future__ import annotations

import uuid
from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from admin_app.editing.drafts import Drafts, Fields
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.i18n import text
from shared.i18n.errors import error_text
from shared.ui.background import Reads, run_in_background
from shared.ui.presenter import Presenter

SAVE_DRAFT_MS, RELOAD_MS = 400, 250
NEW = "new"

Item = TypeVar("Item")


@dataclass(frozen=True)
class Retiring:
    """What retiring an item would touch, in words."""

    title: str
    facts: tuple[str, ...]


@dataclass(frozen=True)
class EditorState(Generic[Item]):
    """``revision`` grows when the form has to be filled anew; ``fields`` are the item's with the draft's over them."""

    loaded: bool = False
    items: tuple[Item, ...] = ()
    with_retired: bool = False
    selected: str = ""
    revision: int = 0
    fields: Mapping[str, Any] = field(default_factory=dict)
    drafted: frozenset[str] = frozenset()
    saving: bool = False
    refusal: str = ""
    refused_field: str = ""
    conflict: str = ""
    problem: str = ""

    @property
    def dirty(self) -> bool:
        return self.selected in self.drafted

    @property
    def is_new(self) -> bool:
        return self.selected.startswith(NEW)


class EditorPresenter(Presenter[EditorState[Item]], Generic[Item]):
    """``saved(str)`` carries the words for a toast; ``retire_asked(Retiring)`` wants a person's yes."""

    saved = Signal(str)
    retire_asked = Signal(object)
    prefix = ""
    # The names of the fields are ``<words>.field_<name>``.
    words = "admin.catalogue"
    # refusal code → the field it speaks about
    field_of: ClassVar[Mapping[str, str]] = {}

    def __init__(self, client: HallClient, drafts: Drafts, language: str, parent: QObject | None = None) -> None:
        super().__init__(EditorState(drafted=self._own(drafts)), parent)
        self._client = client
        self._drafts = drafts
        self._language = language
        self._keys: dict[str, str] = {}
        # Of thousands one is looked up with each key that is typed.
        self._indexed: tuple[tuple[Item, ...], dict[str, Item]] = ((), {})
        self._loading = self._again = False
        self._reads = Reads()
        self._store = self._timer(SAVE_DRAFT_MS, drafts.save)
        self._reload = self._timer(RELOAD_MS, self.load)

    def _timer(self, interval: int, what: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(interval)
        timer.timeout.connect(what)
        return timer

    # What each kind of item does differently

    @abstractmethod
    def _fetch(self, with_retired: bool) -> list[Item]: ...

    @abstractmethod
    def _key(self, item: Item) -> str: ...

    @abstractmethod
    def _fields(self, item: Item) -> Fields: ...

    @abstractmethod
    def _new_fields(self, selected: str) -> Fields: ...

    @abstractmethod
    def _send(self, selected: str, fields: Fields, key: str) -> Item: ...

    @abstractmethod
    def _set_retired(self, selected: str, retired: bool) -> Item: ...

    @abstractmethod
    def _title(self, item: Item) -> str: ...

    @abstractmethod
    def retiring(self) -> Retiring | None:
        """What retiring the selected item would touch."""

    def locked(self) -> str:
        """Why the caller may only look at the selected item; empty when they may change it."""
        return ""

    def fixed(self) -> str:
        """Why it can be changed but neither retired nor brought back; empty when it can."""
        return ""

    # What a person can do

    def item(self, key: str) -> Item | None:
        items = self.state.items
        if self._indexed[0] is not items:
            self._indexed = items, {self._key(item): item for item in items}
        return self._indexed[1].get(key)

    @property
    def current(self) -> Item | None:
        return self.item(self.state.selected)

    @Slot()
    def load(self) -> None:
        """Ask for the list; a change that comes while it is on its way makes it ask once more."""
        if self._loading:
            self._again = True
            return
        self._loading = True
        with_retired = self.state.with_retired
        run_in_background(
            lambda: self._fetch(with_retired), self._loaded, self._not_loaded, owner=self, reads=self._reads
        )

    def draft_name(self, selected: str) -> str:
        """What a new item that is not sent yet is called so far."""
        fields = self._drafts.fields(self._draft(selected))
        return str(fields.get("label") or fields.get("name") or "")

    def reload_soon(self) -> None:
        if not self._reload.isActive():
            self._reload.start()

    @Slot(bool)
    def show_retired(self, shown: bool) -> None:
        self.change(with_retired=shown)
        self.load()

    @Slot(str)
    def select(self, selected: str) -> None:
        """Another item; what was typed into the one before stays as its draft."""
        if selected != self.state.selected:
            self.change(selected=selected, refusal="", refused_field="", conflict="")
            self._refill()

    @Slot(object)
    def edit(self, fields: Fields) -> None:
        """What stands in the form now."""
        selected = self.state.selected
        if not selected or self.state.saving:
            return
        self._keys.pop(selected, None)
        self._drafts.put(self._draft(selected), {**self.state.fields, **fields}, self._base(selected))
        self._store.start()
        self.change(
            fields={**self.state.fields, **fields}, drafted=self._own(self._drafts), refusal="", refused_field=""
        )

    @Slot()
    def revert(self) -> None:
        """Back to what the server has."""
        selected = self.state.selected
        self._forget(selected)
        if selected.startswith(NEW):
            self.change(selected="")
        self.change(refusal="", refused_field="", conflict="")
        self._refill()

    @Slot()
    def save(self) -> None:
        """Send what was changed; once, however often the button is pressed."""
        selected, state = self.state.selected, self.state
        if state.saving or not selected or not (state.dirty or state.is_new):
            return
        changed = dict(state.fields) if state.is_new else self._drafts.fields(self._draft(selected))
        # Repeating after a lost answer must not make a second one.
        key = self._keys.setdefault(selected, uuid.uuid4().hex)
        self.change(saving=True, refusal="", refused_field="")

        def done(item: Item) -> None:
            self._saved(selected, item)

        run_in_background(lambda: self._send(selected, changed, key), done, self._refused, owner=self)

    @Slot()
    def ask_retire(self) -> None:
        """Look at the hall as it is now, then say what retiring would touch."""
        selected, with_retired = self.state.selected, self.state.with_retired
        if self.state.saving:
            return

        def looked(items: list[Item]) -> None:
            if self.state.saving:
                return  # it looked before what is being done now
            self._loaded(items)
            asked = self.retiring() if self.state.selected == selected else None
            if asked is not None:
                self.retire_asked.emit(asked)

        run_in_background(lambda: self._fetch(with_retired), looked, self._refused, owner=self)

    @Slot()
    def retire(self) -> None:
        """Take the selected item out of use; its history stays."""
        self._retire(True)

    @Slot()
    def restore(self) -> None:
        self._retire(False)

    @Slot()
    def discard_all(self) -> None:
        """Drop every draft of this list."""
        for key in self._own(self._drafts):
            self._drafts.drop(self._draft(key))
        self._store.start()
        self.revert()

    def flush(self) -> None:
        """Put the drafts on the disk now."""
        self._store.stop()
        self._drafts.save()

    # How it goes on

    def _retire(self, retired: bool) -> None:
        selected = self.state.selected
        if self.state.saving or self.item(selected) is None:
            return
        self.change(saving=True, refusal="", refused_field="")

        def done(item: Item) -> None:
            self.change(saving=False)
            self._forget(selected)
            self._replace(item)
            if retired and not self.state.with_retired and self.state.selected == selected:
                self.change(selected="")
            self._refill()
            self.saved.emit(self._words("retired" if retired else "restored", item))
            self._load_anew()

        run_in_background(lambda: self._set_retired(selected, retired), done, self._refused, owner=self)

    def _saved(self, selected: str, item: Item) -> None:
        self._forget(selected)
        self._replace(item)
        stays = self.state.selected == selected
        self.change(saving=False, conflict="", **({"selected": self._key(item)} if stays else {}))
        self._refill()
        self.saved.emit(self._words("saved", item))
        self._load_anew()

    def _load_anew(self) -> None:
        """A list that was asked for before does not know what has been done."""
        self._reads.outdate()
        self._loading = self._again = False
        self.load()

    def _refused(self, error: HallError) -> None:
        words = self._sorry(error)
        field_name = self.field_of.get(error.code, "")
        if error.code == "invalid_request":
            faults = error.params.get("fields")
            names = [str(fault.get("field", "")) for fault in faults] if isinstance(faults, list) else []
            field_name = next((name for name in names if name in self.state.fields), "")
        self.change(saving=False, refusal=words, refused_field=field_name)
        if error.code == "changed_meanwhile":
            # What was typed stays; what it is compared with is the newest.
            self.load()

    def _loaded(self, items: list[Item]) -> None:
        self._loading = False
        self.change(loaded=True, items=tuple(items), problem="")
        if self._again:
            self._again = False
            self.load()
        self._drop_done()
        # Only when a field looks different now: somebody may be typing.
        if not self.state.saving and self._shown(self.state.selected) != self.state.fields:
            self._refill()
        else:
            self._tell_conflict()

    def _drop_done(self) -> None:
        """A draft that says what the server has by now is none: its answer was lost, or a colleague did the same."""
        for key in self.state.drafted:
            item = self.item(key)
            if item is None or self.state.saving:
                continue
            now, drafted = self._fields(item), self._drafts.fields(self._draft(key))
            if all(now.get(name) == value for name, value in drafted.items()):
                self._forget(key)
                if key == self.state.selected:
                    self.change(refusal="", refused_field="")

    def _not_loaded(self, error: HallError) -> None:
        self._loading = self._again = False
        self.change(problem=self._sorry(error))

    def _sorry(self, error: HallError) -> str:
        if error.code == "server_unreachable":
            # The general words are for citizens, and here something else is safe.
            return text("admin.editing.unreachable", self._language)
        return error_text(error.code, self._language, **error.params)

    def _tell_conflict(self) -> None:
        """Somebody else changed the very fields that are being changed here: said as long as it is so."""
        selected, current = self.state.selected, self.current
        if current is None or not self.state.dirty:
            self.change(conflict="")
            return
        key, now = self._draft(selected), self._fields(current)
        drafted = self._drafts.fields(key)
        foreign = [name for name, old in self._drafts.base(key).items() if now.get(name) not in (old, drafted[name])]
        names = text("admin.editing.separator", self._language).join(
            text(f"{self.words}.field_{name}", self._language) for name in foreign
        )
        self.change(conflict=text("admin.editing.conflict", self._language, names=names) if foreign else "")

    def _shown(self, selected: str) -> Fields:
        return {**self._base(selected), **self._drafts.fields(self._draft(selected))} if selected else {}

    def _refill(self) -> None:
        shown = self._shown(self.state.selected)
        self.change(fields=shown, revision=self.state.revision + 1, drafted=self._own(self._drafts))
        self._tell_conflict()

    def _base(self, selected: str) -> Fields:
        if selected.startswith(NEW):
            return self._new_fields(selected)
        item = self.item(selected)
        return self._fields(item) if item is not None else {}

    def _replace(self, item: Item) -> None:
        key = self._key(item)
        items = [item if self._key(old) == key else old for old in self.state.items]
        if self.item(key) is None:
            items.append(item)
        self.change(items=tuple(items))

    def _forget(self, selected: str) -> None:
        self._keys.pop(selected, None)
        self._drafts.drop(self._draft(selected))
        self._store.start()
        self.change(drafted=self._own(self._drafts))

    def _words(self, what: str, item: Item) -> str:
        return text(f"admin.editing.{what}", self._language, name=self._title(item))

    def _draft(self, selected: str) -> str:
        return f"{self.prefix}{selected}"

    def _own(self, drafts: Drafts) -> frozenset[str]:
        return frozenset(key.removeprefix(self.prefix) for key in drafts.keys(self.prefix))
