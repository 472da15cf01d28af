"""Pictures of web pages: what may be fetched, what is kept when it fails, and a real browser that finds no way out."""

from __future__ import annotations

import http.client
import shutil
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from PIL import Image

from server.audit import SYSTEM
from server.features.media import service as media_service
from server.features.media.files import MediaFiles
from server.features.media.models import MediaRow
from server.features.signage import service, web_pictures
from server.features.signage.program import program
from server.features.signage.web_guard import Guard, reachable
from server.features.signage.web_pictures import WebPictures
from server.features.signage.web_setting import BROWSERS, FILE, FLAGS, WebSetting, read_setting
from server.features.signage.web_taking import taken
from shared.domain.errors import HallError
from shared.schemas.signage import ContentCreate, ContentEdit, SignageLayout, SignageSchedule
from tests.fakes.browser import why_impossible
from tests.server.conftest import Desk

HOME = "http://localhost"


class Site:
    """Pages of this machine, and which of them were asked for."""

    def __init__(self) -> None:
        asked: list[str] = []
        self.asked = asked
        self.pages: dict[str, str] = {}
        pages = self.pages

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                body = pages.get(self.path, "").encode()
                self.send_response(200 if body else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                """Nobody reads it."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.close()


def test_a_name_that_is_allowed_may_still_not_lead_into_a_private_network() -> None:
    allowed = WebSetting(allowed=("localhost", "*.example.cn"))
    assert reachable(allowed, "localhost", 80) == []
    assert reachable(allowed, "elsewhere.cn", 80) == []
    inside = WebSetting(allowed=("localhost",), private_networks=True)
    assert {address for _, address, _ in reachable(inside, "localhost", 80)} <= {"127.0.0.1", "::1"} != set()
    # Another name that leads to this machine, or to what a cloud tells it, is not this machine's.
    wall = WebSetting(allowed=("wall.cn", "*.cn"), private_networks=True)
    for place, found in (("10.0.0.8", [(2, "10.0.0.8", 80)]), ("127.0.0.1", []), ("::1", []), ("169.254.169.254", [])):
        assert reachable(wall, "wall.cn", 80, lambda host, port, place=place: [place]) == found  # type: ignore[misc]
    for broken in ("a" * 70 + ".cn", "a..cn"):
        assert reachable(wall, broken, 80) == []
    assert allowed.allows("WWW.example.cn.") and not allowed.allows("example.cn.evil.com")
    for address in ("ftp://www.example.cn/", "file:///etc/passwd", "http://www.example.cn@evil.com/", "http:///"):
        with pytest.raises(HallError, match="web_page_not_allowed"):
            allowed.check(address)


def test_a_setting_that_is_wrong_allows_nothing_and_says_what_is_wrong(tmp_path: Path) -> None:
    assert read_setting(tmp_path) == WebSetting()
    (tmp_path / FILE).write_text('allowed = ["www.example.cn"]\nevery_minutes = 5\nprivate_networks = false\n')
    found = read_setting(tmp_path)
    assert (found.allowed, found.every.total_seconds(), found.private_networks) == (("www.example.cn",), 300, False)
    for wrong in ("allowed = 'x'", "every_minutes = 0", "timeout_s = true", "colour = 'red'", "allowed = ["):
        (tmp_path / FILE).write_text(wrong)
        with pytest.raises(HallError, match="web_setting_wrong"):
            read_setting(tmp_path)


def asked(guard: Guard, method: str, target: str) -> tuple[int, bytes]:
    parts = urlsplit(guard.address)
    line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=5)
    try:
        line.request(method, target)
        answer = line.getresponse()
        return answer.status, answer.read() if method == "GET" else b""
    finally:
        line.close()


def test_the_guard_lets_a_browser_reach_allowed_hosts_only(site: Site) -> None:
    site.pages["/notice?x=1"] = "公告"
    with Guard(WebSetting(allowed=("localhost",), private_networks=True)) as guard:
        assert asked(guard, "GET", f"{HOME}:{site.port}/notice?x=1") == (200, "公告".encode())
        assert asked(guard, "GET", f"http://127.0.0.1:{site.port}/secret")[0] == 403
        assert asked(guard, "CONNECT", "evil.example:443")[0] == 403
        assert guard.refused == {"127.0.0.1", "evil.example"}
        parts = urlsplit(guard.address)
        with socket.create_connection((parts.hostname, parts.port or 0), timeout=5) as line:
            line.sendall(b"nonsense\r\n\r\n")
            assert line.recv(100) == b""
    with Guard(WebSetting(allowed=("localhost",))) as guard:
        assert asked(guard, "GET", f"{HOME}:{site.port}/notice?x=1")[0] == 403
    assert site.asked == ["/notice?x=1"]


class Drawn:
    """A driver that draws one colour, or does not."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "drawn.png"
        self.colour = "teal"
        self.fault = ""
        self.asked: list[tuple[str, int, int]] = []

    @contextmanager
    def __call__(self, setting: WebSetting, address: str, width: int, height: int) -> Iterator[Path]:
        self.asked.append((address, width, height))
        if self.fault:
            raise HallError(self.fault)
        Image.new("RGB", (width, height), self.colour).save(self.file)
        yield self.file


def layout(address: str, **fields: Any) -> dict[str, Any]:
    zone = {"id": "w", "kind": "web", "x": 0, "y": 0, "width": 400, "height": 300, "words": address, **fields}
    return {"zones": [zone]}


def test_the_last_picture_stays_until_there_is_a_new_one_and_goes_when_nothing_shows_it(
    desk: Desk, tmp_path: Path
) -> None:
    files, draw = MediaFiles(tmp_path / "data"), Drawn(tmp_path)
    pictures = WebPictures(desk.database, files, tmp_path, draw)
    assert not pictures.work()
    page = f"{HOME}/weather"
    wanted = ContentCreate(kind="layout", name="天气", data=layout(page))
    content = desk.database.write(lambda w: service.add(w, SYSTEM, wanted))

    def told() -> tuple[str | None, Any, list[str]]:
        made = desk.read(lambda r: program(r, SignageSchedule(layout=content.id)))
        (zone,) = made.layouts[content.id].zones
        return zone.media, zone.as_of, [one.media for one in made.media]

    assert told() == (None, None, [])
    draw.fault = "web_page_slow"
    assert pictures.work() and told()[0] is None
    assert desk.read(web_pictures.pages)[0].problem == "web_page_slow"
    assert not pictures.work(), "it is not tried again at once"
    desk.clock.forward(minutes=5)
    draw.fault, before = "", len(desk.events)
    assert pictures.work()
    first, at, media = told()
    assert at == desk.clock() and media == [first] and draw.asked[-1] == (page, 400, 300)
    assert first is not None and files.path(first).is_file()
    assert [event.kind for event in desk.events[before:]] == ["signage.changed"]
    assert desk.read(lambda r: media_service.media_exists(r, first)) is False, "nobody chooses it"
    desk.clock.forward(days=-300)
    assert pictures.work() and not pictures.work(), "the clock ran ahead when it was taken last"
    desk.clock.forward(days=300)
    assert pictures.work() and told()[0] == first
    at = told()[1]
    desk.clock.forward(minutes=15)
    draw.fault = "web_page_failed"
    assert pictures.work() and told()[:2] == (first, at)
    desk.clock.forward(minutes=5)
    draw.fault, draw.colour = "", "maroon"
    assert pictures.work()
    second, at, _ = told()
    assert second != first and at == desk.clock() and desk.read(web_pictures.pages)[0].problem == ""
    uses = [(one.kind, one.name) for one in desk.read(lambda r: web_pictures.uses_of_media(r, str(second)))]
    assert uses == [("web_page", page)] and not desk.read(lambda r: web_pictures.uses_of_media(r, first))
    retired = desk.read(lambda r: r.session.get(MediaRow, (r.hall_id, first)).retired_at)
    assert retired is not None, "a day later its file goes"
    asked = len(draw.asked)
    assert desk.read(web_pictures.pages)[0].next_at == at + timedelta(minutes=15)
    ask = partial(web_pictures.ask_now, who=SYSTEM, address=page, every=timedelta(minutes=15))
    (stands,), told = desk.database.write(ask), len(desk.events)
    assert stands.next_at is not None and stands.next_at <= desk.clock()
    assert desk.database.write(ask) == [stands] and len(desk.events) == told, "somebody pressed twice"
    assert pictures.work() and len(draw.asked) == asked + 1 and not pictures.work()
    with pytest.raises(HallError, match="web_page_unknown"):
        desk.database.write(partial(ask, address=f"{HOME}/other"))
    (tmp_path / "web-pages.toml").write_text("allowed = 1")
    desk.clock.forward(minutes=15)
    assert pictures.work() and desk.read(web_pictures.pages)[0].problem == "web_setting_wrong"
    assert len(draw.asked) == asked + 1, "nothing is asked of a browser"
    gone = ContentEdit(version=0, retired=True)
    desk.database.write(lambda w: service.edit(w, SYSTEM, content.id, gone))
    assert not desk.read(lambda r: web_pictures.uses_of_media(r, str(second))) and not pictures.work()


def test_a_zone_of_the_web_needs_an_address() -> None:
    assert SignageLayout.model_validate(layout("")).zones[0].words == ""
    for wrong in ("www.example.cn", "javascript:alert(1)", "file:///etc/passwd", "http://a b"):
        with pytest.raises(ValueError, match="address"):
            SignageLayout.model_validate(layout(wrong))


@pytest.mark.skipif(bool(why_impossible()), reason=why_impossible())
def test_a_real_browser_draws_a_page_and_reaches_nothing_else(site: Site) -> None:
    inner = Site()
    try:
        site.pages["/"] = (
            "<body style='margin:0;background:#a50f19'>"
            f"<img src='http://127.0.0.1:{inner.port}/secret'>"
            f"<iframe src='http://127.0.0.1:{inner.port}/frame'></iframe>"
        )
        browser = next(path for name in BROWSERS if (path := shutil.which(name)))
        # Only a browser of root's needs that, as in a container of the tests.
        setting = WebSetting(
            allowed=("localhost",), private_networks=True, command=(browser, "--no-sandbox", *FLAGS), timeout_s=40
        )  # fmt: skip
        with taken(setting, f"{HOME}:{site.port}/", 640, 360) as file, Image.open(file) as image:
            assert image.size == (640, 360)
            assert image.convert("RGB").getpixel((600, 340)) == (0xA5, 0x0F, 0x19)
        assert not file.exists()
        assert site.asked[0] == "/" and inner.asked == []
    finally:
        inner.close()


def test_a_driver_that_is_slow_breaks_or_draws_nonsense_is_told(site: Site) -> None:
    def refused(code: str, **fields: Any) -> str:
        command = (sys.executable, "-c", code, "{file}")
        setting = WebSetting(allowed=("localhost",), private_networks=True, command=command, **fields)
        with pytest.raises(HallError) as found, taken(setting, f"{HOME}:{site.port}/", 100, 100):
            raise AssertionError("there is a picture")
        return found.value.code

    write = "import sys; open(sys.argv[1], 'wb').write({!r})"
    assert refused("import time; time.sleep(60)", timeout_s=0.3) == "web_page_slow"
    assert refused("raise SystemExit(3)") == "web_page_failed"
    assert refused("") == "web_page_failed"
    assert refused(write.format(b"<html>")) == "web_page_failed"
    assert refused(write.format(b"\x89PNG\r\n\x1a\n" + bytes(200)), largest=100) == "web_page_large"
    nowhere = WebSetting(allowed=("localhost",), private_networks=True, command=("/nonexistent/browser",))
    with pytest.raises(HallError), taken(nowhere, f"{HOME}:{site.port}/", 100, 100):
        raise AssertionError("there is a picture")
