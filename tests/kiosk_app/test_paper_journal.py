"""The ledger of papers survives a kill and tells the server the truth."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from kiosk_app.features.queueing.paper_journal import PaperJournal


def test_a_paper_is_remembered_until_the_server_has_it(tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl"
    journal, ticket, copy = PaperJournal(path), uuid4(), uuid4()
    journal.begin(ticket, copy)
    assert journal.pending() == []
    journal.settle(ticket, copy, "not_printed", "paper_out")
    (line,) = PaperJournal(path).pending()
    assert (line.ticket_id, line.record.copy_id) == (ticket, copy)
    assert (line.record.outcome, line.record.code) == ("not_printed", "paper_out")
    journal.told(line)
    assert PaperJournal(path).pending() == []


def test_a_kill_while_printing_leaves_an_unknown_paper(tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl"
    PaperJournal(path).begin(uuid4(), uuid4())
    (line,) = PaperJournal(path).pending()
    assert (line.record.outcome, line.record.code) == ("unknown", "kiosk_stopped")


def test_better_knowledge_is_not_forgotten_by_an_old_answer(tmp_path: Path) -> None:
    journal, ticket, copy = PaperJournal(tmp_path / "papers.jsonl"), uuid4(), uuid4()
    journal.settle(ticket, copy, "unknown", "print_unknown")
    (old,) = journal.pending()
    journal.settle(ticket, copy, "printed", "")
    journal.told(old)
    assert [line.record.outcome for line in journal.pending()] == ["printed"]


def test_damaged_lines_are_left_out_and_the_rest_kept(tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl"
    PaperJournal(path).settle(uuid4(), uuid4(), "printed", "")
    path.write_text("{half a line\n" + path.read_text() + "[]\n")
    assert len(PaperJournal(path).pending()) == 1


def test_a_full_disk_does_not_stop_the_printer(tmp_path: Path) -> None:
    journal = PaperJournal(tmp_path / "no such folder" / "papers.jsonl")
    journal.begin(uuid4(), copy := uuid4())
    journal.settle(uuid4(), copy, "printed", "")
    assert len(journal.pending()) == 1
