"""Other providers as tests need them: one that makes any id_token it is told to, one that is only like OAuth 2."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from joserfc import jws
from joserfc.jwk import RSAKey

# What is asked at a path (query or form), and the status and body to answer.
Route = Callable[[dict[str, str]], tuple[int, Any]]


@contextmanager
def serving(routes: dict[str, Route]) -> Iterator[str]:
    """A server on this machine; answers its address. A body of bytes goes out as it is, anything else as JSON."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(urlsplit(self.path).query)

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers.get("content-length") or 0)).decode())

        def _answer(self, given: str) -> None:
            route = routes.get(urlsplit(self.path).path, lambda _: (404, {}))
            status, body = route(dict(parse_qsl(given)))
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            if status in (302, 307):
                self.send_header("location", content.decode())
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, name="stand-in")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Issuer:
    """A provider of OpenID Connect; ``token`` is what its token endpoint answers, ``document`` its discovery."""

    def __init__(self) -> None:
        self.url = ""
        self.key = self.new_key("k1")
        self.document: dict[str, Any] = {}
        self.published = [self.key]
        self.token: tuple[int, Any] = 200, {}

    @staticmethod
    def new_key(key_id: str) -> RSAKey:
        return RSAKey.generate_key(2048, {"kid": key_id, "use": "sig"}, private=True)

    def routes(self) -> dict[str, Route]:
        return {
            "/.well-known/openid-configuration": lambda _: (200, self._discovery()),
            "/jwks": lambda _: (200, {"keys": [key.as_dict(private=False) for key in self.published]}),
            "/token": lambda _: self.token,
        }

    def _discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.url, "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token", "jwks_uri": f"{self.url}/jwks",
        } | self.document  # fmt: skip

    def id_token(self, nonce: str, head: dict[str, Any] | None = None, /, **changed: Any) -> str:
        """A good one, except for what is changed; None leaves a claim out."""
        now = int(time.time())
        said = {"iss": self.url, "sub": "person-1", "aud": "hall", "exp": now + 60, "iat": now, "nonce": nonce}
        said = {name: value for name, value in (said | changed).items() if value is not None}
        whole = {"alg": "RS256", "kid": "k1"} | (head or {})
        # Written here: a claim may hold what no text can.
        return jws.serialize_compact(whole, json.dumps(said).encode(), self.key, algorithms=[str(whole["alg"])])


class Social:
    """A provider after WeChat's manner: ``appid`` and ``secret`` in the query, errors with status 200."""

    APPID, SECRET = "wx-of-the-tests", "its secret"

    def __init__(self) -> None:
        self.codes: dict[str, str] = {}
        self.asked: list[dict[str, str]] = []

    def routes(self) -> dict[str, Route]:
        return {"/sns/oauth2/access_token": self._token, "/sns/userinfo": self._userinfo}

    def _token(self, query: dict[str, str]) -> tuple[int, Any]:
        self.asked.append(query)
        openid = self.codes.pop(query.get("code", ""), "")
        if (query.get("appid"), query.get("secret")) != (self.APPID, self.SECRET) or not openid:
            return 200, {"errcode": 40029, "errmsg": "invalid code"}
        return 200, {"access_token": f"token of {openid}", "openid": openid, "expires_in": 7200}

    def _userinfo(self, query: dict[str, str]) -> tuple[int, Any]:
        if query.get("access_token") != f"token of {query.get('openid')}":
            return 200, {"errcode": 40001, "errmsg": "invalid credential"}
        return 200, {"openid": query["openid"], "data": {"names": [{"nickname": "\u5f20\u4e09"}]}}
