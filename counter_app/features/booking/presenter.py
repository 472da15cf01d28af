"""Papers sent in advance: those of the person in hand, looked at and judged.

A paper's content is in memory while it is looked at and nowhere else; it goes with the person it is of.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import Slot

from counter_app.desk import DeskModel
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.i18n import text
from shared.i18n.errors import error_text
from shared.schemas.booking import Appointment, Material, PaperSent, PaperVerdict
from shared.ui.background import Reads, run_in_background
from shared.ui.presenter import Presenter

KINDS = {"image/jpeg": "JPG", "image/png": "PNG", "application/pdf": "PDF"}


@dataclass(frozen=True)
class PaperLine:
    """One line of the checklist, or a paper for none of them; ``id`` is empty where nothing was sent.

    ``verdict``: accepted, refused, or empty.
    """

    id: str
    material: str
    hint: str
    sent: str
    media_type: str
    verdict: str
    note: str


@dataclass(frozen=True)
class PapersState:
    """``booked`` is empty while nobody is in hand who booked. ``opened``: the paper whose content is there;
    ``opening``: the one that is being fetched. ``trouble`` says what went wrong last."""

    number: str = ""
    booked: str = ""
    summary: str = ""
    lines: tuple[PaperLine, ...] = ()
    is_open: bool = False
    opened: str = ""
    opening: str = ""
    is_busy: bool = False
    trouble: str = ""


class PapersPresenter(Presenter[PapersState]):
    """Follows the desk: whoever comes into the hand, and whoever goes."""

    def __init__(self, model: DeskModel, *, language: str = "zh-CN") -> None:
        super().__init__(PapersState())
        self._model, self._language = model, language
        self._of: tuple[UUID, UUID] | None = None
        self._checklist: list[Material] = []
        self._reads = Reads()
        self.content = b""
        model.changed.connect(self._follow)

    def _t(self, key: str, **params: object) -> str:
        return text(f"counter.papers.{key}", self._language, **params)

    # Whose papers

    def _follow(self) -> None:
        ticket = self._model.ticket
        now = (ticket.id, ticket.appointment_id) if ticket is not None and ticket.appointment_id is not None else None
        if now == self._of:
            return
        self._of, self.content, self._checklist = now, b"", []
        self.set_state(PapersState(number=ticket.number if now and ticket else ""))
        if now is not None:
            self._load()

    def _load(self) -> None:
        of, client = self._of, self._model.client
        if of is None:
            return

        def ended(found: tuple[Appointment, list[Material], list[PaperSent]]) -> None:
            if self._of == of:
                self._on_loaded(*found)

        def away(error: HallError) -> None:
            if self._of == of:
                # Whether they booked is known; what they sent is read again when somebody looks.
                self.change(booked=self._t("booked"), summary=self._error(error), is_busy=False)

        run_in_background(lambda: _read(client, of[1]), ended, away, owner=self, reads=self._reads)

    def _on_loaded(self, made: Appointment, checklist: list[Material], sent: list[PaperSent]) -> None:
        self._checklist = checklist
        self._show(sent, booked=self._t("booked_at", start=made.start, end=made.end))

    def _show(self, sent: list[PaperSent], **changes: object) -> None:
        lines = [line for one in self._checklist for line in self._lines_of(one, sent)]
        known = {one.id for one in self._checklist}
        lines += [self._line(one, "", "") for one in sent if one.material_id not in known]
        pending = sum(not one.verdict for one in sent)
        key = "none" if not sent else "pending" if pending else "judged"
        summary = self._t(key, sent=len(sent), n=pending)
        self.change(lines=tuple(lines), summary=summary, is_busy=False, **changes)

    def _lines_of(self, material: Material, sent: list[PaperSent]) -> list[PaperLine]:
        english = self._language == "en"
        name = material.name_en or material.name if english else material.name
        note = material.note_en or material.note if english else material.note
        need = self._t("needed" if material.required else "optional")
        hint = "  ".join(part for part in (need, note) if part)
        found = [self._line(one, name, hint) for one in sent if one.material_id == material.id]
        return found or [PaperLine("", name, hint, self._t("not_sent"), "", "", "")]

    def _line(self, paper: PaperSent, name: str, hint: str) -> PaperLine:
        size = f"{paper.size / 1024**2:.1f} MB" if paper.size >= 1024**2 else f"{max(1, paper.size // 1024)} KB"
        english = self._language == "en"
        known = name or (paper.material_name_en if english else "") or paper.material_name or self._t("other")
        sent = self._t(paper.verdict or "sent", kind=KINDS[paper.media_type], size=size)
        return PaperLine(str(paper.id), known, hint, sent, paper.media_type, paper.verdict, paper.verdict_note)

    # Looking

    @Slot()
    def open_window(self) -> None:
        """The window with all papers, the first that is to be judged opened."""
        if self._of is None:
            return
        self.change(is_open=True, trouble="")
        if not self.state.lines:
            self._load()
        sent = [line for line in self.state.lines if line.id]
        first = next((line for line in sent if not line.verdict), sent[0] if sent else None)
        if first is not None:
            self.look(first.id)

    @Slot()
    def close_window(self) -> None:
        """Nothing of a paper is kept."""
        self.content = b""
        self.change(is_open=False, opened="", opening="", trouble="")

    @Slot(str)
    def look(self, paper_id: str) -> None:
        """Fetch one paper; that it was looked at is in the audit trail."""
        of, client = self._of, self._model.client
        if of is None or not paper_id or paper_id in (self.state.opening, self.state.opened):
            return
        self.content = b""
        self.change(opened="", opening=paper_id, trouble="")

        def wanted() -> bool:
            return self._of == of and self.state.is_open and self.state.opening == paper_id

        def ended(content: bytes) -> None:
            if wanted():
                self.content = content
                self.change(opened=paper_id, opening="")

        def away(error: HallError) -> None:
            if wanted():
                self.change(opening="", trouble=self._error(error))

        run_in_background(lambda: client.paper(of[1], UUID(paper_id)), ended, away, owner=self)

    @Slot()
    def put_away(self) -> None:
        """No paper is looked at."""
        self.content = b""
        self.change(opened="", opening="", trouble="")

    @Slot(str, bool, str)
    def judge(self, paper_id: str, accepted: bool, note: str) -> None:
        """Accept a paper, or refuse it and say why: its sender reads that on the phone."""
        of, client, said = self._of, self._model.client, note.strip()
        if of is None or not paper_id or self.state.is_busy or (not accepted and not said):
            return
        verdict = PaperVerdict(verdict="accepted" if accepted else "refused", note=said)
        # What is read already does not know of it, and its answer brings all papers.
        self._reads.outdate()
        self.change(is_busy=True, trouble="")

        def ended(sent: list[PaperSent]) -> None:
            if self._of == of:
                self._show(sent)

        def away(error: HallError) -> None:
            if self._of == of:
                self.change(is_busy=False, trouble=self._error(error))

        run_in_background(lambda: client.judge_paper(of[1], UUID(paper_id), verdict), ended, away, owner=self)

    def _error(self, error: HallError) -> str:
        return error_text(error.code, self._language, **error.params)


def _read(client: HallClient, appointment_id: UUID) -> tuple[Appointment, list[Material], list[PaperSent]]:
    made = client.appointment(appointment_id)
    return made, client.materials(made.service_id), client.papers_sent(appointment_id)
