"""Every mistake in a hall's files is named with its place."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path

import pytest

from server.features.setup.hall_files import HallFilesError, load_hall, main, problem_text
from server.features.setup.hall_files_checks import expand_labels
from shared.domain.object_ids import object_id
from shared.i18n.catalogue import catalogue, params_of
from shared.schemas.hall_files import HallFileProblem, HallFiles

DEMO = Path(__file__).resolve().parents[4] / "assets" / "demo"
FILES = sorted(str(path.relative_to(DEMO)) for path in DEMO.rglob("*") if path.suffix in (".toml", ".csv"))
ENROL = "service.pension-employee-enrol"
SOCIAL = "services/1-social-insurance-and-work.toml"
IDENTITY = "services/5-identity-and-traffic.toml"


@pytest.fixture(scope="module")
def demo() -> HallFiles:
    return load_hall(DEMO)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the demonstration hall to break."""
    return Path(shutil.copytree(DEMO, tmp_path / "hall"))


def change(folder: Path, file: str, old: str, new: str) -> int:
    """Replaces the first ``old`` and returns its line number."""
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {file}"
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def problems_of(folder: Path) -> tuple[HallFileProblem, ...]:
    with pytest.raises(HallFilesError) as caught:
        load_hall(folder)
    return caught.value.problems


# Every kind of mistake: file, what stood there, what stands there now, code, place, and where it is reported

MISTAKES = [
    ("counters.csv", "social-insurance\n", "socail\n", "unknown_service", "C01.services"),
    ("counters.csv", "B02,", "B01,", "duplicate_label", "B01"),
    ("counters.csv", "E01,", "e1,", "bad_label", "e1.label"),
    ("counters.csv", ",1,b,", ",2,b,", "floor_mismatch", "B01.floor"),
    ("counters.csv", ",1,b,", ",9,b,", "unknown_floor", "B01.floor"),
    ("counters.csv", ",1,b,", ",1,z,", "unknown_zone", "B01.zone"),
    ("counters.csv", "C14,劳动仲裁,", "C14,,", "missing_field", "C14.name"),
    ("counters.csv", "C14,劳动仲裁,", "C14,劳动,仲裁,", "too_many_cells", "C14"),
    ("counters.csv", "label,name,", "label,nmae,", "missing_column", ""),
    ("counters.csv", "label,name,", "label,colour,name,", "unknown_field", "colour"),
    ("counters.csv", "C14,劳动仲裁", 'C14,"劳动"仲裁', "bad_csv", ""),
    ("counters.csv", "F08,供水", "F08,\x01供水", "bad_text", "F08.name"),
    ("staff.csv", "YS1002", "YS1001", "duplicate_staff_number", "YS1001"),
    ("staff.csv", "YS1002", "ys 2", "bad_staff_number", "ys 2.number"),
    ("staff.csv", ",hrss,", ",hrs,", "unknown_department", "YS2001.department"),
    ("staff.csv", ",A03~A12", ",A03~A99", "unknown_counter", "YS1004.counters"),
    ("staff.csv", ",A03~A12", ",A12~A03", "bad_counter_range", "YS1004.counters"),
    ("departments.toml", 'zone = "c"', 'zone = "q"', "unknown_zone", "department.hrss.zone"),
    ("departments.toml", '"utility"\n', '"x"\n', "unknown_category", "department.disabled-federation.category"),
    ("departments.toml", 'phone = "020-0555 1211"', 'phone = "ask"', "bad_phone", "department.hrss.phone"),
    ("departments.toml", "[department.hrss]", "[departement.hrss]", "unknown_table", "departement"),
    ("departments.toml", "[department.hrss]", "[department.hrss", "bad_toml", ""),
    ("departments.toml", "[category.comprehensive]", "department = 3\n[category.comprehensive]", "bad_toml", ""),
    ("hall.toml", 'key = "yunshan"', 'key = "Yun Shan"', "bad_key", "key"),
    ("hall.toml", "Asia/Shanghai", "Asia/Atlantis", "bad_time_zone", "time_zone"),
    ("hall.toml", 'hours = "weekday"', 'hours = "never"', "unknown_hours", "hours"),
    ("hall.toml", 'phone = "020-0555 1200"', "phone = 1200", "wrong_type", "phone"),
    ("hall.toml", 'name = "云山区政务服务中心"', 'name = ""', "empty", "name"),
    ("hall.toml", 'name = "云山区政务服务中心"', 'nmae = "云山区政务服务中心"', "missing_field", "name"),
    ("hall.toml", 'key = "yunshan"', 'key = "yunshan"\ncolour = "red"', "unknown_field", "colour"),
    ("hours.toml", "09:00-12:00", "12:00-09:00", "bad_time_range", "schedule.weekday.mon"),
    ("hours.toml", "09:00-12:00", "9-12", "bad_time_range", "schedule.weekday.mon"),
    ("hours.toml", "09:00-12:00", "09:00-13:30", "overlapping_times", "schedule.weekday.mon"),
    ("hours.toml", "from = 2027-10-01", "from = 2027-11-01", "bad_date_range", "holiday.national-day-2027"),
    ("hours.toml", "from = 2027-10-01", 'from = "2027-10-01"', "wrong_type", "holiday.national-day-2027.from"),
    ("hours.toml", "[workday.2027-02-20]", "[workday.2027-02-30]", "bad_date", "workday.2027-02-30"),
    ("hours.toml", 'opens_like = "fri"', 'opens_like = "friday"', "bad_choice", "workday.2027-02-20.opens_like"),
    ("zones.toml", 'shows_counters = ["A13"', 'shows_counters = ["A77"', "unknown_counter", "zone.g.shows_counters"),
    ("zones.toml", '"id-card"', '"id-cart"', "unknown_service", "zone.b-self-service.shows_services"),
    ("zones.toml", 'shows_zones = ["a"', 'shows_zones = ["x"', "unknown_zone", "zone.lobby.shows_zones"),
    ("zones.toml", 'shows_zones = ["b"]', 'shows_zones = "b"', "wrong_type", "zone.b-self-service.shows_zones"),
    (SOCIAL, 'series = "S"', 'series = "s1"', "bad_series", "group.social-insurance.series"),
    (SOCIAL, 'series = "Y"', 'series = "B"', "series_shared", "service.estate-first-building.series"),
    (SOCIAL, 'department = "hrss"', 'department = "hr"', "unknown_department", "group.social-insurance.department"),
    (SOCIAL, 'hours = "weekday-saturday"', 'hours = "sunday"', "unknown_hours", "group.social-insurance.hours"),
    (SOCIAL, 'identity = "required"', 'identity = "yes"', "bad_choice", "group.social-insurance.identity"),
    (SOCIAL, 'parent = "pension"', 'parent = "pensions"', "missing_parent", f"{ENROL}.parent"),
    (SOCIAL, 'parent = "pension"\n', "", "missing_field", f"{ENROL}.parent"),
    (SOCIAL, 'parent = "social"', 'parent = "pension"', "parent_cycle", "group.social-insurance.parent"),
    (SOCIAL, 'parent = "social-insurance"', 'parent = "vat"', "parent_is_service", "group.pension.parent"),
    (SOCIAL, "typical_minutes = 12", "typical_minutes = 0", "out_of_range", f"{ENROL}.typical_minutes"),
    (SOCIAL, "typical_minutes = 12", 'typical_minutes = "12"', "wrong_type", f"{ENROL}.typical_minutes"),
    (SOCIAL, "typical_minutes = 12\n", "", "not_given", f"{ENROL}.typical_minutes"),
    (SOCIAL, 'short_name = "职工养老参保"\n', "", "short_name_needed", ENROL),
    (SOCIAL, "职工养老参保", "城镇职工养老保险参保登记表", "too_long", f"{ENROL}.short_name"),
    (SOCIAL, "[service.pension-transfer]", "[service.vat]", "duplicate_key", "service.vat"),
    (SOCIAL, "[service.pension-transfer]", "[service.pension-claim]", "bad_toml", ""),
    (SOCIAL, "[service.pension-transfer]", "[service.Pension_1]", "bad_key", "service.Pension_1.key"),
    (SOCIAL, "[group.pension]", '[group.closed]\nparent = "social"\nname = "x"\nname_en = "x"\n\n[group.pension]',
     "empty_group", "group.closed"),
    ("materials.toml", "in_advance = false", "originals = 0\nin_advance = false", "material_without_paper",
     "material.id-card"),
    ("materials.toml", "copies = 1", "copies = 21", "out_of_range", "material.id-card-copied.copies"),
    (SOCIAL, 'materials = ["id-card-copied", ', 'materials = ["id-crad", ', "unknown_material", f"{ENROL}.materials"),
    (SOCIAL, 'materials_if_any = ["', 'materials_if_any = ["labour-contract", "', "material_twice",
     f"{ENROL}.materials"),
    (IDENTITY, "keywords = [", "suspended = true\nkeywords = [", "unknown_field", "group.identity.suspended"),
    (IDENTITY, 'short_name = "身份证换领"', "suspended = true", "suspended_without_reason", "service.id-renew"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "code", "where"), MISTAKES, ids=lambda value: str(value)[:24])
def test_a_mistake_is_named_with_its_place(folder: Path, file: str, old: str, new: str, code: str, where: str) -> None:
    change(folder, file, old, new)
    found = [problem for problem in problems_of(folder) if problem.code == code and problem.where == where]
    assert len(found) == 1, [problem_text(problem, "en") for problem in problems_of(folder)]
    if code not in ("series_shared", "duplicate_key"):
        assert found[0].file == file
    line = found[0].line
    assert line is not None
    lines = (folder / found[0].file).read_text(encoding="utf-8").split("\n")
    assert 1 <= line <= len(lines) and lines[line - 1].strip()
    for language in ("zh-CN", "en"):
        said = problem_text(found[0], language)
        assert said.startswith(f"{found[0].file}:{line} ")
        assert "[hall_files." not in said and not re.search(r"\{\w+\}", said), said


@pytest.mark.parametrize("file", FILES)
def test_a_missing_file_is_named_and_nothing_else_is_blamed(folder: Path, file: str) -> None:
    (folder / file).unlink()
    found = problems_of(folder)
    if file == "materials.toml":
        assert {problem.code for problem in found} == {"unknown_material"}
    elif file.startswith("services/"):
        assert {problem.code for problem in found} <= {"unknown_service", "missing_parent"}
    else:
        assert [(problem.file, problem.code) for problem in found] == [(file, "missing_file")]


def test_no_services_at_all(folder: Path) -> None:
    shutil.rmtree(folder / "services")
    assert [(problem.file, problem.code) for problem in problems_of(folder)] == [("services/*.toml", "missing_file")]


def test_a_file_that_is_not_utf8_is_named_with_its_line(folder: Path) -> None:
    text = (folder / "counters.csv").read_text(encoding="utf-8-sig")
    (folder / "counters.csv").write_bytes(text.encode("gb18030"))
    (found,) = problems_of(folder)
    assert (found.file, found.code, found.line) == ("counters.csv", "not_utf8", 5)


def test_a_folder_in_place_of_a_file(folder: Path) -> None:
    (folder / "staff.csv").unlink()
    (folder / "staff.csv").mkdir()
    (found,) = problems_of(folder)
    assert (found.file, found.code) == ("staff.csv", "unreadable_file")


def test_a_table_with_nothing_in_it(folder: Path) -> None:
    (folder / "departments.toml").write_text("# nothing yet\n", encoding="utf-8")
    found = problems_of(folder)
    missing = {problem.where for problem in found if problem.code == "nothing_described"}
    assert missing == {"category", "department"}


def test_the_line_of_a_broken_toml_file_is_told(folder: Path) -> None:
    line = change(folder, "zones.toml", 'floor = "2"', "floor = = 2")
    (found,) = problems_of(folder)
    assert (found.file, found.code, found.line) == ("zones.toml", "bad_toml", line)


def test_a_service_without_a_counter(folder: Path) -> None:
    change(folder, "counters.csv", "3,g,legal-help", "3,g,archives")
    found = problems_of(folder)
    assert {(problem.code, problem.where) for problem in found} == {
        ("service_without_counter", f"service.{key}") for key in ("legal-aid", "mediation", "notary-advice")
    }
    assert {problem.file for problem in found} == {"services/6-family-education-and-help.toml"}


def test_a_longer_cycle_is_reported_once(folder: Path) -> None:
    change(folder, SOCIAL, 'parent = "social"', 'parent = "social-card"')
    cycles = [problem for problem in problems_of(folder) if problem.code == "parent_cycle"]
    assert len(cycles) == 1
    assert set(cycles[0].params["value"].split(" → ")) == {"social-insurance", "social-card"}


def test_all_mistakes_are_told_at_once(folder: Path) -> None:
    expected = set()
    for file, old, new, code in (
        ("hall.toml", "Asia/Shanghai", "Nowhere", "bad_time_zone"),
        ("hours.toml", "09:00-12:00", "late", "bad_time_range"),
        ("counters.csv", "B02,", "B01,", "duplicate_label"),
        ("staff.csv", ",hrss,", ",hr,", "unknown_department"),
        (SOCIAL, 'series = "S"', 'series = "SSS"', "bad_series"),
    ):
        line = change(folder, file, old, new)
        expected.add((file, line, code))
    found = {(problem.file, problem.line, problem.code) for problem in problems_of(folder)}
    assert expected <= found


def test_a_table_saved_by_a_spreadsheet_is_the_same_hall(folder: Path, demo: HallFiles) -> None:
    for name in ("counters.csv", "staff.csv"):
        text = (folder / name).read_text(encoding="utf-8-sig").replace("\n", ",,\r\n")
        (folder / name).write_bytes(text.encode("utf-8-sig") + b",,,,,,,\r\n")
    assert load_hall(folder) == demo


def test_ranges_of_counters() -> None:
    assert expand_labels(["A08～A10", "B01", "A09"]) == ("A08", "A09", "A10", "B01")
    for wrong in ("A03~B05", "A05~A03", "A03~A100"):
        with pytest.raises(ValueError, match=wrong):
            expand_labels([wrong])


def test_ids_are_the_same_for_ever() -> None:
    assert str(object_id("yunshan", "service", "id-renew")) == "812daddb-fa0a-5cf5-9634-c701e77d662e"
    assert object_id("a", "b", "c") != object_id("a", "c", "b") != object_id("b", "a", "c")


def test_command_line_says_good_or_lists_the_problems(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(folder)]) == 0
    assert "187" in capsys.readouterr().out
    line = change(folder, "counters.csv", "B02,", "B01,")
    assert main([str(folder), "--language", "en"]) == 1
    said = capsys.readouterr().err
    assert f"counters.csv:{line} [B01] There is already a counter" in said
    assert "Nothing was changed" in said


def test_every_code_has_a_text_with_the_same_params_in_both_languages() -> None:
    source = "".join((DEMO.parents[1] / name).read_text() for name in (
        "server/features/setup/hall_files.py", "server/features/setup/hall_files_reading.py",
        "server/features/setup/hall_files_checks.py", "server/features/setup/hall_files_guides.py",
            "shared/schemas/hall_files.py"))  # fmt: skip
    for language, other in (("zh-CN", "en"), ("en", "zh-CN")):
        path = DEMO.parent / "locale" / language / "hall_files.toml"
        for code in tomllib.loads(path.read_text(encoding="utf-8"))["problem"]:
            key = f"hall_files.problem.{code}"
            mine, theirs = catalogue().template(key, language), catalogue().template(key, other)
            assert mine and theirs and params_of(mine) == params_of(theirs), key
            assert f'"{code}"' in source, f"{code} is never used"
