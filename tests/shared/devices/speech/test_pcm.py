"""Sounds in memory and as WAV."""

import io
import itertools
import struct
import wave
from pathlib import Path

import pytest

from shared.devices.speech.pcm import Pcm, chime, from_values, joined, read_wav, silence


def test_a_wav_comes_back_as_it_was_written(tmp_path: Path) -> None:
    sound = from_values(8000, [0, 1000, -1000, 32767, -32768])
    sound.write(tmp_path / "a.wav")
    assert read_wav((tmp_path / "a.wav").read_bytes()) == sound
    assert [file.name for file in tmp_path.iterdir()] == ["a.wav"]


def test_a_wav_from_a_pipe_has_no_true_length() -> None:
    sound = from_values(8000, range(100))
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setparams((1, 2, 8000, 0, "NONE", ""))
        writer.writeframes(sound.samples)
    piped = file.getvalue().replace(struct.pack("<I", 200), struct.pack("<I", 0x7FFFF000))
    assert read_wav(piped) == sound


@pytest.mark.parametrize("data", [b"", b"RIFF", b"not a wav at all, however long", b"RIFF\0\0\0\0WAVEdata\0\0\0\0"])
def test_what_is_no_wav_is_refused(data: bytes) -> None:
    with pytest.raises((ValueError, wave.Error)):
        read_wav(data)


def test_a_stereo_wav_is_refused() -> None:
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setparams((2, 2, 8000, 0, "NONE", ""))
        writer.writeframes(bytes(40))
    with pytest.raises(ValueError, match="mono"):
        read_wav(file.getvalue())


def test_voices_become_equally_loud_and_never_clip() -> None:
    quiet, loud = (from_values(8000, [level, -level] * 500).levelled() for level in (300, 30000))
    assert quiet.loudness() == pytest.approx(loud.loudness(), rel=0.02)
    spiky = from_values(8000, [32767] + [100] * 5000).levelled()
    assert max(spiky.values()) < 32767
    assert silence(8000, 1).levelled() == silence(8000, 1)


def test_joining_adds_up() -> None:
    both = joined([silence(8000, 0.5), from_values(8000, [1] * 4000)])
    assert both.seconds == 1.0
    with pytest.raises(ValueError, match="rates"):
        joined([silence(8000, 1), silence(16000, 1)])


def test_the_chime_sounds_fades_out_and_does_not_click() -> None:
    sound = chime(22050)
    values = sound.values()
    assert sound.seconds == pytest.approx(1.2, abs=0.01)
    assert 0.05 < sound.loudness() < 0.5
    assert max(map(abs, values)) < 32767 * 0.95
    assert Pcm(22050, sound.samples[-220:]).loudness() < 0.005
    assert max(abs(a - b) for a, b in itertools.pairwise(values)) < 8000
