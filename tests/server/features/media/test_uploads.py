"""An upload's life over the wire: refused in time, continued where it stood, judged by what it is, served in parts."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image

from tests.fakes import media as made
from tests.fakes.hall import RunningHall
from tests.server.features.media.uploading import Wire, sha256


@pytest.fixture
def wire(shared_hall: RunningHall) -> Iterator[Wire]:
    opened = Wire(shared_hall)
    yield opened
    opened.close()


def refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_client_can_know_everything_that_is_refused_before_it_sends(wire: Wire) -> None:
    said = wire.ask("GET", "/formats").json()
    assert {one["media_type"] for one in said["formats"]} == {"image/png", "image/jpeg", "image/webp", "video/mp4"}
    largest = {one["media_type"]: one["largest_bytes"] for one in said["formats"]}
    assert refused(wire.begin(b"x", media_type="image/gif")) == (422, "media_format_unknown")
    assert refused(wire.begin(b"x", size=largest["image/png"] + 1)) == (422, "media_too_large")
    assert refused(wire.begin(b"x", size=0)) == (422, "media_empty")


def test_an_upload_goes_on_where_it_stood_and_is_sent_once(shared_hall: RunningHall, wire: Wire) -> None:
    content = made.png(300, 200, "navy")
    begun = wire.begin(content).json()
    assert begun["offset"] == 0 and begun["media"] is None
    id_ = begun["id"]
    assert wire.piece(id_, 0, content[:50]).json()["offset"] == 50
    # Its answer was lost: the same piece again does no harm, another place is told.
    assert wire.piece(id_, 0, content[:50]).json()["offset"] == 50
    wrong = wire.piece(id_, 70, content[70:])
    assert refused(wrong) == (409, "media_offset") and wrong.json()["params"]["offset"] == 50
    assert refused(wire.piece(id_, 50, content[50:] + b"more")) == (409, "media_offset")
    assert refused(wire.finish(id_)) == (409, "media_unfinished")
    shared_hall.kill()
    shared_hall.start()
    # Whoever begins the same again gets the same upload.
    again = wire.begin(content).json()
    assert (again["id"], again["offset"]) == (id_, 50)
    assert wire.ask("GET", f"/uploads/{id_}").json()["offset"] == 50
    assert wire.piece(id_, 50, content[50:]).status_code == 200
    key = {"idempotency-key": f"finish-{id_}"}
    kept = wire.ask("POST", f"/uploads/{id_}/finish", headers=key)
    assert kept.status_code == 201, kept.text
    # Who did not hear it asks again, and has the same answer.
    again = wire.ask("POST", f"/uploads/{id_}/finish", headers=key)
    assert (again.status_code, again.json()) == (201, kept.json())
    assert (kept.json()["width"], kept.json()["height"], kept.json()["media_type"]) == (300, 200, "image/png")
    known = wire.begin(content, name="another.png").json()
    assert known["media"]["sha256"] == sha256(content) and known["offset"] == len(content)
    assert wire.finish(id_).status_code == 404
    assert [one["name"] for one in wire.ask("GET").json()["items"] if one["sha256"] == sha256(content)] == ["大厅.png"]


def test_a_content_is_served_whole_in_parts_and_never_twice_to_who_has_it(
    shared_hall: RunningHall, wire: Wire
) -> None:  # fmt: skip
    content = made.jpeg(640, 480, "orange", quality=95)
    assert wire.upload(content, media_type="image/jpeg").status_code == 201
    display = Wire(shared_hall, "display")
    path = f"/{sha256(content)}"
    whole = display.ask("GET", path)
    assert whole.content == content and whole.headers["content-type"] == "image/jpeg"
    assert whole.headers["x-content-type-options"] == "nosniff" and "immutable" in whole.headers["cache-control"]
    part = display.ask("GET", path, headers={"Range": "bytes=100-"})
    assert part.status_code == 206 and part.content == content[100:]
    assert part.headers["content-range"] == f"bytes 100-{len(content) - 1}/{len(content)}"
    etag = {"If-None-Match": whole.headers["etag"]}
    assert (display.ask("GET", path, headers=etag).status_code, whole.headers["etag"]) == (304, f'"{sha256(content)}"')
    assert display.ask("GET", path, headers={"Range": f"bytes={len(content)}-"}).status_code == 416
    # Nothing that is a part of anything: the whole, as if nobody had asked for one.
    for odd in (f"bytes={'9' * 5000}-", "bytes=5-2", "bytes=-", "lines=1-2"):
        whole = display.ask("GET", path, headers={"Range": odd})
        assert (whole.status_code, whole.content) == (200, content), odd[:20]
    with Image.open(io.BytesIO(display.ask("GET", f"{path}/thumbnail").content)) as small:
        assert (small.format, small.size) == ("JPEG", (480, 360))
    assert display.ask("GET", f"/{'0' * 64}").status_code == 404
    assert display.ask("GET", "/..%2f..%2fsecret.key").status_code in (404, 422)
    assert display.begin(content).status_code == 403
    display.forget_token()
    assert refused(display.ask("GET", path)) == (401, "token_missing")
    display.close()


def test_a_video_is_told_by_its_measures_and_has_a_thumbnail(wire: Wire) -> None:
    content = made.mp4(columns=20, rows=12, frames=30, sound=b"mp4a")
    kept = wire.upload(content, name="宣传片.mp4", media_type="video/mp4").json()
    assert (kept["width"], kept["height"], kept["duration_ms"]) == (320, 192, 3000)
    with Image.open(io.BytesIO(wire.ask("GET", f"/{kept['sha256']}/thumbnail").content)) as small:
        assert small.size == (320, 192)


BOMB = bytearray(made.png(8, 8))
BOMB[16:24] = (60_000).to_bytes(4) * 2


@pytest.mark.parametrize(
    ("content", "media_type", "code"),
    [
        (b"GIF89a" + bytes(90), "image/png", "media_format_unknown"),
        (b"<svg onload='alert(1)'/>" + bytes(90), "image/png", "media_format_unknown"),
        (b"MZ" + bytes(900), "image/jpeg", "media_format_unknown"),
        (bytes(BOMB), "image/png", "media_too_many_pixels"),
        (made.png(200, 200)[:-30], "image/png", "media_damaged"),
        (made.jpeg(640, 480, quality=95)[:700], "image/jpeg", "media_damaged"),
        (made.mp4(codec=b"hvc1"), "video/mp4", "media_video_codec"),
        (made.mp4(sound=b"mp3 "), "video/mp4", "media_audio_codec"),
        (made.mp4()[:-100], "video/mp4", "media_damaged"),
    ],
)
def test_what_a_file_says_it_is_does_not_count(wire: Wire, content: bytes, media_type: str, code: str) -> None:
    assert refused(wire.upload(content, media_type=media_type)) == (422, code)
    # Nothing stays of it: choosing the file again begins anew.
    assert wire.begin(content, media_type=media_type).json()["offset"] == 0


def test_another_content_than_announced_is_refused(wire: Wire) -> None:
    content, other = made.png(90, 90, "red"), made.png(90, 90, "blue")
    id_ = wire.begin(content, size=len(other)).json()["id"]
    wire.piece(id_, 0, other)
    assert refused(wire.finish(id_)) == (422, "media_changed_on_its_way")


def test_a_piece_that_is_too_large_is_refused_before_it_is_read(wire: Wire) -> None:
    id_ = wire.begin(b"never sent", size=3 * 2**20).json()["id"]
    assert refused(wire.piece(id_, 0, bytes(2**20 + 1))) == (413, "body_too_large")
    assert wire.piece(id_, 0, bytes(2**20)).json()["offset"] == 2**20
    assert wire.ask("DELETE", f"/uploads/{id_}").status_code == 204
    assert wire.ask("GET", f"/uploads/{id_}").status_code == 404
