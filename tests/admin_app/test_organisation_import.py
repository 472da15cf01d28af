"""The organisation as an Excel file: out, tried, brought in; and every way in which a file can be wrong."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from PySide6.QtWidgets import QPushButton

from admin_app.features.organisation.exchange import LARGEST, ExchangePresenter, read_file
from shared.domain.errors import HallError
from shared.schemas.organisation import UnitCreate
from shared.ui.widgets import SearchableTable
from tests.admin_app.conftest import Open
from tests.admin_app.stage import Console
from tests.fakes.hall import RunningHall
from tests.fakes.proxy import Proxy


@pytest.fixture
def exchange(console: Console) -> Iterator[ExchangePresenter]:
    """The window for bringing in, open."""
    console.app.frame.open("organisation", "")
    console.wait(lambda: console.there("organisation_import"))
    console.click("organisation_import")
    console.wait(lambda: console.there("import_dialog"))
    yield console.app.organisation.exchange
    console.click("import_close")
    console.wait(lambda: not console.there("import_dialog"))


def exported(hall: RunningHall) -> Any:
    return load_workbook(io.BytesIO(hall.client("admin").export_organisation()))


def saved(book: Any, folder: Path) -> Path:
    path = folder / "organisation.xlsx"
    book.save(path)
    return path


def names(hall: RunningHall) -> set[str]:
    return {unit.name for unit in hall.client("admin").units()}


def test_wrong_rows_are_told_with_what_to_do_and_nothing_is_brought_in(
    console: Console, exchange: ExchangePresenter, shared_hall: RunningHall, tmp_path: Path
) -> None:
    book = exported(shared_hall)
    units, people = book.worksheets
    root = units.cell(2, 3).value
    units.append([None, root, "Never there"])
    units.append([None, "Nowhere", "Lost"])
    people.append(["X1", "Somebody", None, root, "call me"])
    lost, wrong = units.max_row, people.max_row
    exchange.try_file(saved(book, tmp_path))
    assert console.there("import_busy")
    console.wait(lambda: exchange.state.step == "tried")
    assert not console.find(QPushButton, "import_apply").isEnabled()
    shown = console.find(SearchableTable, "import_rows").shown_rows()
    assert [(row["sheet"], row["row"], row["outcome"]) for row in shown] == [
        ("机构", lost, "wrong"), ("人员", wrong, "wrong"),
    ]  # fmt: skip
    assert "Nowhere" in shown[0]["what"] and "电话" in shown[1]["what"]
    assert console.text("import_detail") == shown[0]["what"]
    assert dict(exchange.state.counts)["new"] == 1
    console.click("import_filter_all")
    assert len(console.find(SearchableTable, "import_rows").shown_rows()) == lost + wrong - 2
    console.click("import_filter_new")
    assert [row["name"] for row in exchange.state.rows] == ["Never there"]
    assert "Never there" not in names(shared_hall)


def test_what_was_tried_is_brought_in_though_the_file_has_gone(
    console: Console, exchange: ExchangePresenter, shared_hall: RunningHall, tmp_path: Path
) -> None:
    book = exported(shared_hall)
    units, people = book.worksheets
    root = units.cell(2, 3).value
    units.append([None, root, "Brought in"])
    people.append(["X2", "New Person", "Head", f"{root} / Brought in"])
    people.cell(2, 3).value = "Changed title"
    path = saved(book, tmp_path)
    exchange.try_file(path)
    console.wait(lambda: exchange.state.step == "tried")
    assert "Brought in" not in names(shared_hall), "a try changes nothing"
    counts = dict(exchange.state.counts)
    assert (counts["new"], counts["changed"], counts["wrong"]) == (2, 1, 0)
    changed = next(row for row in exchange.state.rows if row["outcome"] == "changed")
    assert changed["what"] == "职务", "what would change is named"
    path.unlink()
    console.click("import_apply")
    console.wait(lambda: exchange.state.step == "done")
    assert console.there("import_told")
    assert not console.there("import_apply")
    assert "Brought in" in names(shared_hall)
    assert shared_hall.client("admin").people(query="X2").items[0].title == "Head"
    console.wait(lambda: any(node.words == "Brought in" for node in console.app.organisation.state.nodes))


def test_what_has_changed_since_it_was_tried_keeps_it_out_and_is_told(
    console: Console, exchange: ExchangePresenter, shared_hall: RunningHall, tmp_path: Path
) -> None:
    book = exported(shared_hall)
    root = book.worksheets[0].cell(2, 3).value
    book.worksheets[0].append([None, root, "Raced"])
    exchange.try_file(saved(book, tmp_path))
    console.wait(lambda: exchange.state.step == "tried" and exchange.state.may_import)
    colleague = shared_hall.client("admin", "colleague")
    colleague.add_unit(UnitCreate(parent_id=colleague.units()[0].id, name="Raced"))
    console.click("import_apply")
    console.wait(lambda: exchange.state.problem != "")
    assert exchange.state.outcome == "wrong"
    assert "Raced" in exchange.state.rows[0]["what"]
    assert not exchange.state.may_import


def test_a_file_with_nothing_new_says_so(
    console: Console, exchange: ExchangePresenter, shared_hall: RunningHall, tmp_path: Path
) -> None:
    exchange.try_file(saved(exported(shared_hall), tmp_path))
    console.wait(lambda: exchange.state.step == "tried")
    assert not console.find(QPushButton, "import_apply").isEnabled()
    counts = dict(exchange.state.counts)
    assert counts["same"] == counts["all"] > 10


def test_a_lost_answer_is_asked_for_again_and_it_is_brought_in_once(
    open_console: Open, cable: Proxy, shared_hall: RunningHall, tmp_path: Path
) -> None:
    console = open_console(shared_hall, cable.url)
    exchange = console.app.organisation.exchange
    book = exported(shared_hall)
    book.worksheets[0].append([None, book.worksheets[0].cell(2, 3).value, "Once, from Excel"])
    exchange.try_file(saved(book, tmp_path))
    console.wait(lambda: exchange.state.may_import)
    # The server brings it in, and the line breaks before it can say so.
    cable.watch = lambda data: b"dry_run=false" in data
    exchange.apply()
    console.wait(lambda: exchange.state.problem != "")
    cable.watch = lambda data: False
    exchange.apply()
    console.wait(lambda: exchange.state.step == "done")
    found = [unit.name for unit in shared_hall.client("admin").units()]
    assert found.count("Once, from Excel") == 1


def refusal(path: Path) -> str:
    with pytest.raises(HallError) as caught:
        read_file(path)
    return caught.value.code


def test_a_file_that_can_not_be_read_says_why(console: Console, exchange: ExchangePresenter, tmp_path: Path) -> None:
    assert refusal(tmp_path / "gone.xlsx") == "import_file_gone"
    # What can't be opened, whoever runs the test.
    assert refusal(tmp_path) == "import_file_locked"
    old = tmp_path / "old.xls"
    old.write_bytes(b"\xd0\xcf\x11\xe0 an old workbook")
    assert refusal(old) == "import_file_wrong"
    large = tmp_path / "large.xlsx"
    with large.open("wb") as file:
        os.truncate(file.fileno(), LARGEST + 1)
    assert refusal(large) == "import_file_large"
    for path in (tmp_path / "gone.xlsx", old, large):
        exchange.try_file(path)
        console.wait(lambda: console.there("import_problem"))
        assert path.name in console.text("import_problem_words")
        assert not console.there("import_rows")
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04 not really")
    exchange.try_file(broken)
    console.wait(lambda: "Excel" in exchange.state.problem and not exchange.state.busy)


def test_the_organisation_is_exported_whole_or_not_at_all(
    console: Console, shared_hall: RunningHall, tmp_path: Path
) -> None:
    console.app.frame.open("organisation", "")
    exchange = console.app.organisation.exchange
    path = tmp_path / "out.xlsx"
    exchange.export(path)
    assert console.there("organisation_busy")
    assert not console.find(QPushButton, "organisation_export").isEnabled()
    console.wait(lambda: console.there("organisation_told"))
    book = load_workbook(path)
    assert book.worksheets[0].max_row == len(shared_hall.client("admin").units(retired=True)) + 1
    assert os.listdir(tmp_path) == ["out.xlsx"], "nothing half written is left"
    exchange.export(tmp_path / "no such folder" / "out.xlsx")
    console.wait(lambda: exchange.state.problem != "")
    assert "no such folder" in console.text("organisation_told_words")
    exchange.forget()
