"""Published once, seen everywhere at the same moment: the snapshot, the event, the phone pages, both feeds."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from uuid import UUID, uuid4
from xml.etree import ElementTree

import pytest
import requests

from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.schemas.notices import NoticeContent, NoticePublish, NoticeSettingsEdit, NoticeView
from tests.fakes.hall import RunningHall

ATOM = "{http://www.w3.org/2005/Atom}"
NASTY = "# 通知\n\n<script>alert(1)</script> **重要** & [看](https://x.gov.cn/?a=1&b=2)"


def client_of(hall: RunningHall) -> HallClient:
    client = hall.client("admin", "notices")
    now = client.notice_settings()
    if not now.own_review:
        client.set_notice_settings(NoticeSettingsEdit.model_validate(now.model_dump() | {"own_review": True}))
    return client


def published(hall: RunningHall, **content: Any) -> NoticeView:
    client = client_of(hall)
    made = client.add_notice(NoticeContent.model_validate({"title": "放假", "body": NASTY} | content))
    made = client.step_notice(made.id, "submit", made.edition)
    made = client.step_notice(made.id, "approve", made.edition)
    return client.publish_notice(made.id, NoticePublish(edition=made.edition))


def get(hall: RunningHall, path: str, **headers: str) -> requests.Response:
    return requests.get(f"{hall.url}{path}", headers=headers, timeout=10)


def test_everything_shows_it_at_once_and_drops_it_at_once(shared_hall: RunningHall) -> None:
    title = f"放假 {uuid4().hex[:6]} <b>"
    one = published(shared_hall, title=title, summary="十月一日")
    display = shared_hall.client("display")

    def seen() -> list[bool]:
        notices = display.snapshot("notices").notices
        assert notices is not None
        feed = get(shared_hall, "/feed.json").json()
        atom = ElementTree.fromstring(get(shared_hall, "/feed.atom").content)
        return [
            any(notice.title == title and notice.body == NASTY for notice in notices),
            any(item["title"] == title for item in feed["items"]),
            any(entry.findtext(f"{ATOM}title") == title for entry in atom.iter(f"{ATOM}entry")),
            title.replace("<b>", "&lt;b&gt;") in get(shared_hall, "/n").text,
            get(shared_hall, f"/n/{one.id}").status_code == 200,
        ]

    assert seen() == [True] * 5
    client = client_of(shared_hall)
    now = client.notice(one.id)
    client.step_notice(one.id, "retract", now.edition, "有误")
    assert seen() == [False] * 5
    assert "不再展示" in get(shared_hall, f"/n/{one.id}").text


def test_the_page_is_plain_html_escaped_and_says_when_it_is_over(shared_hall: RunningHall) -> None:
    one = published(shared_hall, title="页面", kind="policy")
    answer = get(shared_hall, f"/n/{one.id}")
    assert (
        "<script>alert" not in answer.text
        and "&lt;script&gt;" in answer.text
        and "<strong>重要</strong>" in answer.text
    )
    assert "<script" not in answer.text, "nothing has to run"
    assert "media-src 'self'" in answer.headers["content-security-policy"]
    english = get(shared_hall, f"/n/{one.id}?lang=en").text
    assert "Policy" in english and "All notices" in english
    for path in (f"/n/{uuid4()}", "/n/nonsense"):
        assert get(shared_hall, path).status_code == 404
    assert get(shared_hall, f"/n/{one.id}?v=1").status_code == 200


def test_the_pinned_one_stands_first_on_the_phone(shared_hall: RunningHall) -> None:
    client = client_of(shared_hall)
    low, high = published(shared_hall, title="后来居下"), published(shared_hall, title="置顶居上")
    last = published(shared_hall, title="最新的")
    now = client.pin_notice(high.id, client.notice(high.id).edition, 1)
    text = get(shared_hall, "/n").text
    assert text.index("置顶居上") < text.index("最新的") < text.index("后来居下")
    client.pin_notice(high.id, now.edition, 0)
    assert low.live == last.live == 1


def test_the_account_that_calls_is_heard_only_when_it_signs(shared_hall: RunningHall) -> None:
    client = client_of(shared_hall)
    address, query = f"{shared_hall.url}/wechat/callback", {"timestamp": "1", "nonce": "2", "echostr": "hello"}
    assert requests.get(address, query, timeout=10).status_code == 403, "nothing was agreed on"
    now = client.notice_settings().model_dump() | {"wechat_callback_token": "agreed1", "wechat_secret": "s"}
    now["wechat"] |= {"on": True, "app_id": "wx1", "address": "http://127.0.0.1:1"}
    client.set_notice_settings(NoticeSettingsEdit.model_validate(now))
    signed = query | {"signature": hashlib.sha1("".join(sorted(("agreed1", "1", "2"))).encode()).hexdigest()}
    answer = requests.get(address, signed, timeout=10)
    assert (answer.status_code, answer.text) == (200, "hello")
    assert requests.get(address, signed | {"nonce": "3"}, timeout=10).status_code == 403
    event = "<xml><Event>PUBLISHJOBFINISH</Event><PublishEventInfo><publish_id>7</publish_id></PublishEventInfo></xml>"
    heard = requests.post(address, event, params=signed, timeout=10)
    assert (heard.status_code, heard.text) == (200, "success")
    assert requests.post(address, event, params=query, timeout=10).status_code == 403
    off = client.notice_settings().model_dump() | {"wechat_callback_token": "", "wechat_secret": ""}
    off["wechat"] |= {"on": False}
    client.set_notice_settings(NoticeSettingsEdit.model_validate(off))


def test_the_feeds_are_what_they_say(shared_hall: RunningHall) -> None:
    one = published(shared_hall, title="订阅", summary="摘要")
    answer = get(shared_hall, "/feed.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(answer.content)
    # What RFC 4287 asks of a feed and of each entry.
    for node in (feed, *feed.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(node.findall(f"{ATOM}{name}")) == 1 and node.findtext(f"{ATOM}{name}")
        UUID(str(node.findtext(f"{ATOM}id")).removeprefix("urn:uuid:"))
    assert feed.find(f"{ATOM}author/{ATOM}name") is not None
    ids = [node.findtext(f"{ATOM}id") for node in feed.iter(f"{ATOM}entry")]
    assert len(ids) == len(set(ids)) and f"urn:uuid:{one.id}" in ids
    (entry,) = [node for node in feed.iter(f"{ATOM}entry") if node.findtext(f"{ATOM}id") == f"urn:uuid:{one.id}"]
    content = entry.find(f"{ATOM}content")
    assert content is not None and content.get("type") == "html" and "<script>" not in str(content.text)
    told = get(shared_hall, "/feed.json")
    assert told.headers["content-type"].startswith("application/feed+json")
    found = told.json()
    assert found["version"] == "https://jsonfeed.org/version/1.1" and found["title"]
    item = next(item for item in found["items"] if item["id"] == f"urn:uuid:{one.id}")
    assert {"id", "url", "title", "content_html", "date_published", "date_modified", "summary"} <= set(item)
    assert item["url"].endswith(f"/n/{one.id}")


@pytest.mark.parametrize("path", ["/feed.atom", "/feed.json"])
def test_what_has_not_changed_is_not_sent_again(shared_hall: RunningHall, path: str) -> None:
    one = published(shared_hall, title="标签")
    first = get(shared_hall, path)
    tag = first.headers["etag"]
    for known in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        again = get(shared_hall, path, **{"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    client = client_of(shared_hall)
    client.step_notice(one.id, "retract", client.notice(one.id).edition, "x")
    fresh = get(shared_hall, path, **{"If-None-Match": tag})
    assert fresh.status_code == 200 and fresh.headers["etag"] != tag


def test_a_new_version_is_the_same_entry_updated(shared_hall: RunningHall) -> None:
    one = published(shared_hall, title="第一版")
    client = client_of(shared_hall)

    def item() -> dict[str, Any]:
        items = get(shared_hall, "/feed.json").json()["items"]
        (found,) = [item for item in items if item["id"] == f"urn:uuid:{one.id}"]
        return dict(found)

    before = item()
    now = client.edit_notice(
        one.id, client.notice(one.id).edition, one.versions[0].content.model_copy(update={"title": "二"})
    )
    assert item() == before, "a draft is nobody's business"
    for act in ("submit", "approve"):
        now = client.step_notice(one.id, act, now.edition)
    client.publish_notice(one.id, NoticePublish(edition=now.edition))
    after = item()
    assert (after["title"], after["date_published"]) == ("二", before["date_published"])
    assert after["date_modified"] > before["date_modified"]


def test_refusals_are_in_words(shared_hall: RunningHall) -> None:
    client = client_of(shared_hall)
    with pytest.raises(HallError) as refused:
        client.notice(uuid4())
    assert refused.value.code == "notice_unknown"
    with pytest.raises(HallError) as refused:
        client.add_notice(NoticeContent(title="x", cover="ab" * 32))
    assert refused.value.code == "notice_media_missing"
    assert json.loads(get(shared_hall, "/api/v1/notices").text)["code"] == "token_missing"
