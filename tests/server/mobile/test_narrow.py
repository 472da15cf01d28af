"""Whatever is written into notices, guides, departments, cases and the way here: a phone shows it within its width."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import requests

from server.mobile.rendering import numbers
from shared.client.hall_client import HallClient
from shared.schemas.guides import DepartmentCreate, DepartmentEdit, GuideCreate, GuideFields
from shared.schemas.introduction import IntroductionContent
from shared.schemas.notices import NoticeContent, NoticePublish, NoticeSettingsEdit
from shared.schemas.publicity import CaseGiven
from tests.fakes.browser import WIDTH, Phone
from tests.fakes.hall import RunningHall
from tests.fakes.items import item

# Nothing in it lets a line end.
LATIN = "https://www.example.gov.cn/zwfw/" + "x" * 60
CHINESE = "粤港澳大湾区城乡居民基本养老保险关系转移接续与待遇领取资格认证综合受理" * 2
WORDS = f"{LATIN} {CHINESE}"
PHONE = "020-0555 1231 转 8012、(020)0555-1232/13800000000"


def published(client: HallClient) -> str:
    now = client.notice_settings()
    client.set_notice_settings(NoticeSettingsEdit.model_validate(now.model_dump() | {"own_review": True}))
    body = f"# {WORDS}\n\n{WORDS}\n\n- {WORDS}\n\n1. **{WORDS}**\n\n[{LATIN}]({LATIN})"
    made = client.add_notice(NoticeContent.model_validate({"title": LATIN[:64], "summary": WORDS[:120], "body": body}))
    for step in ("submit", "approve"):
        made = client.step_notice(made.id, step, made.edition)
    client.publish_notice(made.id, NoticePublish(edition=made.edition))
    return f"/n/{made.id}"


def introduced(client: HallClient) -> None:
    view = client.introduction_versions()
    way = {
        "address": WORDS, "note": WORDS, "hours": WORDS,
        "phones": [{"name": WORDS, "number": PHONE}, {"name": "咨询台", "number": "12345"}],
        "lines": [{"name": WORDS, "stop": WORDS, "walk_minutes": 6, "note": WORDS}],
        "routes": [{"start": WORDS, "minutes": 20, "steps": [WORDS]}],
        "car_parks": [{"name": WORDS, "entrance": WORDS, "places": 300, "fee": WORDS}],
    }  # fmt: skip
    content = IntroductionContent.model_validate({"title": WORDS, "body": WORDS, "getting_here": way})
    saved = client.save_introduction(view.edition, content)
    client.step_introduction("publish", saved.edition, saved.newest)


def guided(client: HallClient) -> tuple[str, str]:
    """A department and a guide of it."""
    made = client.add_department(DepartmentCreate(name=WORDS, category=LATIN[:64]))
    leader = {"name": WORDS, "title": WORDS, "duty": WORDS}
    wanted = {
        "version": made.version, "phone": PHONE, "scope": WORDS, "windows": WORDS, "flows": WORDS,
        "leaders": [leader, {"title": "局长", "duty": CHINESE}],
    }  # fmt: skip
    client.edit_department(made.id, DepartmentEdit.model_validate(wanted))
    fields = item(
        "WIDE", name=WORDS, name_en=LATIN, department=WORDS, themes=[WORDS], summary=WORDS, conditions=[WORDS],
        limit_note=WORDS, result=WORDS, address=WORDS, hours=WORDS, consult_phone=PHONE, complaint_phone=PHONE,
        materials=[{"name": WORDS, "originals": 1, "copies": 2, "note": WORDS}],
        steps=[{"name": WORDS, "duration": "5 个工作日", "outcome": WORDS, "note": WORDS}],
        fees=[{"name": WORDS, "fen": 1050, "unit": "证", "basis": WORDS, "note": WORDS}],
        basis=[{"title": WORDS, "number": WORDS, "article": WORDS, "text": WORDS}],
        windows=[{"label": WORDS, "area": WORDS}],
    )  # fmt: skip
    guide = client.add_guide(GuideCreate(fields=GuideFields.model_validate(fields)))
    return f"/g/d/{guide.department_id}", f"/g/{guide.id}"


@pytest.fixture(scope="module")
def pages(shared_hall: RunningHall) -> list[str]:
    client = shared_hall.client("admin", "narrow")
    decided = (date.today() - timedelta(days=3)).isoformat()
    case = {
        "number": "W-" + "1" * 50,
        "item": WORDS,
        "applicant": CHINESE[:60],
        "department": WORDS,
        "decided_on": decided,
    }
    client.bring_cases([CaseGiven.model_validate(case)])
    introduced(client)
    department, guide = guided(client)
    lists = ["/n", "/h", "/h/way", "/p", "/g", "/g/departments"]
    return [*lists, published(client), department, guide, "/n/nonsense", "/g/nonsense", "/g/d/nonsense"]


def test_no_page_is_wider_than_the_phone_in_either_language_and_with_large_letters(
    shared_hall: RunningHall, plain_browser: Phone, pages: list[str]
) -> None:
    browser = plain_browser
    browser.complaints()
    wide = []
    for path, language in ((path, language) for path in pages for language in ("zh-CN", "en")):
        browser.open(f"{shared_hall.url}{path}?lang={language}")
        for letters in ("100%", "175%"):
            browser.run(f"document.documentElement.style.fontSize = {letters!r}")
            beyond = browser.run(
                "return [...document.querySelectorAll('body *')].filter(one => one.getClientRects().length && "
                f"one.getBoundingClientRect().right > {WIDTH + 1}).map(one => one.tagName + '.' + one.className)"
            )
            if beyond:
                wide.append((path, language, letters, beyond[:4]))
    assert wide == []
    assert [one for one in browser.complaints() if "404" not in one] == []


def test_each_number_is_dialled_by_itself_with_its_extension_after_a_pause(
    shared_hall: RunningHall, get: Callable[..., requests.Response], pages: list[str]
) -> None:
    assert numbers(PHONE) == [
        ("020-0555 1231 转 8012", "02005551231,8012"), ("(020)0555-1232", "02005551232"),
        ("13800000000", "13800000000"),
    ]  # fmt: skip
    assert numbers("") == numbers(" 、") == []
    page = get(f"{pages[7]}?lang=zh-CN").text
    for to in ("02005551231,8012", "02005551232", "13800000000"):
        assert f'href="tel:{to}"' in page
