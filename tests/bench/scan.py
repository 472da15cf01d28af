"""``./run bench scan``: which codes the camera's decoders read in hard pictures, and how many pictures a second.

Every picture shows one ticket's QR code on a noisy wall, in the size a camera gives (1280 x 720), spoilt in one way;
how much is drawn from the same seed at every run. "both" is zbar where zxing finds nothing, as the camera driver does.
Seconds are the processor's, so that a busy machine does not spoil the figure.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from shared.devices.scanner.decoding import FIRST, SECOND, Decoder, read_codes
from tests.bench.goals import at_least, at_most, lines
from tests.bench.servers import machine_load
from tests.fakes.codes import Picture, noise, qr_code, show

Say = Callable[[str], None]
Random = np.random.Generator
SEED: Final = 20261127
SIZE: Final = (720, 1280)
EACH, EACH_QUICK = 24, 3
RATE_GOAL: Final = 0.85
SPEED_GOAL: Final = 30.0


def plain(picture: Picture, random: Random) -> Picture:
    return picture


def blurred(picture: Picture, random: Random) -> Picture:
    """Out of focus, or moved."""
    if random.random() < 0.5:
        return _grey(cv2.GaussianBlur(picture, (0, 0), random.uniform(1, 4)))
    length = int(random.integers(5, 16))
    return _grey(cv2.blur(picture, (length, 1)))


def rotated(picture: Picture, random: Random) -> Picture:
    """Turned by any angle and tilted away."""
    height, width = picture.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), random.uniform(0, 360), 1.0)
    turned = cv2.warpAffine(picture, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = (corners + random.uniform(-0.14, 0.14, (4, 2)) * (width, height)).astype(np.float32)
    tilt = cv2.getPerspectiveTransform(corners, moved)
    return _grey(cv2.warpPerspective(turned, tilt, (width, height), borderMode=cv2.BORDER_REPLICATE))


def dim(picture: Picture, random: Random) -> Picture:
    """A twentieth to a sixth of the light, with the noise of the sensor."""
    dark = picture * random.uniform(0.05, 0.17) + random.normal(6, 2.0, picture.shape)
    return np.clip(dark, 0, 255).astype(np.uint8)


def glared(picture: Picture, random: Random) -> Picture:
    """The lamp's reflection over a part of the code."""
    height, width = picture.shape
    y, x = np.ogrid[:height, :width]
    across = random.uniform(30, 100)
    distance = np.hypot(x - width / 2 - random.uniform(-120, 120), y - height / 2 - random.uniform(-120, 120))
    return np.clip(picture + 400 * np.exp(-((distance / across) ** 2)), 0, 255).astype(np.uint8)


def small(picture: Picture, random: Random) -> Picture:
    """Far away: one to three pixels a dot."""
    height, width = picture.shape
    factor = random.uniform(0.17, 0.35)
    far = _grey(cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA))
    return show(noise(random, size=(height, width)), far, (width - far.shape[1]) // 2, (height - far.shape[0]) // 2)


def inverted(picture: Picture, random: Random) -> Picture:
    """Light dots on dark ground, as telephones show it at night."""
    return (255 - picture).astype(np.uint8)


SPOILERS: Final = (plain, blurred, rotated, dim, glared, small, inverted)


def run(folder: Path, say: Say, *, quick: bool) -> dict[str, Any]:
    load_before = machine_load()
    each = EACH_QUICK if quick else EACH
    decoders: dict[str, list[Decoder]] = {"zxing": [FIRST]}
    if SECOND is not None:
        decoders |= {"zbar": [SECOND], "both": [FIRST, SECOND]}
    else:
        say("libzbar is missing: one decoder only")
    found = {name: _Figures() for name in decoders}
    for kind, text, picture in _pictures(each):
        for name, asked in decoders.items():
            found[name].ask(asked, kind, text, picture)
    return _report(found, each, say, (load_before, machine_load()))


class _Figures:
    """What one decoder, or both in turn, made of the pictures."""

    def __init__(self) -> None:
        self.read: dict[str, int] = {spoil.__name__: 0 for spoil in SPOILERS}
        self.wrong = self.pictures = 0
        self.seconds = 0.0

    def ask(self, decoders: list[Decoder], kind: str, text: str, picture: Picture) -> None:
        began = time.process_time()
        codes = read_codes(picture, decoders)
        self.seconds += time.process_time() - began
        self.pictures += 1
        self.read[kind] += text in codes
        self.wrong += any(code != text for code in codes)

    def as_json(self, each: int) -> dict[str, Any]:
        return {
            "rate": round(sum(self.read.values()) / self.pictures, 3),
            "frames_per_s": round(self.pictures / self.seconds, 1),
            "wrong": self.wrong,
            "rates": {kind: round(count / each, 3) for kind, count in self.read.items()},
        }


def _pictures(each: int) -> Iterator[tuple[str, str, Picture]]:
    random = np.random.default_rng(SEED)
    for spoil in SPOILERS:
        for _ in range(each):
            text = f"http://192.168.10.20:8000/m/t/{random.bytes(16).hex()}"
            code = qr_code(text, module=int(random.integers(6, 10)))
            left, top = (SIZE[1] - code.shape[1]) // 2, (SIZE[0] - code.shape[0]) // 2
            yield spoil.__name__, text, spoil(show(noise(random, size=SIZE), code, left, top), random)


def _grey(picture: Any) -> Picture:
    return np.asarray(picture, np.uint8)


def _report(found: dict[str, _Figures], each: int, say: Say, load: tuple[float, float]) -> dict[str, Any]:
    decoders = {name: figures.as_json(each) for name, figures in found.items()}
    say(f"{'':>10}" + "".join(f"{name:>10}" for name in decoders))
    for kind in next(iter(found.values())).read:
        say(f"{kind:>10}" + "".join(f"{entry['rates'][kind]:10.0%}" for entry in decoders.values()))
    names = {"rate": "all", "frames_per_s": "frames/s", "wrong": "wrong"}
    for key, shown in (("rate", "10.1%"), ("frames_per_s", "10.1f"), ("wrong", "10d")):
        say(f"{names[key]:>10}" + "".join(f"{entry[key]:{shown}}" for entry in decoders.values()))
    best = decoders.get("both", decoders["zxing"])
    goals = {
        "codes read, share": at_least(best["rate"], RATE_GOAL),
        "codes read wrong": at_most(best["wrong"], 0),
        "pictures a second of the fast decoder": at_least(decoders["zxing"]["frames_per_s"], SPEED_GOAL),
    }
    say("")
    for line in lines(goals):
        say(line)
    say(f"  machine load {load[0]} before, {load[1]} after")
    return {"goals": goals, "pictures_each": each, "decoders": decoders, "machine_load": list(load)}
