"""The hall's introduction: versions, what everybody sees of it, and its pages on the phone."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from server.audit import SYSTEM
from server.features.introduction import service
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.schemas.introduction import IntroductionContent, IntroductionView, ShownIntroduction
from tests.fakes.engines import on_sqlite
from tests.fakes.hall import RunningHall
from tests.server.conftest import Desk

COVER, MAP = "c0" * 32, "a1" * 32
NASTY = "# 你好\n\n<script>alert(1)</script>**重要**"


def content(**changed: Any) -> IntroductionContent:
    return IntroductionContent.model_validate({"title": "大厅", "body": NASTY} | changed)


def now(desk: Desk) -> IntroductionView:
    found: IntroductionView = desk.read(service.view)
    return found


def shown(desk: Desk) -> ShownIntroduction:
    found: ShownIntroduction = desk.read(lambda reader: service.shown(reader, "http://hall"))
    return found


def save(desk: Desk, what: IntroductionContent) -> IntroductionView:
    edition = now(desk).edition
    return desk.database.write(lambda writer: service.save(writer, SYSTEM, edition, what))


def publish(desk: Desk, number: int) -> IntroductionView:
    edition = now(desk).edition
    return desk.database.write(lambda writer: service.publish(writer, SYSTEM, edition, number))


def test_a_version_is_seen_when_it_is_published_and_an_old_one_takes_it_back(desk: Desk) -> None:
    first = shown(desk)
    assert (first.number, first.link, first.way_link) == (1, "http://hall/h", "http://hall/h/way")
    saved = save(desk, content())
    assert (saved.newest, saved.live) == (2, 1) and shown(desk).content == first.content
    # Saved again as it is, it is no other version.
    assert save(desk, content()).newest == 2
    publish(desk, 2)
    assert shown(desk).content == content() and shown(desk).published_at == desk.clock.now
    publish(desk, 1)
    assert shown(desk).content == first.content
    edition = now(desk).edition
    restored = desk.database.write(lambda writer: service.restore(writer, SYSTEM, edition, 2))
    assert (restored.newest, restored.live, restored.versions[0].restored) == (3, 1, 2)
    assert restored.draft == content()
    assert [one.kind for one in desk.events if one.kind == "introduction.changed"] == ["introduction.changed"] * 2
    with pytest.raises(HallError, match="changed_meanwhile"):
        desk.database.write(lambda writer: service.save(writer, SYSTEM, 0, content()))
    with pytest.raises(HallError, match="introduction_version_unknown"):
        publish(desk, 9)


@on_sqlite
def test_pictures_are_those_of_the_store_and_stay_while_they_are_shown(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(HallError, match="notice_media_missing"):
        save(desk, content(cover=COVER))
    monkeypatch.setattr(service, "media_exists", lambda reader, sha256: sha256 in (COVER, MAP))
    save(desk, content(cover=COVER, getting_here={"map": MAP}))
    assert not desk.read(lambda reader: service.shows_media(reader, COVER))
    assert [use.kind for use in desk.read(lambda reader: service.uses_of_media(reader, MAP))] == ["introduction"]
    publish(desk, now(desk).newest)
    save(desk, content())
    # The one that is shown still does; both may be read without a token.
    for sha256 in (COVER, MAP):
        assert desk.read(lambda reader, one=sha256: service.shows_media(reader, one))
        assert desk.read(lambda reader, one=sha256: service.uses_of_media(reader, one))
    publish(desk, now(desk).newest)
    assert not desk.read(lambda reader: service.shows_media(reader, MAP))


@pytest.fixture
def client(shared_hall: RunningHall) -> HallClient:
    return shared_hall.client("admin", "introduction")


def test_every_screen_and_phone_shows_what_is_published(shared_hall: RunningHall, client: HallClient) -> None:
    view = client.introduction_versions()
    wanted = content(
        title_en="The hall", body_en="Welcome",
        getting_here=view.draft.getting_here.model_dump() | {"note": "**雨天**请走地下通道"},
    )  # fmt: skip
    saved = client.save_introduction(view.edition, wanted)
    client.step_introduction("publish", saved.edition, saved.newest)
    for kind in ("kiosk", "display"):
        reader = shared_hall.client(kind, f"hall-{kind}")
        assert reader.introduction().content == wanted
        assert reader.weather().now is None and reader.almanac(days=3).days[0].day == reader.almanac().today
        snapshot = reader.snapshot("information")
        assert snapshot.weather is not None and snapshot.calls is None
        with pytest.raises(HallError, match="not_permitted"):
            reader.introduction_versions()
    hall = requests.get(f"{shared_hall.url}/h", timeout=10)
    assert hall.status_code == 200 and "农历" in hall.text and 'id="weather"' not in hall.text
    assert "&lt;script&gt;" in hall.text and "<script>alert" not in hall.text and "<strong>重要</strong>" in hall.text
    english = requests.get(f"{shared_hall.url}/h?lang=en", timeout=10).text
    assert "Welcome" in english and "Lunar calendar" in english and "/h/way?lang=en" in english
    way = requests.get(f"{shared_hall.url}/h/way", timeout=10).text
    for words in (
        "明德大道66号",
        "地铁 3号线",
        "步行约 6 分钟",
        "从岭海火车站出发",
        "320 个车位",
        "<strong>雨天</strong>",
    ):
        assert words in way
