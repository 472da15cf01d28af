"""The console's pages of emergencies and of what displays show."""

from __future__ import annotations

import threading
from datetime import timedelta

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QDialog, QLabel, QLineEdit, QListWidget, QPushButton, QSpinBox

from admin_app.features.signage.canvas_view import Canvas
from admin_app.features.signage.presenter import SignagePresenter, new_layout
from shared.client.hall_client import HallClient
from shared.i18n import text
from shared.schemas.emergencies import EmergencyRaise
from shared.schemas.signage import ContentCreate, SignageContent, SignageLayout
from tests.admin_app.choosing import take_media
from tests.admin_app.stage import Console
from tests.fakes.hall import RunningHall
from tests.fakes.pictures import upload_picture


def answer(console: Console, name: str) -> None:
    """Answers the question, which then is gone."""
    console.click(name)
    console.wait(lambda: console.app.window.findChild(QDialog, "emergency_question") is None)


def test_an_emergency_is_raised_updated_and_cancelled_after_a_question(console: Console) -> None:
    client = console.hall.client("admin")
    page = console.app.emergencies
    console.app.frame.open("emergencies", "")
    console.wait(lambda: page.state.loaded and page.state.may_raise)
    headline = console.find(QLineEdit, "emergency_headline")
    assert "火警" in headline.text()
    console.click("emergency_raise")
    console.wait(lambda: console.there("emergency_question"))
    answer(console, "emergency_no")
    assert client.emergencies() == []
    console.click("emergency_raise")
    answer(console, "emergency_yes")
    console.wait(lambda: len(page.state.active) == 1 and not page.state.busy)
    told = client.emergencies()[0]
    assert (told.severity, told.msg_type, told.headline) == ("Extreme", "Alert", headline.text())
    console.click("emergency_update_0")
    console.type("emergency_headline", "请改走东侧出口")
    console.click("emergency_raise")
    answer(console, "emergency_yes")
    console.wait(lambda: [one.headline for one in page.state.active] == ["请改走东侧出口"])
    console.click("emergency_cancel_0")
    answer(console, "emergency_yes")
    console.wait(lambda: page.state.active == () and console.there("emergencies_none"))
    assert client.snapshot("signage").emergencies == []
    # What somebody else raises is seen at once.
    now = client.hall().now
    client.raise_emergency(EmergencyRaise(headline="停电", expires=now + timedelta(minutes=5)))
    console.wait(lambda: console.there("emergency_row_0"))
    assert console.text("emergency_row_0") == "停电"
    console.type("emergency_headline", "")
    console.click("emergency_raise")
    assert page.state.problem != ""


def test_a_layout_is_drawn_with_the_mouse_undone_and_saved(console: Console) -> None:
    page = console.app.signage
    console.app.frame.open("signage", "")
    console.wait(lambda: page.state.loaded and page.state.may_change)
    assert console.there("signage_empty")
    page.add("layout", "东墙", (3840, 1080))
    console.wait(lambda: page.state.content is not None and not page.state.busy)
    canvas = console.find(Canvas, "signage_canvas")
    console.wait(canvas.isVisible)
    before = page.state.data
    film = next(n for n, zone in enumerate(before["zones"]) if zone["kind"] == "media")
    middle = canvas.place_of(before["zones"][film]).center().toPoint()
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=middle)
    assert page.state.zone == film
    # Smaller by its corner, and it snaps to the grid.
    corner = canvas.corner_of(film)
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=corner)
    QTest.mouseMove(canvas, corner - QPoint(40, 31))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=corner - QPoint(40, 31))
    zone = page.state.data["zones"][film]
    assert zone["width"] < before["zones"][film]["width"] and (zone["y"] + zone["height"]) % 40 == 0
    console.click("signage_undo")
    assert page.state.data == before
    console.click("signage_redo")
    assert page.state.data["zones"][film] == zone
    # Dragged over the calls in the same layer it may not be saved.
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(canvas, middle - QPoint(150, 0))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=middle - QPoint(150, 0))
    assert ("overlap", 1) in page.state.faults and not console.find(QPushButton, "signage_save").isEnabled()
    assert console.find(QLabel, "layout_faults").isVisible()
    console.click("signage_undo")
    page.add_zone("clock")
    page.set_wall(1080, 1920)
    assert page.state.faults == ()
    console.click("signage_save")
    console.wait(lambda: not page.state.dirty and not page.state.busy)
    kept = SignageLayout.model_validate(console.hall.client("admin").signage_contents()[0].data)
    assert (kept.width, kept.height, len(kept.zones)) == (1080, 1920, 3)


def test_a_playlist_and_a_schedule_are_made_and_shown_in_the_hall(console: Console) -> None:
    page = console.app.signage
    console.app.frame.open("signage", "")
    console.wait(lambda: page.state.loaded and page.state.may_change)
    page.add("playlist", "上午")
    console.wait(lambda: page.state.content is not None and not page.state.busy)
    sha256 = upload_picture(console.hall.client("admin"), "东门.png", 320)
    console.click("playlist_add")
    take_media(console, "dongmen", "东门.png")
    assert console.find(QListWidget, "playlist_table").count() == 1
    (item,) = page.state.data["items"]
    assert (item["media"], item["name"], item["size"] > 0, item["seconds"]) == (sha256, "东门.png", True, 10)
    console.click("signage_save")
    console.wait(lambda: not page.state.dirty and not page.state.busy)
    page.add("schedule", "全厅")
    console.wait(lambda: page.state.content is not None and page.state.content.kind == "schedule")
    console.click("rule_add")
    assert console.find(QListWidget, "schedule_rules").count() == 1
    assert console.find(QListWidget, "schedule_calendar").count() == 1
    console.click("signage_save")
    console.wait(lambda: not page.state.dirty and not page.state.busy)
    page.place(True, [])
    console.wait(lambda: page.state.content is not None and page.state.content.hall)
    program = console.hall.client("display", "wall").signage_program()
    assert program.schedule == "全厅" and len(program.timeline) == 1


class LateLists(HallClient):
    """A list is read before anything is added, and comes as late as the test wants."""

    def __init__(self, hall: RunningHall) -> None:
        super().__init__(hall.url, hall.token("admin"))
        self.read, self.go_on = threading.Event(), threading.Event()

    def signage_contents(self) -> list[SignageContent]:
        found = super().signage_contents()
        self.read.set()
        assert self.go_on.wait(20)
        return found

    def add_signage_content(self, wanted: ContentCreate, *, key: str | None = None) -> SignageContent:
        assert self.read.wait(20)
        return super().add_signage_content(wanted, key=key)


def test_a_list_read_before_a_playlist_was_added_does_not_take_it_away(console: Console) -> None:
    client = LateLists(console.hall)
    page = SignagePresenter(client, console.app.link, "zh-CN")
    page.add("playlist", "迟到")
    page.load()
    console.wait(lambda: page.state.content is not None)
    client.go_on.set()
    console.wait(lambda: page.state.loaded)
    assert page.state.content is not None and page.state.content.name == "迟到"
    page.stop()
    client.close()


def test_a_new_layout_fits_every_wall() -> None:
    for wall in ((1920, 1080), (3840, 1080), (1080, 1920), (200, 200)):
        SignageLayout.model_validate(new_layout(*wall))


def test_the_designer_shows_what_the_wall_will_show_and_goes_back_to_an_earlier_version(console: Console) -> None:
    page = console.app.signage
    console.app.frame.open("signage", "")
    console.wait(lambda: page.state.loaded and page.state.may_change)
    page.add("layout", "北墙", (1080, 1920))
    console.wait(lambda: page.state.content is not None and page.state.content.name == "北墙" and not page.state.busy)
    canvas = console.find(Canvas, "signage_canvas")
    console.wait(lambda: canvas.picture is not None)
    picture = canvas.picture
    assert picture is not None and (picture.width(), picture.height()) == canvas.room()

    def is_called() -> bool:
        """The zone of whose turn it is, at the foot of this wall, is red."""
        seen = canvas.picture
        return seen is not None and seen.pixelColor(seen.width() // 2, seen.height() * 7 // 10).red() > 150 > (
            2 * seen.pixelColor(seen.width() // 2, seen.height() * 7 // 10).green()
        )

    assert not is_called()
    console.find(QCheckBox, "layout_calling").click()
    console.wait(is_called)
    zones = len(page.state.data["zones"])
    page.add_zone("clock")
    console.click("signage_save")
    console.wait(lambda: not page.state.dirty and not page.state.busy)
    console.click("signage_earlier")
    console.wait(lambda: page.state.versions is not None and len(page.state.versions) == 2)
    listed = console.app.window.findChild(QListWidget, "versions_list")
    assert listed is not None
    listed.setCurrentRow(1)
    console.click("signage_restore")
    console.wait(lambda: len(page.state.data["zones"]) == zones and not page.state.busy)
    assert page.state.content is not None and page.state.content.version == 2


def test_how_web_pages_stand_is_said_in_words_and_one_is_fetched_now(console: Console) -> None:
    page = console.app.signage
    console.app.frame.open("signage", "")
    console.wait(lambda: page.state.loaded and page.state.may_change)
    assert not console.there("signage_pages"), "no layout shows any"
    zone = {"id": "w", "kind": "web", "x": 0, "y": 0, "width": 640, "height": 360, "words": "https://a.example/"}
    data = {"zones": [zone], "calls_over": "band"}
    console.hall.client("admin").add_signage_content(ContentCreate(kind="layout", name="网页", data=data))
    console.wait(lambda: console.there("signage_pages"))
    console.click("signage_pages")
    # This server may fetch none, and says so once it has tried.
    refused = text("signage_console.page_problem.web_page_not_allowed", "zh-CN")
    console.wait(lambda: console.there("page_told_0") and refused in console.text("page_told_0"))
    assert console.text("page_0") == "https://a.example/"
    assert text("signage_console.pages.never", "zh-CN") in console.text("page_told_0")
    (before,) = page.state.pages or ()
    console.click("page_fetch_0")
    console.wait(lambda: page.state.pages != (before,))
    assert page.state.problem == ""
    page.fetch_page("https://other.example/")
    console.wait(lambda: console.there("pages_problem"))
    console.click("pages_close")


def test_a_schedule_is_placed_on_a_kiosk_and_says_when_it_rests(console: Console) -> None:
    page, client = console.app.signage, console.hall.client("admin")
    console.hall.client("kiosk", "kiosk-rest").report("1", "1F-03", [])
    console.app.frame.open("signage", "")
    console.wait(lambda: page.state.loaded and page.state.may_change)
    page.load()
    console.wait(lambda: "kiosk-rest" in [one.name for one in page.state.kiosks])
    page.add("schedule", "取号机待机")
    console.wait(lambda: page.state.content is not None and page.state.content.name == "取号机待机")
    places = console.find(QListWidget, "schedule_places")
    (row,) = [places.item(n) for n in range(places.count()) if "kiosk-rest" in places.item(n).text()]
    row.setCheckState(Qt.CheckState.Checked)
    console.find(QCheckBox, "schedule_kiosks").setChecked(True)
    console.click("schedule_place")
    console.wait(lambda: page.state.content is not None and page.state.content.kiosks)
    (kiosk,) = [one for one in client.terminals() if one.name == "kiosk-rest"]
    assert page.state.content is not None and page.state.content.terminals == [kiosk.id]
    console.click("signage_attract")
    console.wait(lambda: console.there("attract_all"))
    for name, seconds in (("attract_all", 90), ("attract_kiosk-rest", 20)):
        console.find(QSpinBox, name).setValue(seconds)
    console.click("attract_save")
    console.wait(lambda: console.app.window.findChild(QDialog, "attract_rules") is None)
    assert page.state.problem == "" and page.state.told != ""
    rest = {rule.terminal: rule.after_s for rule in client.attract_rules()}
    assert rest == {None: 90, kiosk.id: 20}
    assert console.hall.client("kiosk", "kiosk-rest").signage_program().attract_after_s == 20
    # Again without a change: nothing is asked of the server.
    console.click("signage_attract")
    console.wait(lambda: console.there("attract_all"))
    assert console.find(QSpinBox, "attract_all").value() == 90
    console.click("attract_save")
    console.wait(lambda: console.app.window.findChild(QDialog, "attract_rules") is None)
