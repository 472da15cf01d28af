"""A desk whose outbox is worked off by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from server.audit import Actor
from server.deliveries import Courier
from server.features.messages import service
from server.features.messages.carrying import carry_message
from server.features.messages.channels import FILE
from server.features.messages.service import MESSAGE, Recipient
from server.places import outside
from shared.schemas.messages import MessageEntry, MessageSettings, MessageSettingsEdit
from tests.server.conftest import Desk

HERE = outside("http://127.0.0.1")
WHO = Actor("user:test")
PHONE = "13800138000"


@dataclass
class Post:
    """The hall's messages: set up, told, carried, looked at."""

    desk: Desk
    folder: Path

    def set_up(self, *, base: str = "http://127.0.0.1", secret: str | None = None, **rules: Any) -> MessageSettings:
        now = self.desk.read(service.shown_settings)
        wanted = now.model_dump() | {"secret": secret} | rules
        edit = MessageSettingsEdit.model_validate(wanted)
        return self.desk.database.write(lambda w: service.put_settings(w, base, edit, WHO))

    def tell(self, kind: str, to: Recipient, **params: str) -> bool:
        return self.desk.database.write(lambda w: service.tell(w, kind, to, params))

    def carry(self) -> int:
        async def once() -> int:
            with closing(
                Courier(self.desk.database, {MESSAGE: partial(carry_message, self.desk.database, self.folder, HERE)})
            ) as c:
                return await c.work()

        return asyncio.run(once())

    def listed(self, state: str | None = None) -> list[MessageEntry]:
        found: list[MessageEntry] = self.desk.read(lambda reader: service.listed(reader, state)).items
        return found

    @property
    def file(self) -> str:
        path = self.folder / FILE
        return path.read_text("utf-8") if path.exists() else ""


@pytest.fixture
def post(desk: Desk, tmp_path: Path) -> Iterator[Post]:
    yield Post(desk, tmp_path)
