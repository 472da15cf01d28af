"""A hall that publishes: what is written, reviewed and published by hand, with its outbox worked off by hand."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from fastapi import APIRouter, FastAPI

from server.audit import Actor
from server.deliveries import Courier
from server.features.notices import outlets, service, settings, shown, views
from server.features.notices.carrying import carry_notice
from server.features.notices.channels import wechat
from server.features.notices.media import LIBRARY, MediaFile
from server.features.notices.service import By
from server.places import outside
from shared.client.line import Places
from shared.schemas.notices import (
    NoticeContent,
    NoticePublish,
    NoticeSettingsEdit,
    NoticeView,
    Outlet,
    ShownNotice,
)
from tests.fakes.wechat import APP_ID, SECRET, WechatAccount, official_account
from tests.fakes.weibo import TOKEN, Microblog, microblog
from tests.server.conftest import Desk

BASE = "http://hall"
WRITER, REVIEWER = By(Actor("user:writer"), BASE), By(Actor("user:reviewer"), BASE)
HERE = outside("http://127.0.0.1")
COVER = "c0" * 32
PICTURE = "a1" * 32


@dataclass
class Press:
    desk: Desk
    files: dict[str, MediaFile] = field(default_factory=dict)
    # The stand-ins of the channels are on this machine.
    places: Places = HERE

    def write(self, title: str = "放假安排", body: str = "国庆节**不办公**。", **more: Any) -> NoticeView:
        content = NoticeContent.model_validate({"title": title, "body": body} | more)
        id_ = self.desk.database.write(lambda w: service.create(w, WRITER, content))
        return self.view(id_)

    def edit(self, notice_id: UUID, by: By = WRITER, **more: Any) -> NoticeView:
        now = self.view(notice_id)
        content = now.versions[0].content.model_copy(update=more)
        self.desk.database.write(lambda w: service.edit(w, by, notice_id, now.edition, content))
        return self.view(notice_id)

    def submit(self, notice_id: UUID, by: By = WRITER) -> NoticeView:
        edition = self.view(notice_id).edition
        self.desk.database.write(lambda w: service.submit(w, by, notice_id, edition, ""))
        return self.view(notice_id)

    def review(self, notice_id: UUID, by: By = REVIEWER, *, good: bool = True, note: str = "") -> NoticeView:
        edition = self.view(notice_id).edition
        self.desk.database.write(lambda w: service.review(w, by, notice_id, edition, note, good=good))
        return self.view(notice_id)

    def publish(self, notice_id: UUID, at: datetime | None = None, until: datetime | None = None) -> NoticeView:
        wanted = NoticePublish(edition=self.view(notice_id).edition, at=at, until=until)
        self.desk.database.write(lambda w: service.publish(w, REVIEWER, notice_id, wanted))
        return self.view(notice_id)

    def published(self, **content: Any) -> NoticeView:
        """One that has gone the whole way."""
        made = self.write(**content)
        return self.again(made.id)

    def again(self, notice_id: UUID, **when: Any) -> NoticeView:
        """From the draft to its publication."""
        self.submit(notice_id)
        self.review(notice_id)
        return self.publish(notice_id, **when)

    def retract(self, notice_id: UUID, note: str = "有误") -> NoticeView:
        edition = self.view(notice_id).edition
        self.desk.database.write(lambda w: service.retract(w, REVIEWER, notice_id, edition, note))
        return self.view(notice_id)

    def pin(self, notice_id: UUID, place: int) -> None:
        edition = self.view(notice_id).edition
        self.desk.database.write(lambda w: service.pin(w, REVIEWER, notice_id, edition, place))

    def tick(self) -> int:
        return self.desk.database.write(lambda w: service.tick(w, BASE))

    def view(self, notice_id: UUID) -> NoticeView:
        found: NoticeView = self.desk.read(lambda reader: views.view(reader, notice_id))
        return found

    def shown(self) -> list[ShownNotice]:
        found: list[ShownNotice] = self.desk.read(lambda reader: shown.shown(reader, BASE))
        return found

    def told(self, kind: str) -> list[dict[str, Any]]:
        return [json.loads(event.data) for event in self.desk.events if event.kind == kind]

    # Channels

    def set_up(self, *, base: str = "http://127.0.0.1", **wanted: Any) -> None:
        now = self.desk.read(settings.shown_settings).model_dump()
        edit = NoticeSettingsEdit.model_validate(now | wanted)
        self.desk.database.write(lambda w: settings.put_settings(w, base, edit, Actor("user:admin")))

    def carry(self, most: int = 20) -> int:
        """Work the outbox off until nothing is due."""

        async def all_of_it() -> int:
            carriers = {outlets.OUTLET: partial(carry_notice, self.desk.database, BASE, self.places)}
            done = 0
            with closing(Courier(self.desk.database, carriers)) as courier:
                while done < most and (now := await courier.work()):
                    done += now
            return done

        return asyncio.run(all_of_it())

    def call(
        self, router: APIRouter, method: str, path: str, query: dict[str, str], body: bytes = b""
    ) -> tuple[int, str]:  # fmt: skip
        """Status and text of a route, as a server would run it."""
        app = FastAPI()
        app.state.database, app.state.context = self.desk.database, self.desk.context
        app.include_router(router)
        said: list[dict[str, Any]] = []
        scope = {
            "type": "http", "method": method, "path": path, "query_string": urlencode(query).encode(), "headers": [],
            "http_version": "1.1", "scheme": "http", "server": ("hall", 80), "client": ("a", 1), "root_path": "",
            "raw_path": path.encode(), "asgi": {"version": "3.0"},
        }  # fmt: skip

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            said.append(message)

        asyncio.run(app(scope, receive, send))  # type: ignore[arg-type]
        return said[0]["status"], b"".join(one.get("body", b"") for one in said[1:]).decode()

    def outlet(self, notice_id: UUID, number: int | None = None) -> Outlet:
        """The only one, or that of a version."""
        (found,) = [one for one in self.view(notice_id).outlet_list if number in (None, one.number)]
        return found

    def retry(self, notice_id: UUID) -> None:
        one = self.outlet(notice_id)
        self.desk.database.write(lambda w: outlets.retry(w, notice_id, one.id, REVIEWER.who))

    def take_back(self, notice_id: UUID) -> None:
        one = self.outlet(notice_id)
        self.desk.database.write(lambda w: outlets.take_back(w, notice_id, one.id, REVIEWER.who))


@pytest.fixture
def press(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Press]:
    made = Press(desk, {COVER: MediaFile("image/jpeg", b"\xff\xd8cover"), PICTURE: MediaFile("image/png", b"\x89PNG")})
    monkeypatch.setattr(LIBRARY, "exists", lambda reader, media: media in made.files)
    monkeypatch.setattr(LIBRARY, "read", lambda reader, media: made.files.get(media))
    yield made


@pytest.fixture
def account(press: Press) -> Iterator[WechatAccount]:
    with official_account() as made:
        rules = {"on": True, "address": made.address, "app_id": APP_ID}
        press.set_up(wechat=rules, wechat_secret=SECRET)
        yield made
        wechat._tokens.clear()


@pytest.fixture
def blog(press: Press) -> Iterator[Microblog]:
    with microblog() as made:
        press.set_up(weibo={"on": True, "address": made.address}, weibo_token=TOKEN)
        yield made


def out(press: Press, channel: str, **content: Any) -> NoticeView:
    return press.published(channels=[channel], cover=COVER, **content)


def later(press: Press, minutes: float = 10) -> None:
    press.desk.clock.forward(minutes=minutes)
    press.carry()
