"""The ticket on paper: its layout, and the stand-in that reads the printer's bytes."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest
import zxingcpp
from escpos.printer import Dummy
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from shared.devices.printer.escpos_parser import EscposParser, paper_pictures
from shared.devices.printer.escpos_text import EscposBytes, columns, encode, fill, wrap
from shared.devices.printer.escpos_ticket import PAPERS, render
from shared.devices.printer.paper import PaperPainter, PrintedPaper
from shared.schemas.ticket_document import TicketDocument

LONG = "企业职工基本养老保险关系跨省转移接续申请（含机关事业单位工作人员）"


def _paper(document: TicketDocument, paper: str = "80mm") -> PrintedPaper:
    (printed,) = paper_pictures(render(document, PAPERS[paper]), PAPERS[paper].dots)
    return printed


@pytest.mark.parametrize("paper", ["80mm", "58mm"])
def test_the_code_on_the_picture_can_be_read(ticket: TicketDocument, paper: str) -> None:
    printed = _paper(ticket, paper)
    assert printed.complete
    assert printed.qr == [ticket.qr]
    (code,) = zxingcpp.read_barcodes(printed.picture)
    assert code.text == ticket.qr


@pytest.mark.parametrize("paper", ["80mm", "58mm"])
def test_the_number_is_by_far_the_largest(ticket: TicketDocument, paper: str) -> None:
    data = render(ticket, PAPERS[paper])
    place = data.index(b"A017")
    assert data[:place].rfind(b"\x1d!\x55") > data[:place].rfind(b"\x1d!\x11")


def test_chinese_goes_out_raw_after_fs(ticket: TicketDocument) -> None:
    data = render(ticket, PAPERS["80mm"])
    assert data.index(b"\x1c&") < data.index(ticket.item.encode("gb18030"))


@pytest.mark.parametrize("paper", ["80mm", "58mm"])
def test_a_long_name_wraps_whole(ticket: TicketDocument, paper: str) -> None:
    printed = _paper(ticket.model_copy(update={"item": LONG}), paper)
    assert LONG in "".join(printed.lines)
    assert all(columns(line) <= PAPERS[paper].columns for line in printed.lines)


def test_english(ticket: TicketDocument) -> None:
    words = {"language": "en", "hall_name": "Binjiang Service Centre", "item": "Business licence"}
    printed = _paper(ticket.model_copy(update=words))
    assert "Your number" in printed.text
    assert "about 15-25 min" in printed.text
    assert "23 Nov 2026" in printed.text


def test_nobody_ahead_and_a_copy(ticket: TicketDocument) -> None:
    words = {"people_ahead": 0, "wait_minutes": 0, "wait_minutes_high": None, "reprint": True}
    printed = _paper(ticket.model_copy(update=words))
    assert "没有人，请留意叫号" in printed.text
    assert "很快" in printed.text
    assert "补打" in printed.text


def test_a_ticket_with_the_least(ticket: TicketDocument) -> None:
    least = TicketDocument(hall_name="厅", number="1", item="事", issued_at=ticket.issued_at)
    printed = _paper(least)
    assert printed.qr == []
    assert "窗口" not in printed.text
    assert "前面等候" not in printed.text


def test_without_fs_chinese_is_garbage() -> None:
    (printed,) = paper_pictures(b"\x1b@" + encode("号码") + b"\n\x1dV\x00")
    assert "号码" not in printed.text


def test_a_raster_picture_is_drawn() -> None:
    printer = Dummy()
    printer.image(Image.new("1", (64, 40), 0))
    printer.cut()
    (printed,) = paper_pictures(printer.output)
    assert printed.picture.convert("L").crop((70, 95, 110, 120)).histogram()[60:] == [0] * 196


def test_sizes_alignment_and_bold_of_python_escpos() -> None:
    printer = Dummy()
    printer.set(align="center", bold=True, double_width=True, double_height=True)
    printer.text("BIG\n")
    printer.set(align="right", normal_textsize=True)
    printer.text("small\n")
    printer.cut()
    (printed,) = paper_pictures(printer.output)
    assert printed.lines[:2] == ["BIG", "small"]


def test_bytes_in_any_pieces_give_the_same_paper(ticket: TicketDocument) -> None:
    data = render(ticket, PAPERS["80mm"])
    papers: list[PrintedPaper] = []
    parser = EscposParser(PaperPainter(576), papers.append)
    for byte in data:
        parser.feed(bytes((byte,)))
    assert parser.waiting == 0
    assert papers[0].picture.tobytes() == _paper(ticket).picture.tobytes()


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_break_the_stand_in(data: bytes) -> None:
    parser = EscposParser(PaperPainter(384), lambda _: None)
    parser.feed(data)
    assert parser.waiting <= len(data)


@given(st.text("号码A017 licence，。-", max_size=60), st.integers(4, 48))
def test_wrapping_keeps_every_character_and_the_width(words: str, width: int) -> None:
    lines = wrap(words, width)
    assert "".join(lines).replace(" ", "") == words.replace(" ", "")
    assert all(columns(line) <= width for line in lines)


def test_parts_are_not_broken() -> None:
    assert fill(["1 号窗口、", "2 号窗口、", "15 号综合窗口"], 22) == ["1 号窗口、2 号窗口、", "15 号综合窗口"]


def test_text_is_encoded_for_chinese_printers() -> None:
    assert EscposBytes().line("号").bytes().endswith(b"\xba\xc5\n")


def test_the_stand_in_runs_alone(tmp_path: Path, ticket: TicketDocument) -> None:
    command = [sys.executable, "-m", "shared.devices.printer.stand_in", "--port", "0", "--out", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            port = int(process.stdout.readline().rpartition(":")[2])
            with socket.create_connection(("127.0.0.1", port)) as line:
                line.sendall(render(ticket, PAPERS["80mm"]))
            file = Path(process.stdout.readline().strip())
            assert zxingcpp.read_barcodes(Image.open(file))[0].text == ticket.qr
        finally:
            process.terminate()
