"""Sound in memory: mono, 16 bit, little endian."""

from __future__ import annotations

import io
import math
import struct
import sys
import wave
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_LOUD = 0.12
_PEAK = 0.9
_FULL = 32767


@dataclass(frozen=True)
class Pcm:
    """Samples at `rate` per second."""

    rate: int
    samples: bytes

    @property
    def seconds(self) -> float:
        """How long it sounds."""
        return len(self.samples) / 2 / self.rate

    def values(self) -> array[int]:
        """The samples as numbers from -32768 to 32767."""
        values = array("h", self.samples)
        if sys.byteorder == "big":
            values.byteswap()
        return values

    def loudness(self) -> float:
        """Root mean square, 0 to 1."""
        values = self.values()
        return math.sqrt(sum(value * value for value in values) / len(values)) / _FULL if values else 0.0

    def levelled(self) -> Pcm:
        """As loud as every other voice, without clipping."""
        values, loudness = self.values(), self.loudness()
        if not loudness:
            return self
        gain = min(_LOUD / loudness, _PEAK * _FULL / max(map(abs, values)))
        return from_values(self.rate, (value * gain for value in values))

    def scaled(self, share: float) -> Pcm:
        """Quieter by a share of its volume, 0 to 1."""
        return self if share >= 1 else from_values(self.rate, (value * share for value in self.values()))

    def at_rate(self, rate: int) -> Pcm:
        """The same sound at another rate, between two samples in a straight line."""
        if rate == self.rate:
            return self
        values, step = self.values(), self.rate / rate
        last = len(values) - 1
        places = (number * step for number in range(int(len(values) / step)))
        return from_values(
            rate,
            (
                values[whole] + (values[min(whole + 1, last)] - values[whole]) * (place - whole)
                for place in places
                for whole in (int(place),)
            ),
        )

    def write(self, path: Path) -> None:
        """Write a WAV file; it appears under its name only when it is complete."""
        part = path.with_name(path.name + ".part")
        with wave.open(str(part), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(self.rate)
            file.writeframes(self.samples)
        part.replace(path)


def from_values(rate: int, values: Iterable[float]) -> Pcm:
    """Samples from numbers."""
    whole = array("h", (int(value) for value in values))
    if sys.byteorder == "big":
        whole.byteswap()
    return Pcm(rate, whole.tobytes())


def silence(rate: int, seconds: float) -> Pcm:
    """Nothing to hear."""
    return Pcm(rate, bytes(2 * int(rate * seconds)))


def joined(pieces: Iterable[Pcm]) -> Pcm:
    """One after the other; ValueError when there are none or their rates differ."""
    found = list(pieces)
    if len({piece.rate for piece in found}) != 1:
        raise ValueError("sounds of different rates cannot be joined")
    return Pcm(found[0].rate, b"".join(piece.samples for piece in found))


def read_wav(data: bytes) -> Pcm:
    """The sound of a mono 16-bit WAV; ValueError otherwise. A length of "until the end" (a WAV from a pipe) is fine."""
    at = data.find(b"data", 12)
    if data[:4] != b"RIFF" or at < 0:
        raise ValueError("not a WAV")
    body = data[at + 8 :]
    length = min(struct.unpack_from("<I", data, at + 4)[0], len(body)) // 2 * 2
    with wave.open(io.BytesIO(data[: at + 4] + bytes(4)), "rb") as file:
        if (file.getnchannels(), file.getsampwidth()) != (1, 2):
            raise ValueError("not mono with 16 bits")
        return Pcm(file.getframerate(), body[:length])


def chime(rate: int) -> Pcm:
    """Two falling bell tones of 1.2 s that make people look up."""

    def bell(frequency: float, second: float) -> float:
        if second < 0:
            return 0.0
        strike = min(1.0, second / 0.005) * math.exp(-4.0 * second)
        return strike * sum(
            share * math.sin(2 * math.pi * frequency * partial * second)
            for partial, share in ((1.0, 0.7), (2.0, 0.2), (3.0, 0.1))
        )

    last = int(rate * 1.2)
    fade = rate * 0.05
    return from_values(
        rate,
        (
            0.45 * _FULL * (bell(659.3, i / rate) + bell(523.3, i / rate - 0.4)) * min(1.0, (last - i) / fade)
            for i in range(last)
        ),
    )
