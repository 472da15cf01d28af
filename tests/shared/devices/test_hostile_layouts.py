"""Layouts as somebody makes them who means no good, or knows no better: the paper is still of use."""

from __future__ import annotations

import itertools

import pytest
import zxingcpp

from shared.devices.printer.escpos_parser import paper_pictures
from shared.devices.printer.escpos_ticket import LONGEST_DOTS, PAPERS, Part, parts, render
from shared.devices.printer.samples import SAMPLES, sample
from shared.devices.printer.standard_layout import standard_layout
from shared.schemas.ticket_document import TicketDocument
from shared.schemas.ticket_layout import TicketLayout

NUMBER = {"kind": "field", "id": "number", "field": "number"}


def layout(*blocks: dict[str, object]) -> TicketLayout:
    return TicketLayout.model_validate({"blocks": [{"id": f"b{n}", **one} for n, one in enumerate(blocks)]})


def words(text: str, **more: object) -> dict[str, object]:
    return {"kind": "text", "texts": {"zh-CN": text}, **more}


def troubles(made: TicketLayout, document: TicketDocument, paper: str = "80mm") -> dict[str, str]:
    return {part.block_id: part.trouble for part in parts(document, PAPERS[paper], made) if part.trouble}


@pytest.mark.parametrize("paper", sorted(PAPERS))
@pytest.mark.parametrize("length", [40, 90, 260, 400])
def test_a_code_of_any_wanted_size_is_read_from_any_paper(ticket: TicketDocument, paper: str, length: int) -> None:
    """With lines and words as near as a layout can put them."""
    link = "http://hall.example/t/" + "x7-Q" * 100
    for size, align in itertools.product((15, 28, 48, 60), ("left", "centre")):
        made = layout(
            NUMBER, {"kind": "line", "thick": 12}, {"kind": "qr", "size_mm": size, "align": align},
            {"kind": "line", "thick": 12}, words("扫码", reverse=True),
        )  # fmt: skip
        document = ticket.model_copy(update={"layout": made.model_dump(mode="json"), "qr": link[:length]})
        (printed,) = paper_pictures(render(document, PAPERS[paper]), PAPERS[paper].dots)
        found = [one.text for one in zxingcpp.read_barcodes(printed.picture)]
        assert found == [link[:length]], (size, align)


@pytest.mark.parametrize("number", ["A017", "A0017", "社-00178", "综合-A00178"])
def test_the_number_stands_in_one_line_however_large_it_was_wanted(ticket: TicketDocument, number: str) -> None:
    """Bug: eight times as wide, A0017 was printed as A001 and below it 7."""
    made = layout({**NUMBER, "wide": 8, "high": 8})
    document = ticket.model_copy(update={"number": number, "layout": made.model_dump(mode="json")})
    for paper in PAPERS.values():
        (printed,) = paper_pictures(render(document, paper), paper.dots)
        assert [line for line in printed.lines if line] == [number]


def test_no_layout_prints_the_whole_roll(ticket: TicketDocument) -> None:
    """Bug: sixty long texts, eight times as large, were hundreds of metres of paper, and more than the console's
    memory."""
    flood = [words("请" * 300, wide=8, high=8)] * 50
    made = layout(*flood, words("完"), NUMBER, {"kind": "cut"})
    document = ticket.model_copy(update={"layout": made.model_dump(mode="json")})
    for name, paper in PAPERS.items():
        assert set(troubles(made, document, name).values()) >= {"too_long"}
        (printed,) = paper_pictures(render(document, paper), paper.dots)
        assert printed.picture.height < LONGEST_DOTS + 400
        # What is left out is the flood, and never the number.
        assert [line for line in printed.lines if line][-2:] == ["完", "A017"]
    blank = layout(*[{"kind": "space", "dots": 240}] * 58, NUMBER)
    assert "too_long" in troubles(blank, ticket).values()
    assert "too_long" not in troubles(standard_layout(), sample("long"), "58mm").values()


def test_what_is_never_printed_is_told(ticket: TicketDocument) -> None:
    made = layout(
        NUMBER, words("从不", when=["booked", "walk_in"]), words("  "), words("{due_at}"),
        words("真的", when=["walk_in"]),
    )  # fmt: skip
    found = troubles(made, ticket)
    assert (found["b1"], found["b2"]) == ("never", "empty")
    # Empty for this ticket only, and written: nothing to be told.
    assert set(found) == {"b1", "b2"}


def test_words_of_one_language_are_printed_on_every_ticket(ticket: TicketDocument) -> None:
    for texts in ({"en": "Only English"}, {"zh-CN": "只有中文"}, {"en": "", "zh-CN": "只有中文"}):
        made = layout(NUMBER, {"kind": "text", "texts": texts})
        for language in ("zh-CN", "en", "ug"):
            document = ticket.model_copy(update={"language": language, "layout": made.model_dump(mode="json")})
            (printed,) = paper_pictures(render(document, PAPERS["58mm"]), PAPERS["58mm"].dots)
            assert [line for line in printed.lines if line][1] in texts.values()


@pytest.mark.parametrize("key", SAMPLES)
def test_a_trial_says_on_its_paper_that_it_is_no_number(key: str) -> None:
    document = sample(key)
    for paper in PAPERS.values():
        plain, trial = (render(one, paper) for one in (document, document.model_copy(update={"trial": True})))
        (first,), (second,) = paper_pictures(plain, paper.dots), paper_pictures(trial, paper.dots)
        shown = [line for line in second.lines if line]
        assert shown[1:] == [line for line in first.lines if line]
        assert shown[0] not in first.text


def test_the_blocks_together_are_what_is_printed(ticket: TicketDocument) -> None:
    made: list[Part] = parts(ticket, PAPERS["80mm"], standard_layout())
    assert b"".join(part.data for part in made) == render(ticket, PAPERS["80mm"])
