"""The official account as its interface is documented: tokens, pictures, drafts, publication, numbers of errors."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

APP_ID, SECRET = "wx1234567890abcdef", "app-secret"
PICTURES = ("image/jpeg", "image/png", "image/gif")


@dataclass
class WechatAccount:
    """``moods``: what the next call of a path does instead: a number of an error, an answer, ``silent`` (does it,
    says nothing), ``lost`` (does nothing, says nothing). ``outcome``: of the next publications; 1: under way until it
    is changed.
    """

    address: str = ""
    outcome: int = 0
    moods: dict[str, list[Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    drafts: dict[str, dict[str, Any]] = field(default_factory=dict)
    articles: dict[str, dict[str, Any]] = field(default_factory=dict)
    tasks: dict[str, dict[str, Any]] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)
    token: str = ""
    given: int = 0
    ids: Any = field(default_factory=lambda: count(1))

    @property
    def published(self) -> list[dict[str, Any]]:
        return [article for article in self.articles.values() if not article["is_deleted"]]

    def expire(self) -> None:
        """The token that was given is good no more."""
        self.token = ""

    def finish(self) -> None:
        """What is under way is published."""
        self.outcome = 0
        for task in self.tasks.values():
            if task["status"] == 1:
                self._publish(task)

    def push(self, token: str, event: str = "PUBLISHJOBFINISH", key: str = "") -> tuple[dict[str, str], bytes]:
        """How it calls the hall of its last publication: the query, and the XML, enciphered with a key."""
        task, found = list(self.tasks.items())[-1]
        told = (
            f"<publish_id>{task}</publish_id><publish_status>{found['status']}</publish_status>"
            f"<article_id><![CDATA[{found['article']}]]></article_id>"
        )
        body = (
            "<xml><ToUserName><![CDATA[gh_4d00ed8d6399]]></ToUserName><FromUserName><![CDATA[o1]]></FromUserName>"
            f"<CreateTime>1481013459</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[{event}]]></Event>"
            f"<PublishEventInfo>{told}</PublishEventInfo></xml>"
        )
        query = {"timestamp": "1481013459", "nonce": "1320562132"}
        query["signature"] = _signature(token, *query.values())
        if not key:
            return query, body.encode()
        secret = base64.b64decode(f"{key}=")
        plain = b"r" * 16 + len(body.encode()).to_bytes(4, "big") + body.encode() + APP_ID.encode()
        fill = 32 - len(plain) % 32
        cipher = Cipher(algorithms.AES(secret), modes.CBC(secret[:16])).encryptor()
        sealed = base64.b64encode(cipher.update(plain + bytes([fill]) * fill) + cipher.finalize()).decode()
        query |= {"encrypt_type": "aes", "msg_signature": _signature(token, *list(query.values())[:2], sealed)}
        return query, f"<xml><ToUserName>gh</ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>".encode()

    def answer(self, path: str, query: dict[str, list[str]], kind: str, body: bytes) -> dict[str, Any]:
        if path == "/cgi-bin/stable_token":
            return self._give_token(json.loads(body))
        if query.get("access_token") != [self.token] or not self.token:
            return _error(42001 if query.get("access_token") else 41001)
        if path in ("/cgi-bin/material/add_material", "/cgi-bin/media/uploadimg"):
            return self._upload(path, query, kind, body)
        said = json.loads(body)
        step = {
            "/cgi-bin/draft/add": self._add, "/cgi-bin/draft/get": self._get, "/cgi-bin/draft/delete": self._drop,
            "/cgi-bin/freepublish/submit": self._submit, "/cgi-bin/freepublish/get": self._status,
            "/cgi-bin/freepublish/batchget": self._list, "/cgi-bin/freepublish/delete": self._delete,
        }.get(path)  # fmt: skip
        return step(said) if step is not None else _error(40066)

    def _give_token(self, said: dict[str, Any]) -> dict[str, Any]:
        if said["grant_type"] != "client_credential" or said["appid"] != APP_ID:
            return _error(40013)
        if said["secret"] != SECRET:
            return _error(40125)
        # The same one while it is valid, unless a fresh one is asked for.
        if not self.token or said.get("force_refresh"):
            self.given += 1
            self.token = f"token-{self.given}"
        return {"access_token": self.token, "expires_in": 7200}

    def _upload(self, path: str, query: dict[str, list[str]], kind: str, body: bytes) -> dict[str, Any]:
        parsed = BytesParser().parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
        (part,) = parsed.get_payload()  # type: ignore[misc]
        assert part.get_param("name", header="content-disposition") == "media"  # type: ignore[union-attr]
        if part.get_content_type() not in PICTURES:  # type: ignore[union-attr]
            return _error(40005)
        content = part.get_payload(decode=True)  # type: ignore[union-attr]
        if len(content) > (10 if "material" in path else 1) * 1024 * 1024:
            return _error(40009)
        id_ = f"media-{next(self.ids)}"
        self.pictures[id_] = content  # type: ignore[assignment]
        url = f"https://mmbiz.qpic.cn/{id_}"
        return {"media_id": id_, "url": url} if query.get("type") == ["image"] else {"url": url}

    def _add(self, said: dict[str, Any]) -> dict[str, Any]:
        (article,) = said["articles"]
        if article["thumb_media_id"] not in self.pictures:
            return _error(40007)
        if len(article["title"]) > 64:
            return _error(45003)
        if len(article["digest"]) > 120:
            return _error(45004)
        if len(article["content"]) > 20_000:
            return _error(45002)
        id_ = f"draft-{next(self.ids)}"
        self.drafts[id_] = article
        return {"media_id": id_}

    def _get(self, said: dict[str, Any]) -> dict[str, Any]:
        draft = self.drafts.get(said["media_id"])
        return {"news_item": [draft]} if draft is not None else _error(40007)

    def _drop(self, said: dict[str, Any]) -> dict[str, Any]:
        return _error(0) if self.drafts.pop(said["media_id"], None) is not None else _error(40007)

    def _submit(self, said: dict[str, Any]) -> dict[str, Any]:
        draft = self.drafts.pop(said["media_id"], None)
        if draft is None:
            return _error(40007)
        id_ = f"{100000000 + next(self.ids)}"
        self.tasks[id_] = task = {"draft": draft, "status": self.outcome, "article": ""}
        if self.outcome == 0:
            self._publish(task)
        return {"errcode": 0, "errmsg": "ok", "publish_id": id_, "msg_data_id": "1"}

    def _publish(self, task: dict[str, Any]) -> None:
        id_ = f"article-{next(self.ids)}"
        task.update(status=0, article=id_)
        self.articles[id_] = task["draft"] | {"url": f"http://mp.weixin.qq.com/s/{id_}", "is_deleted": False}

    def _status(self, said: dict[str, Any]) -> dict[str, Any]:
        task = self.tasks.get(said["publish_id"])
        if task is None:
            return _error(40007)
        told = {"publish_id": said["publish_id"], "publish_status": task["status"], "fail_idx": []}
        if task["status"] == 0:
            item = {"idx": 1, "article_url": self.articles[task["article"]]["url"]}
            told |= {"article_id": task["article"], "article_detail": {"count": 1, "item": [item]}}
        return told

    def _list(self, said: dict[str, Any]) -> dict[str, Any]:
        assert 1 <= said["count"] <= 20
        newest = list(self.articles.items())[::-1][said["offset"] : said["offset"] + said["count"]]
        items = [
            {"article_id": id_, "content": {"news_item": [article]}, "update_time": 1}
            for id_, article in newest if not article["is_deleted"]
        ]  # fmt: skip
        return {"total_count": len(self.published), "item_count": len(items), "item": items}

    def _delete(self, said: dict[str, Any]) -> dict[str, Any]:
        article = self.articles.get(said["article_id"])
        if article is None or article["is_deleted"]:
            return _error(53600)
        article["is_deleted"] = True
        return _error(0)


def _signature(*words: str) -> str:
    return hashlib.sha1("".join(sorted(words)).encode()).hexdigest()


def _error(number: int) -> dict[str, Any]:
    return {"errcode": number, "errmsg": "ok" if number == 0 else f"error {number} rid: 5f3a"}


@contextmanager
def official_account() -> Iterator[WechatAccount]:
    account = WechatAccount()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            parts = urlsplit(self.path)
            account.asked.append(parts.path)
            mood = account.moods.get(parts.path, [])
            now = mood.pop(0) if mood else None
            if now == "lost":
                self.close_connection = True
                return
            query, kind = parse_qs(parts.query), self.headers.get("content-type", "")
            if isinstance(now, int | dict):
                told = _error(now) if isinstance(now, int) else now
            else:
                told = account.answer(parts.path, query, kind, body)
            if now == "silent":
                self.close_connection = True
                return
            content = json.dumps(told, ensure_ascii=False).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="official-account")
    thread.start()
    account.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield account
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
