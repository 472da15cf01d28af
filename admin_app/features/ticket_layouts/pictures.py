"""A picture from a file as a ticket printer prints it: fitted to the paper, in black and white dots."""

from __future__ import annotations

import base64
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from shared.domain.errors import HallError
from shared.schemas.ticket_layout import PICTURE_DOTS, PICTURE_LETTERS

# More than any camera makes; it would be decoded for minutes to become a few hundred dots.
MOST_PIXELS = 60_000_000


def as_dots(path: str) -> str:
    """The PNG as base64, not on the main thread: a photograph takes a second. HallError ``picture_unreadable``."""
    try:
        with Image.open(path, formats=("PNG", "JPEG")) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise HallError("picture_unreadable")
            opened.draft("L", PICTURE_DOTS)
            upright = ImageOps.exif_transpose(opened)
            picture = _on_white(upright).convert("L")
    except (OSError, ValueError, SyntaxError, UnidentifiedImageError, Image.DecompressionBombError):
        raise HallError("picture_unreadable") from None
    picture.thumbnail(PICTURE_DOTS)
    while True:
        out = BytesIO()
        picture.convert("1").save(out, "PNG", optimize=True)
        data = base64.b64encode(out.getvalue()).decode()
        if len(data) <= PICTURE_LETTERS:
            return data
        picture = picture.resize((max(1, picture.width * 4 // 5), max(1, picture.height * 4 // 5)))


def _on_white(picture: Image.Image) -> Image.Image:
    """What is transparent is paper: else a seal would be printed as a black square."""
    if picture.mode == "P" or "A" in picture.getbands() or "transparency" in picture.info:
        seen = picture.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen)
    return picture
