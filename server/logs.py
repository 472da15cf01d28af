"""Structured logs: one JSON object a line, to standard error and to a rotating file; never personal data."""

from __future__ import annotations

import json
import logging
import logging.handlers
import sys
from datetime import UTC, datetime
from pathlib import Path

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        entry.update({name: value for name, value in vars(record).items() if name not in _STANDARD})
        if record.exc_info:
            entry["trace"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False, default=str)


class _File(logging.handlers.RotatingFileHandler):
    def handleError(self, record: logging.LogRecord) -> None:
        """A full disk is no reason for thirty more lines about each: standard error has this one already."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handleError(record)


def install(data: Path, level: int = logging.INFO) -> None:
    folder = data / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    handlers: list[logging.Handler] = [
        logging.StreamHandler(sys.stderr),
        _File(folder / "server.log", maxBytes=10_000_000, backupCount=5, encoding="utf-8"),
    ]
    for handler in handlers:
        handler.setFormatter(JsonLines())
    logging.basicConfig(level=level, handlers=handlers, force=True)
    # One line per request would name phones' secret paths; our own access log names the route.
    logging.getLogger("uvicorn.access").disabled = True
