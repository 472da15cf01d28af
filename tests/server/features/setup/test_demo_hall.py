"""The demonstration hall is a believable district centre."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from server.features.catalogue.view import hall_view
from server.features.setup.hall_files import HallFilesError, load_hall
from shared.domain.hours import is_open
from shared.domain.object_ids import object_id
from shared.schemas.hall_files import Group, HallFiles, Service
from tests.server.conftest import Desk

DEMO = Path(__file__).resolve().parents[4] / "assets" / "demo"


@pytest.fixture(scope="module")
def demo() -> HallFiles:
    return load_hall(DEMO)


def test_demo_is_a_believable_district_centre(demo: HallFiles) -> None:
    assert len(demo.floors) == 3
    assert len(demo.departments) >= 25
    assert len(demo.services) >= 120
    assert len(demo.counters) >= 60
    assert len(demo.staff) >= 40
    assert min(len(demo.path(service.key)) for service in demo.services) >= 4
    assert len(demo.rating_reasons) >= 6
    assert demo.hall.time_zone == "Asia/Shanghai"
    assert 1 <= sum(service.suspended for service in demo.services) <= 2


def test_kiosk_starts_with_at_most_six_choices_and_never_shows_a_crowd(demo: HallFiles) -> None:
    roots = [group.key for group in demo.groups if group.parent is None]
    assert 1 <= len(roots) <= 6
    for group in demo.groups:
        below = [key for key in demo.tree if demo.node(key).parent == group.key]
        assert 1 <= len(below) <= 8, group.key


def test_every_department_serves_somebody_and_has_staff_or_the_general_counter(demo: HallFiles) -> None:
    assert {service.department for service in demo.services} == {department.key for department in demo.departments}
    seats = {label for person in demo.staff for label in person.counters}
    assert seats == {counter.label for counter in demo.counters}


def test_services_have_counters_and_a_general_counter_serves_many(demo: HallFiles) -> None:
    counts = {service.key: len(demo.counters_of(service.key)) for service in demo.services}
    assert min(counts.values()) >= 1
    assert sum(count >= 3 for count in counts.values()) >= 20
    general = [counter for counter in demo.counters if counter.name.startswith("综合窗口")]
    assert len(general) >= 5
    assert max(len(counter.services) for counter in general) >= 40


def test_a_group_comes_before_what_is_below_it(demo: HallFiles) -> None:
    seen: set[str | None] = {None}
    for key in demo.tree:
        assert demo.node(key).parent in seen
        seen.add(key)
    assert len(demo.tree) == len(demo.groups) + len(demo.services)


def test_paper_names_are_short_and_keywords_are_what_people_say(demo: HallFiles) -> None:
    assert max(len(service.short_name) for service in demo.services) <= 12
    said = {word for service in demo.services for word in service.keywords}
    assert {"社保卡", "房产证", "身份证", "护照", "营业执照"} <= said


def test_fields_are_inherited_from_the_groups_above(demo: HallFiles) -> None:
    claim, vat = demo.node("pension-claim"), demo.node("vat")
    assert isinstance(claim, Service) and isinstance(vat, Service)
    assert (claim.department, claim.series, claim.hours) == ("hrss", "S", "weekday-saturday")
    assert (vat.department, vat.identity, vat.hours) == ("tax", "optional", "tax")
    assert isinstance(demo.node("pension"), Group)
    assert demo.path("estate-gift") == ("property", "real-estate", "estate-transfer", "estate-family", "estate-gift")


def test_nearly_every_service_says_what_to_bring_in_both_languages(demo: HallFiles) -> None:
    listed = [service for service in demo.services if service.materials]
    assert len(listed) >= 180
    assert max(len(service.materials) + len(service.materials_if_any) for service in listed) <= 9
    used = {key for service in listed for key in (*service.materials, *service.materials_if_any)}
    assert used == {material.key for material in demo.materials}
    for material in demo.materials:
        assert material.name_en.isascii() and not material.name.isascii()
        assert (material.note is None) == (material.note_en is None), material.key


def test_a_list_may_stand_on_a_group_and_a_service_may_have_its_own(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(DEMO, tmp_path / "hall"))
    file = folder / "services" / "1-social-insurance-and-work.toml"
    words = "\n".join(line for line in file.read_text("utf-8").split("\n") if not line.startswith("materials"))
    words = words.replace("[group.pension]\n", '[group.pension]\nmaterials = ["id-card"]\n')
    words = words.replace("[service.pension-claim]\n", '[service.pension-claim]\nmaterials = ["personnel-file"]\n')
    file.write_text(words, "utf-8")
    found = {service.key: service.materials for service in load_hall(folder).services}
    assert found["pension-transfer"] == ("id-card",) and found["pension-claim"] == ("personnel-file",)
    assert found["injury-recognition"] == ()
    # A hall may do without.
    (folder / "materials.toml").unlink()
    for path in (folder / "services").glob("*.toml"):
        kept = [line for line in path.read_text("utf-8").split("\n") if not line.startswith("materials")]
        path.write_text("\n".join(kept), "utf-8")
    assert {service.materials for service in load_hall(folder).services} == {()}


def test_opening_hours_are_what_the_domain_understands(demo: HallFiles) -> None:
    weeks = {schedule.key: schedule.week for schedule in demo.schedules}
    saturday = datetime(2026, 11, 28, 10, 0)
    assert is_open(weeks["weekday-saturday"], saturday)
    assert not is_open(weeks["weekday"], saturday)
    assert any(day.day == date(2027, 2, 20) and day.opens_like == "fri" for day in demo.workdays)


def test_displays_show_their_zone_unless_they_say_otherwise(demo: HallFiles, desk: Desk) -> None:
    shown = {zone.key: zone.counter_labels for zone in desk.read(hall_view).zones}
    assert len(shown["lobby"]) == len(demo.counters)
    assert {label[0] for label in shown["c"]} == {"C"}
    assert {"A13", "G01"} <= set(shown["g"])
    services = {zone.key: zone.service_ids for zone in desk.read(hall_view).zones}
    assert services["b"] is None
    self_service = services["b-self-service"] or ()
    assert object_id(demo.hall.key, "service", "passport-new") in self_service
    assert object_id(demo.hall.key, "service", "pension") not in self_service


def test_what_is_loaded_cannot_be_changed(demo: HallFiles) -> None:
    with pytest.raises(ValidationError):
        demo.hall.name = "x"


def test_every_file_begins_with_a_remark() -> None:
    for path in (*DEMO.rglob("*.toml"), *DEMO.rglob("*.csv")):
        assert path.read_text(encoding="utf-8-sig").startswith("# "), path.name


def test_the_hall_says_how_many_faces_it_shows_and_what_it_speaks(tmp_path: Path) -> None:
    folder = tmp_path / "hall"
    shutil.copytree(DEMO, folder)
    text = (folder / "hall.toml").read_text("utf-8")
    (folder / "hall.toml").write_text(text.replace("rating_levels = 3", "rating_levels = 5"), "utf-8")
    assert load_hall(folder).hall.rating_levels == 5
    (folder / "hall.toml").write_text(text.replace("rating_levels = 3", "rating_levels = 4"), "utf-8")
    with pytest.raises(HallFilesError):
        load_hall(folder)
