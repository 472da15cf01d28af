"""Guides on a phone, in a real browser without scripts: by whom, theme and department to the guide and to booking."""

from __future__ import annotations

import pytest
import requests

from shared.domain.errors import HallError
from shared.schemas.guides import DepartmentEdit, GuideCreate, GuideFields
from tests.fakes.browser import Phone
from tests.fakes.hall import RunningHall
from tests.fakes.items import item


def tap(browser: Phone, words: str, arrived: str, leads: str = "/") -> None:
    """The first link with these words to an address that begins so; wait until this stands there."""
    browser.run(
        f"const found = [...document.querySelectorAll(`a[href^={leads!r}]`)].find(a => a.innerText.includes("
        f"{words!r})); found.id = 'wanted'"
    )  # fmt: skip
    browser.tap("#wanted")
    browser.wait(lambda: arrived in browser.text("main"), arrived)


def test_from_booking_to_a_guide_and_back(shared_hall: RunningHall, plain_browser: Phone) -> None:
    browser = plain_browser
    browser.complaints()
    browser.open(f"{shared_hall.url}/b")
    tap(browser, "办事指南", "按主题查找")
    tap(browser, "企业办事", "开办企业")
    assert "婚姻登记" not in browser.text("#themes")
    tap(browser, "开办企业", "食品经营许可")
    tap(browser, "食品经营许可", "现场核查")
    for words in ("10 个工作日", "5 个工作日", "不收费", "食品安全法", "窗口领取", "020-0555 1231", "12345"):
        assert words in browser.text("main")
    tap(browser, "预约办理", "")
    assert "食品经营许可" in browser.text("main")
    browser.open(f"{shared_hall.url}/g")
    tap(browser, "人力资源", "分管社会保险")
    tap(browser, "失业保险金", "核定通知", "/g/")
    assert browser.complaints() == []


def test_what_stands_in_a_guide_is_words_and_nothing_else(shared_hall: RunningHall) -> None:
    client = shared_hall.client("admin")
    bad = "<script>alert(1)</script>"
    said = item(
        "EVIL", name=bad, conditions=[bad], themes=["a&b=c"], fees=[{"name": bad, "fen": 1050, "unit": "证"}],
        hours="一\n二", audience=["enterprise"], windows=[{"label": "A1"}],
    )  # fmt: skip
    made = client.add_guide(GuideCreate(fields=GuideFields.model_validate(said)))
    page = requests.get(f"{shared_hall.url}/g/{made.id}", timeout=10)
    assert page.status_code == 200 and bad not in page.text and "&lt;script&gt;" in page.text
    assert "10.50 元/证" in page.text and "default-src 'none'" in page.headers["content-security-policy"]
    listed = requests.get(f"{shared_hall.url}/g?for=enterprise&theme=a%26b%3Dc", timeout=10)
    assert f"/g/{made.id}" in listed.text and "theme=a%26b%3Dc" in listed.text
    english = requests.get(f"{shared_hall.url}/g/{made.id}?lang=en", timeout=10)
    assert "Free of charge" not in english.text and "10.50 yuan per" in english.text
    for lost in ("00000000-0000-0000-0000-000000000000", "nonsense", "d/nonsense"):
        answer = requests.get(f"{shared_hall.url}/g/{lost}", timeout=10)
        assert answer.status_code == 404 and "/g" in answer.text


def test_a_department_says_who_is_there_and_no_names_of_clerks(shared_hall: RunningHall) -> None:
    client = shared_hall.client("admin")
    one = next(one for one in client.departments() if one.short_name == "市监局")
    wanted = DepartmentEdit(version=one.version, scope="登记注册和许可审批", flows="先取号，再到窗口")
    client.edit_department(one.id, wanted)
    page = requests.get(f"{shared_hall.url}/g/d/{one.id}", timeout=10).text
    assert "登记注册和许可审批" in page and "副局长" in page
    assert "先取号，再到窗口" in page and one.businesses[0].name in page
    whole = next(other for other in client.departments(every=True) if other.id == one.id)
    assert all(place.staff_name not in page for place in whole.on_duty)


def test_all_departments_by_category_with_those_below_under_them(shared_hall: RunningHall) -> None:
    client = shared_hall.client("admin")
    known = {one.short_name: one for one in client.departments()}
    for name, above in (("住建局", "规自局"), ("档案馆", "住建局")):
        wanted = DepartmentEdit(version=known[name].version, parent_id=known[above].id)
        client.edit_department(known[name].id, wanted)
    page = requests.get(f"{shared_hall.url}/g/departments", timeout=10).text
    assert [page.count(f"/g/d/{one.id}") for one in known.values()] == [1] * len(known)
    places = [page.index(str(known[name].id)) for name in ("规自局", "住建局", "档案馆")]
    assert places == sorted(places) and page.count('class="below"') == 2 and "民生服务" in page
    assert "民生服务" not in requests.get(f"{shared_hall.url}/g/departments?lang=en", timeout=10).text


def test_guides_out_of_use_are_for_who_keeps_them(shared_hall: RunningHall) -> None:
    admin = shared_hall.client("admin", "keeps-guides")
    (one, *_) = admin.guides(retired="true").items
    assert admin.guide(one.id, retired=True).id == one.id
    for kind in ("kiosk", "display", "counter"):
        client = shared_hall.client(kind, f"looks-{kind}")
        assert client.guide(one.id).id == one.id
        for look in (lambda c=client: c.guides(retired="true"), lambda c=client: c.guide(one.id, retired=True)):
            with pytest.raises(HallError, match="not_permitted"):
                look()
