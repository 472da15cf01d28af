"""Pictures of QR codes, and videos of them that stand in for a camera."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import qrcode

Picture = npt.NDArray[np.uint8]
WIDTH, HEIGHT = 640, 480


def qr_code(text: str, module: int = 6) -> Picture:
    """The code with its quiet zone, grey, `module` pixels a dot."""
    code = qrcode.QRCode(border=4, error_correction=qrcode.ERROR_CORRECT_M)
    code.add_data(text)
    dots = np.where(np.array(code.get_matrix()), 0, 255).astype(np.uint8)
    return np.repeat(np.repeat(dots, module, axis=0), module, axis=1)


def noise(random: np.random.Generator, mean: int = 120, size: tuple[int, int] = (HEIGHT, WIDTH)) -> Picture:
    """What a camera sees of a plain wall; no two are the same."""
    return np.clip(random.normal(mean, 4, size), 0, 255).astype(np.uint8)


def show(wall: Picture, code: Picture, left: int = 60, top: int = 60) -> Picture:
    """The picture with a code held into it."""
    shown = wall.copy()
    shown[top : top + code.shape[0], left : left + code.shape[1]] = code
    return shown


def record(file: Path, pictures: Iterable[Picture], frames_per_s: int = 20) -> None:
    """Write a video; a camera driver that plays the old one of this name finds the new one at its next round."""
    part = file.with_suffix(".part.avi")
    video = cv2.VideoWriter(str(part), cv2.VideoWriter.fourcc(*"MJPG"), frames_per_s, (WIDTH, HEIGHT))
    assert video.isOpened()
    for picture in pictures:
        video.write(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR))
    video.release()
    os.replace(part, file)
