"""Layouts of tickets: whatever is valid prints, is read by the printer, and fits the paper."""

from __future__ import annotations

import base64
from io import BytesIO
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pydantic import ValidationError

from shared.devices.printer.escpos_parser import EscposParser, paper_pictures
from shared.devices.printer.escpos_ticket import PAPERS, parts, render
from shared.devices.printer.paper import PaperPainter, PrintedPaper
from shared.devices.printer.standard_layout import standard_layout
from shared.schemas.ticket_document import TicketDocument
from shared.schemas.ticket_layout import FIELDS, Condition, TicketLayout

LONG = "企业职工基本养老保险关系跨省转移接续申请（含机关事业单位工作人员）"
NUMBER = {"kind": "field", "id": "number", "field": "number"}


def picture(wide: int, high: int) -> str:
    out = BytesIO()
    Image.new("1", (wide, high), 0).save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


written = {
    "wide": st.integers(1, 8), "high": st.integers(1, 8), "most_lines": st.integers(0, 3), "bold": st.booleans(),
    "underline": st.booleans(), "reverse": st.booleans(),
}  # fmt: skip
common = {
    "align": st.sampled_from(["left", "centre", "right"]),
    "when": st.lists(st.sampled_from(get_args(Condition)), max_size=1),
}
words = st.text("号码A017 licence，。-\n", max_size=60) | st.just("您的号 {number} · {item}")
blocks = st.lists(
    st.one_of(
        st.fixed_dictionaries(
            {"kind": st.just("field"), "field": st.sampled_from(FIELDS), "label": st.booleans(), **written, **common}
        ),
        st.fixed_dictionaries(
            {"kind": st.just("text"), "texts": st.fixed_dictionaries({"zh-CN": words}), **written, **common}
        ),
        st.fixed_dictionaries(
            {"kind": st.just("picture"), "data": st.sampled_from([picture(500, 40), picture(33, 9)]), **common}
        ),
        st.fixed_dictionaries({"kind": st.just("qr"), "size_mm": st.integers(15, 60), **common}),
        st.fixed_dictionaries({"kind": st.just("line"), "thick": st.integers(1, 12), **common}),
        st.fixed_dictionaries({"kind": st.just("space"), "dots": st.integers(1, 240)}),
        st.just({"kind": "cut"}),
    ),
    max_size=8,
).map(lambda found: [NUMBER, *({**one, "id": f"b{n}"} for n, one in enumerate(found))])


class _Ruler(PaperPainter):
    """Notes what would hang over the edge of the paper."""

    widest = 0

    def _left(self, width: int) -> int:
        self.widest = max(self.widest, width)
        return super()._left(width)


@settings(max_examples=60, deadline=None)
@given(blocks, st.sampled_from(sorted(PAPERS)), st.booleans())
def test_any_layout_is_read_by_the_printer_and_fits_the_head(
    made: list[dict[str, object]], paper: str, full: bool
) -> None:
    layout = TicketLayout.model_validate({"blocks": made})
    base = TicketDocument(hall_name="云山区政务服务中心", number="社-0017", item=LONG, issued_at="2026-03-02T09:00:00")  # type: ignore[arg-type]
    more = {
        "items": (LONG, "补缴"), "counters": ("1 号窗口", "综合窗口" * 9), "qr": "http://hall.example/t/" + "x" * 60,
        "people_ahead": 3, "booked": True, "due_at": base.issued_at, "elder": True, "hint": LONG * 3,
    }  # fmt: skip
    document = base.model_copy(update=more if full else {})
    papers: list[PrintedPaper] = []
    ruler = _Ruler(PAPERS[paper].dots)
    parser = EscposParser(ruler, papers.append)
    for part in parts(document, PAPERS[paper], layout):
        parser.feed(part.data)
        assert parser.waiting == 0  # each block's bytes are whole commands
    assert ruler.widest <= PAPERS[paper].dots
    assert all(one.complete for one in papers)
    assert "社-0017" in "".join("".join(one.lines) for one in papers)


def test_conditions_languages_and_placeholders(ticket: TicketDocument) -> None:
    layout = {
        "blocks": [
            NUMBER,
            {
                "kind": "text",
                "id": "a",
                "texts": {"zh-CN": "预约 {number}", "en": "Booked {number}"},
                "when": ["booked"],
            },
            {"kind": "text", "id": "b", "texts": {"zh-CN": "请到{counters}"}, "when": ["walk_in"]},
            {"kind": "text", "id": "c", "texts": {"zh-CN": "只有英文"}, "languages": ["en"]},
            {"kind": "field", "id": "d", "field": "issued_at", "time_format": "%H:%M"},
        ]
    }

    def lines(**more: object) -> list[str]:
        document = ticket.model_copy(update={"layout": layout, **more})
        return [line for line in paper_pictures(render(document, PAPERS["80mm"]))[0].lines if line]

    time = ticket.issued_at.strftime("%H:%M")
    assert lines()[0] == "A017"
    assert lines()[1].startswith("请到")
    assert lines()[-1] == time
    assert lines(booked=True, language="en")[:3] == ["A017", "Booked A017", "只有英文"]


def test_a_layout_that_cant_be_read_still_gives_paper(ticket: TicketDocument) -> None:
    plain = render(ticket, PAPERS["58mm"])
    for broken in ({"blocks": []}, {"format": 9, "blocks": [{"kind": "hologram", "id": "x"}]}):
        assert render(ticket.model_copy(update={"layout": broken}), PAPERS["58mm"]) == plain
    assert (
        render(ticket.model_copy(update={"layout": standard_layout().model_dump(mode="json")}), PAPERS["58mm"]) == plain
    )


@pytest.mark.parametrize(
    "wrong",
    [
        [{"kind": "text", "id": "a", "texts": {"zh-CN": "{name}"}}],
        [{**NUMBER, "when": ["booked"]}],
        [NUMBER, NUMBER],
        [NUMBER, {"kind": "picture", "id": "p", "data": base64.b64encode(b"GIF89a" * 9).decode()}],
        [NUMBER, {"kind": "text", "id": "t", "texts": {"zh-CN": "\x1b@"}}],
    ],
)
def test_what_no_layout_may_hold(wrong: list[dict[str, object]]) -> None:
    with pytest.raises(ValidationError):
        TicketLayout.model_validate({"blocks": wrong})
