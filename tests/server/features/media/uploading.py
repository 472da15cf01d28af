"""Uploads over the wire, piece by piece."""

from __future__ import annotations

import hashlib
from typing import Any

import requests

from server.main import BASE
from tests.fakes.hall import RunningHall


class Wire:
    """Requests of one kind of token, answered as they come."""

    def __init__(self, hall: RunningHall, kind: str = "admin") -> None:
        self._base = f"{hall.url}{BASE}/media"
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {hall.token(kind)}"

    def close(self) -> None:
        self._session.close()

    def forget_token(self) -> None:
        del self._session.headers["Authorization"]

    def ask(self, method: str, path: str = "", **how: Any) -> requests.Response:
        return self._session.request(method, f"{self._base}{path}", timeout=20, **how)

    def begin(self, content: bytes, *, name: str = "大厅.png", media_type: str = "image/png", **said: Any) -> Any:
        body = {"name": name, "size": len(content), "sha256": sha256(content), "media_type": media_type} | said
        return self.ask("POST", "/uploads", json=body)

    def piece(self, upload: str, offset: int, content: bytes) -> requests.Response:
        return self.ask("PATCH", f"/uploads/{upload}", params={"offset": offset}, data=content)

    def finish(self, upload: str) -> requests.Response:
        return self.ask("POST", f"/uploads/{upload}/finish")

    def upload(self, content: bytes, **how: Any) -> requests.Response:
        """All of it at once; the answer to its last step."""
        begun = self.begin(content, **how)
        if begun.status_code != 201 or begun.json()["media"]:
            return begun
        id_ = begun.json()["id"]
        for offset in range(begun.json()["offset"], len(content), 2**20):
            assert self.piece(id_, offset, content[offset : offset + 2**20]).status_code == 200
        return self.finish(id_)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
