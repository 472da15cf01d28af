"""What a file is, by its bytes: whatever somebody makes of them is told or refused, and never a surprise."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.errors import HallError
from shared.domain.media.formats import BY_TYPE, FORMATS, check_size
from shared.domain.media.reading import Found, look
from tests.fakes import media as made

GOOD = {
    "png": made.png(), "jpeg": made.jpeg(), "webp": made.webp(), "lossless webp": made.webp(lossless=True),
    "video": made.mp4(columns=2, rows=2, frames=2, sound=b"mp4a"), "progressive": made.jpeg(progressive=True),
}  # fmt: skip


def looked_at(content: bytes) -> Found:
    return look(io.BytesIO(content), len(content))


@pytest.mark.parametrize("name", GOOD)
def test_measures_are_read_from_the_bytes(name: str) -> None:
    found = looked_at(GOOD[name])
    assert (found.width, found.height) == ((32, 32) if name == "video" else (64, 48))
    assert found.media_type in BY_TYPE


def test_a_picture_that_moves_is_refused() -> None:
    from PIL import Image

    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue", "green")]
    for kind in ("PNG", "WEBP"):
        file = io.BytesIO()
        frames[0].save(file, kind, save_all=True, append_images=frames[1:], duration=100)
        with pytest.raises(HallError) as refused:
            looked_at(file.getvalue())
        assert refused.value.code == "media_animated"


@given(
    st.sampled_from(sorted(GOOD)),
    st.integers(0, 10_000),
    st.lists(st.tuples(st.integers(0, 9999), st.integers(0, 255))),
)
def test_cut_off_or_changed_anywhere_it_is_told_or_refused(
    name: str, length: int, changes: list[tuple[int, int]]
) -> None:  # fmt: skip
    content = bytearray(GOOD[name][:length] if length % 2 else GOOD[name])
    for at, value in changes:
        if content:
            content[at % len(content)] = value
    try:
        found = looked_at(bytes(content))
    except HallError as error:
        assert error.code.startswith("media_") and error.status == 422
    else:
        assert 0 < found.width * found.height <= BY_TYPE[found.media_type].most_pixels


@given(
    st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF    WEBP", b"\0\0\0\x18ftypisom"]), st.binary()
)
def test_rubbish_behind_a_good_beginning_is_refused(head: bytes, rubbish: bytes) -> None:
    try:
        looked_at(head + rubbish)
    except HallError as error:
        assert error.code.startswith("media_")


@given(st.sampled_from(FORMATS), st.integers(-5, 2**34))
def test_size_is_judged_by_the_format_alone(one: object, size: int) -> None:
    largest = one.largest_bytes  # type: ignore[attr-defined]
    try:
        check_size(one.media_type, size)  # type: ignore[attr-defined]
        assert 0 < size <= largest
    except HallError as error:
        assert error.code == ("media_empty" if size <= 0 else "media_too_large")
        assert not 0 < size <= largest
