"""Since when each alarm stands, kept over a restart."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

log = logging.getLogger(__name__)
FILE: Final = "alarms.json"
# A second machine that is not heard of for so long was taken away, and not lost.
FORGET: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Kept:
    """By kind since when an alarm stands, and by name when a second machine was heard last: ISO 8601, UTC."""

    since: dict[str, str] = field(default_factory=dict)
    heard: dict[str, str] = field(default_factory=dict)


def read_kept(data: Path) -> Kept:
    try:
        return Kept(**json.loads((data / FILE).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return Kept()


def next_kept(kept: Kept, kinds: Iterable[str], following: Iterable[str], now: datetime) -> Kept:
    """What is to be kept when these alarms stand and these second machines follow."""
    said = now.astimezone(UTC).isoformat(timespec="seconds")
    oldest = (now - FORGET).astimezone(UTC).isoformat(timespec="seconds")
    heard = {name: at for name, at in kept.heard.items() if at >= oldest} | dict.fromkeys(following, said)
    return Kept({kind: kept.since.get(kind, said) for kind in kinds}, heard)


def write_kept(data: Path, kept: Kept) -> None:
    beside = data / f"{FILE}.new"
    try:
        beside.write_text(json.dumps(asdict(kept)), "utf-8")
        os.replace(beside, data / FILE)
    except OSError:
        # The disk is full: the alarm of it stands all the same, and is as old as the answer that tells it.
        log.warning("since when alarms stand was not kept", exc_info=True)
