"""The designer: blocks, the real paper, mistakes at once, undo, publishing, restoring."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image, ImageDraw
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QListWidget, QPlainTextEdit, QPushButton

from admin_app.features.ticket_layouts.blocks import valid
from admin_app.features.ticket_layouts.paper import preview
from admin_app.features.ticket_layouts.pictures import as_dots
from admin_app.features.ticket_layouts.presenter import LayoutsPresenter
from shared.devices.printer.samples import sample
from shared.devices.printer.standard_layout import standard_layout
from shared.domain.errors import HallError
from shared.i18n import text
from shared.schemas.ticket_layout import PICTURE_DOTS, TicketLayout
from shared.schemas.ticket_layouts import LayoutCreate, LayoutEdit, LayoutPublish, LayoutUses, LayoutView
from shared.schemas.trial_prints import TrialOutcome
from tests.admin_app.conftest import Open
from tests.admin_app.stage import Console
from tests.fakes.hall import RunningHall

NUMBER = {"kind": "field", "id": "number", "field": "number"}
PLAIN = TicketLayout.model_validate({"blocks": [NUMBER]})


def test_a_ticket_is_designed_on_its_paper_and_published(console: Console) -> None:
    client = console.hall.client("admin")
    console.app.frame.open("ticket_layouts", "")
    page = console.app.ticket_layouts
    console.wait(lambda: page.state.loaded and not page.state.busy)
    console.click("layouts_new")
    console.wait(lambda: page.state.preview is not None and not page.state.busy)
    # A click on the paper chooses what stands there.
    assert page.state.preview is not None
    top, bottom = next((a, b) for block, a, b in page.state.preview.spans if block == "number")
    paper = console.find(QLabel, "layouts_picture")
    QTest.mouseClick(
        paper,
        Qt.MouseButton.LeftButton,
        pos=QPoint(200, round((top + bottom) / 2 * paper.pixmap().height() / page.state.preview.picture.height())),
    )
    assert page.state.chosen == "number"
    page.add("text")
    words = console.find(QPlainTextEdit, "block_text_zh-CN")
    words.setPlainText("欢迎 {nobody}")
    assert dict(page.state.faults)[page.state.chosen] == "placeholder"
    assert not console.find(QPushButton, "layouts_save").isEnabled()
    words.setPlainText("请凭 {number} 办理")
    assert page.state.faults == ()
    steps = len(page.state.undo)
    page.undo()
    assert len(page.state.undo) == steps - 1
    page.redo()
    page.look("58mm", "long")
    box = console.find(QComboBox, "layouts_paper")
    box.setCurrentIndex(box.findData("58mm"))
    console.wait(lambda: page.state.preview is not None and page.state.preview.picture.width() < 576)
    console.click("layouts_save")
    console.wait(lambda: not page.state.dirty and not page.state.busy)
    console.click("layouts_publish")
    console.click("publish_yes")
    console.wait(lambda: page.state.layout is not None and page.state.layout.published == 1 and not page.state.busy)
    page.use_at([("hall", "")])
    console.wait(lambda: page.state.layout is not None and len(page.state.layout.uses) == 1 and not page.state.busy)
    printed = client.layouts_in_use().hall
    assert printed is not None
    assert any(block.get("texts", {}).get("zh-CN") == "请凭 {number} 办理" for block in printed["blocks"])
    page.use_at([])
    console.wait(lambda: page.state.layout is not None and not page.state.layout.uses)


@pytest.fixture
def own(shared_hall: RunningHall) -> Iterator[LayoutView]:
    """A layout of this test, published once."""
    client = shared_hall.client("admin")
    made = client.add_ticket_layout(LayoutCreate(name=f"测试 {uuid4().hex[:6]}", draft=standard_layout()))
    yield client.publish_ticket_layout(made.id, LayoutPublish(version=made.version))
    client.use_ticket_layout(made.id, LayoutUses(uses=[]))


def opened(console: Console, layout: LayoutView) -> LayoutsPresenter:
    console.app.frame.open("ticket_layouts", "")
    page = console.app.ticket_layouts
    console.wait(lambda: page.state.loaded and not page.state.busy)
    page.select(layout.id)
    console.wait(lambda: page.state.preview is not None)
    return page


def settled(console: Console, page: LayoutsPresenter) -> None:
    console.wait(lambda: not page.state.busy)


def test_a_draft_survives_the_console_and_a_colleagues_is_not_lost(
    shared_hall: RunningHall, open_console: Open, own: LayoutView
) -> None:
    """Bugs: what was not saved was gone with the window, and after a colleague had saved nothing could be saved here
    any more."""
    console = open_console(shared_hall)
    page = opened(console, own)
    page.add("text", texts={"zh-CN": "还没保存"})
    typed = page.state.blocks
    # Another layout is looked at meanwhile, and the console is closed.
    others = [one.id for one in page.state.layouts if one.id != own.id]
    for other in [*others[:1], own.id]:
        page.select(other)
    console.stop()
    console = open_console(shared_hall)
    page = opened(console, own)
    assert page.state.blocks == typed
    assert (page.state.dirty, page.state.unsaved, page.state.conflict) == (True, 1, "")
    assert console.find(QPushButton, "layouts_save").isEnabled()

    client = shared_hall.client("admin", "colleague")
    theirs = client.edit_ticket_layout(own.id, LayoutEdit(version=own.version, draft=PLAIN))
    page.save()
    console.wait(lambda: bool(page.state.conflict) and not page.state.busy)
    assert page.state.blocks == typed
    assert "admin:colleague" in console.find(QLabel, "layouts_conflict_words").text()
    console.click("layouts_revert")
    assert list(page.state.blocks) == theirs.draft["blocks"]
    assert (page.state.dirty, page.state.conflict) == (False, "")
    page.undo()
    assert page.state.blocks == typed
    page.save()
    console.wait(lambda: not page.state.dirty and not page.state.busy)
    assert (page.state.unsaved, page.state.conflict) == (0, "")
    mine = next(one for one in client.ticket_layouts() if one.id == own.id)
    assert mine.draft["blocks"] == list(page.state.blocks)


def test_services_languages_and_several_conditions_are_chosen_in_the_editor(console: Console, own: LayoutView) -> None:
    page = opened(console, own)
    page.add("text")
    for name, wanted in (("when", ["booked", "elder"]), ("languages", ["en"]), ("services", None)):
        console.click(f"block_{name}")
        listed = console.find(QListWidget, f"block_{name}_pick_list")
        items = [listed.item(n) for n in range(listed.count())]
        keys = wanted or [str(items[3].data(Qt.ItemDataRole.UserRole))]
        for item in items:
            if item.data(Qt.ItemDataRole.UserRole) in keys:
                item.setCheckState(Qt.CheckState.Checked)
        console.click(f"block_{name}_pick_go")
        assert page.state.block is not None
        assert page.state.block[name] == keys
    english = console.find(QPlainTextEdit, "block_text_en")
    english.setPlainText("Go to ")
    english.setFocus()
    english.moveCursor(QTextCursor.MoveOperation.End)
    facts = console.find(QComboBox, "block_insert")
    facts.setCurrentIndex(facts.findData("place"))
    assert english.toPlainText() == "Go to {place}"
    assert page.state.block["texts"]["en"] == "Go to {place}"
    assert page.state.faults == ()
    # A service that is deleted: said so, and kept until somebody takes it away.
    gone = str(uuid4())
    page.edit({"services": [gone]})
    page.edit({"bold": True})
    assert page.state.block["services"] == [gone]
    page.save()
    console.wait(lambda: not page.state.dirty and not page.state.busy)
    # Conditions that can't hold together are told.
    page.edit({"when": ["booked", "walk_in"]})
    chosen = page.state.chosen
    console.wait(lambda: page.state.preview is not None and (chosen, "never") in page.state.preview.troubles)
    page.edit({"texts": {"zh-CN": "长" * 3000}})
    assert dict(page.state.faults) == {chosen: "long"}
    page.revert()


def test_two_versions_stand_beside_each_other_and_the_older_is_published_again(
    console: Console, own: LayoutView
) -> None:
    client = console.hall.client("admin")
    second = client.edit_ticket_layout(own.id, LayoutEdit(version=own.version, draft=PLAIN))
    client.publish_ticket_layout(own.id, LayoutPublish(version=second.version))
    page = opened(console, own)
    page.load()
    settled(console, page)
    console.click("layouts_versions")

    def heights() -> list[int]:
        return [one.preview.picture.height() for one in page.versions.state.sides if one.preview is not None]

    console.wait(lambda: len(heights()) == 2)
    assert [one.key for one in page.versions.state.sides] == ["2", "draft"]
    assert heights()[0] == heights()[1]
    assert not console.find(QPushButton, "versions_restore").isEnabled()
    page.versions.show(1, "1")
    console.wait(lambda: len(heights()) == 2 and heights()[1] > heights()[0] * 2)
    pictures = [console.find(QLabel, f"versions_{side}_picture").pixmap() for side in ("left", "right")]
    assert pictures[1].height() > pictures[0].height() > 0
    console.click("versions_restore")
    console.click("publish_yes")
    console.wait(lambda: page.state.layout is not None and page.state.layout.published == 3 and not page.state.busy)
    assert list(page.state.blocks) == own.draft["blocks"]


def test_places_are_chosen_together_and_taken_from_others(console: Console, own: LayoutView) -> None:
    page = opened(console, own)
    console.click("layouts_places")
    listed = console.find(QListWidget, "where_pick_list")
    kinds = [kind for kind, _, _ in page.state.places]
    for kind in ("hall", "service"):
        listed.item(kinds.index(kind)).setCheckState(Qt.CheckState.Checked)
    console.click("where_pick_go")
    console.wait(lambda: page.state.layout is not None and len(page.state.layout.uses) == 2 and not page.state.busy)
    assert {one.kind for one in page.state.layout.uses} == {"hall", "service"}  # type: ignore[union-attr]
    console.click("layouts_describe")
    console.type("describe_name", "一楼")
    console.click("describe_go")
    console.wait(lambda: page.state.layout is not None and page.state.layout.name == "一楼" and not page.state.busy)
    # Used, it is not taken out of use.
    page.describe("一楼", True)
    console.wait(lambda: bool(page.state.problem) and not page.state.busy)
    page.use_at([])
    settled(console, page)
    page.describe("一楼", True)
    console.wait(lambda: page.state.layout is not None and page.state.layout.retired and not page.state.busy)
    assert not console.find(QPushButton, "layouts_publish").isEnabled()
    page.describe("一楼", False)
    settled(console, page)


def test_a_layout_is_tried_at_a_kiosk_and_its_outcome_told(console: Console, own: LayoutView) -> None:
    kiosk = console.hall.client("kiosk", f"trial-{uuid4().hex[:6]}")
    kiosk.report("1", "门口", [])
    page = opened(console, own)
    page.add("text", texts={"zh-CN": "没保存也能试打"})
    console.click("layouts_trial")
    console.wait(lambda: page.trial.state.loaded)
    box = console.find(QComboBox, "trial_kiosk")
    box.setCurrentIndex(box.findText("门口", Qt.MatchFlag.MatchContains))
    console.click("trial_go")
    console.wait(lambda: page.trial.state.outcome == "waiting")
    assert not console.find(QPushButton, "trial_go").isEnabled()
    (asked,) = kiosk.own_trial_prints()
    assert asked.draft["blocks"][-1]["texts"] == {"zh-CN": "没保存也能试打"}
    kiosk.settle_trial_print(asked.id, TrialOutcome(outcome="not_printed", code="paper_out"))
    console.wait(lambda: page.trial.state.outcome == "not_printed")
    assert text("devices.status.paper_out", "zh-CN") in console.find(QLabel, "trial_told_words").text()
    console.click("trial_close")
    page.revert()


@pytest.mark.parametrize("mode", ["RGBA", "P", "L"])
def test_pictures_are_made_to_fit_and_what_is_transparent_stays_paper(tmp_path: Path, mode: str) -> None:
    """Bug: a seal on a transparent ground was printed as a black square."""
    file = tmp_path / "seal.png"
    seal = Image.new("RGBA", (1800, 900), (0, 0, 0, 0))
    ImageDraw.Draw(seal).ellipse((600, 200, 1200, 700), fill=(0, 0, 0, 255))
    if mode == "P":
        seal.quantize().save(file)
    else:
        (seal if mode == "RGBA" else Image.new("L", (1800, 900), 255)).save(file)
    made = Image.open(BytesIO(base64.b64decode(as_dots(str(file)))))
    assert made.width <= PICTURE_DOTS[0]
    assert made.getpixel((2, 2)) in (1, 255)
    block = {"kind": "picture", "id": "p", "data": as_dots(str(file))}
    assert TicketLayout.model_validate({"blocks": [*PLAIN.model_dump(mode="json")["blocks"], block]})


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n" + b"x" * 99])
def test_what_is_no_picture_or_too_large_a_one_is_refused_with_words(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "picture.png"
    file.write_bytes(content)
    with pytest.raises(HallError) as refused:
        as_dots(str(file))
    assert refused.value.code == "picture_unreadable"
    Image.new("1", (9000, 9000)).save(file)
    with pytest.raises(HallError) as refused:
        as_dots(str(file))
    assert refused.value.code == "picture_unreadable"


def test_the_preview_shows_every_piece_of_paper() -> None:
    """Bug: what came after a cut was not seen."""
    blocks = ({"kind": "text", "id": "a", "texts": {"zh-CN": "一"}}, {"kind": "cut", "id": "c"}, NUMBER)
    layout = valid(blocks)
    assert layout is not None
    made = preview(layout, sample("short"), "80mm")
    spans = {block: (top, bottom) for block, top, bottom in made.spans}
    first = preview(valid((NUMBER,)), sample("short"), "80mm")  # type: ignore[arg-type]
    assert made.picture.height() > first.picture.height()
    assert spans["number"][0] > spans["a"][1] + 100
    middle = (spans["number"][0] + spans["number"][1]) // 2
    row = [made.picture.pixelColor(x, middle).lightness() for x in range(40, made.picture.width() - 40)]
    assert min(row) < 90
