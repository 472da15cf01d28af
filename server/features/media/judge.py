"""A program of its own that looks at one uploaded file: is it what it says, can it be shown, and a small picture of it.

Whoever made a file to break a decoder breaks this process, which may take little, and not the hall's server; and the
server never holds the memory that pictures take. It answers one JSON object: the measures, or the code of a refusal.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

from shared.domain.errors import HallError
from shared.domain.media.reading import Found, look

# Of a small picture, and what it is written with.
EDGE: Final = 480
QUALITY: Final = 82
MEMORY: Final = 3 * 1024**3
SECONDS: Final = 60
_TURNED: Final = frozenset({5, 6, 7, 8})
_ORIENTATION: Final = 0x0112


def judge(path: Path, thumbnail: Path) -> dict[str, Any]:
    """HallError when the file is not taken."""
    with path.open("rb") as file:
        found = look(file, path.stat().st_size)
    if found.media_type == "video/mp4":
        return _told(found, made=_video(path, thumbnail))
    return _told(_picture(path, thumbnail, found), made=True)


def _picture(path: Path, thumbnail: Path, found: Found) -> Found:
    from PIL import Image, ImageOps

    # The pixels were counted before anything is decoded; this holds for what the head does not tell.
    Image.MAX_IMAGE_PIXELS = found.width * found.height
    kind = found.media_type.rpartition("/")[2].upper()
    try:
        with Image.open(path, formats=[kind]) as image:
            if image.size != (found.width, found.height):
                raise ValueError("measures")
            # A wrong checksum or a file that was cut off is found here: all of it is decoded.
            image.load()
            turned = image.getexif().get(_ORIENTATION) in _TURNED
            small = ImageOps.exif_transpose(image)
            small.thumbnail((EDGE, EDGE))
            if small.mode != "RGB":
                small = small.convert("RGBA")
                white = Image.new("RGB", small.size, "white")
                white.paste(small, mask=small.getchannel("A"))
                small = white
            small.save(thumbnail, "JPEG", quality=QUALITY)
    except Exception as error:
        # Decoders raise whatever they like.
        raise HallError("media_damaged", status=422) from error
    return Found(found.media_type, found.height, found.width) if turned else found


def _video(path: Path, thumbnail: Path) -> bool:
    """A small picture of a frame near the beginning, where OpenCV is installed; HallError when it decodes none."""
    try:
        import cv2
    except ImportError:
        return False
    cv2.setNumThreads(1)
    video = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    try:
        good, frame = video.read()
        if not good:
            raise HallError("media_damaged", status=422)
        # Many begin black: a second on is more telling.
        video.set(cv2.CAP_PROP_POS_MSEC, 1000)
        later, other = video.read()
        frame = other if later else frame
    finally:
        video.release()
    factor = min(1.0, EDGE / max(frame.shape[:2]))
    size = (max(1, round(frame.shape[1] * factor)), max(1, round(frame.shape[0] * factor)))
    _, content = cv2.imencode(
        ".jpg", cv2.resize(frame, size, interpolation=cv2.INTER_AREA), [cv2.IMWRITE_JPEG_QUALITY, QUALITY]
    )
    thumbnail.write_bytes(content.tobytes())
    return True


def _told(found: Found, *, made: bool) -> dict[str, Any]:
    return {
        "media_type": found.media_type, "width": found.width, "height": found.height,
        "duration_ms": found.duration_ms, "thumbnail": made,
    }  # fmt: skip


def _take_little() -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    _take_little()
    try:
        said = judge(Path(sys.argv[1]), Path(sys.argv[2]))
    except HallError as error:
        said = {"code": error.code, "params": error.params}
    print(json.dumps(said))


if __name__ == "__main__":
    main()
