"""The checklists of services: which there are, the one that is edited, copying another, Excel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from PySide6.QtCore import QObject, Signal, Slot

from admin_app.editing.drafts import Drafts, Fields
from admin_app.editing.editor import EditorPresenter, Retiring
from admin_app.files import read_file, write_file
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.i18n import text
from shared.schemas.access import Me
from shared.schemas.booking import MOST_LINES, ChecklistRead, MaterialEdit, Materials
from shared.schemas.hall import Service
from shared.ui.background import run_in_background

CHANGE = "catalogue.services:change"
FAULTS_SHOWN = 6
Line = dict[str, Any]
Services = Callable[[], Sequence[Service]]


def new_line() -> Line:
    """What a line is before anything is typed; JSON as in the drafts."""
    return MaterialEdit(name="-").model_dump(mode="json") | {"name": ""}


class ChecklistsPresenter(EditorPresenter[Materials]):
    """Selected is the id of a service; its one field, ``lines``, holds the list as JSON of ``MaterialEdit``.

    ``reading`` tells that a file is being read or written.
    """

    prefix = "materials:"
    words = "materials.console"
    told = Signal(str)

    def __init__(
        self, client: HallClient, drafts: Drafts, language: str, services: Services, parent: QObject | None = None
    ) -> None:
        super().__init__(client, drafts, language, parent)
        self._services = services
        self._me: Me | None = None

    @Slot(object)
    def set_me(self, me: Me) -> None:
        self._me = me
        self.state_changed.emit()

    def service(self, selected: str = "") -> Service | None:
        """The service of a list; the selected one's without ``selected``."""
        wanted = selected or self.state.selected
        return next((one for one in self._services() if str(one.id) == wanted), None)

    def listed(self) -> list[tuple[Service, Materials]]:
        """The services that can have a list, with it, in the order of their tree."""
        found = {item.service_id: item for item in self.state.items}
        return [(one, found[one.id]) for one in self._services() if one.id in found and not one.retired]

    @property
    def lines(self) -> list[Line]:
        """As they stand in the form."""
        return list(self.state.fields.get("lines", ()))

    def locked(self) -> str:
        service = self.service()
        may = service is not None and self._me is not None and self._me.may_in(CHANGE, service.department_id)
        return "" if may else self._t("locked")

    @Slot(str)
    def copy_from(self, other: str) -> None:
        """Add another service's documents at the end, those that are here already left out."""
        found = self.item(other)
        if found is None or self.locked() or self.state.saving:
            return
        here = {line["name"] for line in self.lines}
        added = [_fresh(line) for line in found.items if line.name not in here]
        if len(self.lines) + len(added) > MOST_LINES:
            self.change(refusal=self._t("full", n=MOST_LINES))
            return
        name = self._title(found)
        self.edit({"lines": [*self.lines, *added]})
        self._refill()
        self.told.emit(self._t("copied", n=len(added), name=name) if added else self._t("nothing_new", name=name))

    def export(self, path: Path) -> None:
        """The list as it is saved."""
        selected, dirty = self.state.selected, self.state.dirty
        if not selected:
            return

        def done(_: object) -> None:
            words = self._t("exported", file=path.name)
            self.told.emit(f"{words} {self._t('export_saved_only')}" if dirty else words)

        run_in_background(
            lambda: write_file(path, self._client.export_materials(UUID(selected))), done, self._refused, owner=self
        )

    def read(self, path: Path) -> None:
        """What a workbook says becomes the draft; a fault anywhere leaves everything as it is."""
        selected = self.state.selected
        if not selected or self.locked() or self.state.saving:
            return

        def done(found: ChecklistRead) -> None:
            if self.state.selected == selected:
                self._take(found, path.name)

        run_in_background(lambda: self._client.read_materials(read_file(path)), done, self._refused, owner=self)

    def _take(self, found: ChecklistRead, file: str) -> None:
        if found.faults:
            said = [
                text(
                    "materials.fault.row", self._language, row=fault.row,
                    column=text(f"materials.column.{fault.column}", self._language),
                    fault=text(f"materials.fault.{fault.code}", self._language),
                )
                for fault in found.faults[:FAULTS_SHOWN]
            ]  # fmt: skip
            if len(found.faults) > FAULTS_SHOWN:
                said.append(text("materials.fault.more", self._language, n=len(found.faults) - FAULTS_SHOWN))
            self.change(refusal="\n".join([self._t("read_faults"), *said]))
            return
        # Who keeps a document's name keeps its line, and with it what was sent for it.
        ids = {line["name"]: line["id"] for line in self.lines}
        lines = [_fresh(line) | {"id": ids.pop(line.name, None)} for line in found.items]
        self.edit({"lines": lines})
        self._refill()
        self.told.emit(self._t("read_done", n=len(lines), file=file))

    def retiring(self) -> Retiring | None:
        """A list is not retired; it is emptied."""
        return None

    def title(self, item: Materials) -> str:
        return self._title(item)

    def _t(self, key: str, **params: object) -> str:
        return text(f"{self.words}.{key}", self._language, **params)

    def _fetch(self, with_retired: bool) -> list[Materials]:
        return self._client.checklists()

    def _key(self, item: Materials) -> str:
        return str(item.service_id)

    def _title(self, item: Materials) -> str:
        service = self.service(str(item.service_id))
        if service is None:
            return ""
        return service.name if self._language.startswith("zh") else service.name_en or service.name

    def _fields(self, item: Materials) -> Fields:
        return {"lines": [line.model_dump(mode="json") for line in item.items]}

    def _new_fields(self, selected: str) -> Fields:
        return {"lines": []}

    def _send(self, selected: str, fields: Fields, key: str) -> Materials:
        current = self.item(selected)
        try:
            wanted = [MaterialEdit.model_validate(line) for line in fields["lines"]]
        except ValidationError as error:
            raise HallError("invalid_request", fields=[{"field": "lines"}]) from error
        # The version that stands on the screen: what is sent was typed over it.
        return self._client.set_materials(UUID(selected), wanted, current.version if current is not None else "")

    def _set_retired(self, selected: str, retired: bool) -> Materials:
        raise HallError("service_unknown")


def _fresh(line: MaterialEdit) -> Line:
    # Read as an edit: of a list that stands, everything but whose line it was.
    return MaterialEdit.model_validate(line.model_dump() | {"id": None}).model_dump(mode="json")
