"""How backups in a folder are named, so that the oldest can be told and nothing else is ever taken for one."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

_NAME: Final = re.compile(r"zhiting-\d{8}-\d{6}\.backup")


def file_name(now: datetime | None = None) -> str:
    """By the time in UTC: their order is the order of their names."""
    return (now or datetime.now(UTC)).strftime("zhiting-%Y%m%d-%H%M%S.backup")


def backups_in(folder: Path) -> list[Path]:
    """Those that were named here, oldest first."""
    return sorted(path for path in folder.glob("zhiting-*.backup") if _NAME.fullmatch(path.name))


def drop_old(folder: Path, keep: int) -> list[Path]:
    """Remove all but the newest; answers what went."""
    old = backups_in(folder)[:-keep] if keep > 0 else []
    for path in old:
        path.unlink(missing_ok=True)
    return old
