"""Changes that are not sent yet: kept per item, and on the disk, so that no window or power cut loses them."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)
Fields = dict[str, Any]


class Drafts:
    """Per item the changed fields, and what stood there when they were changed. All values are JSON."""

    def __init__(self, path: Path, unwritten: frozenset[str] = frozenset()) -> None:
        """``unwritten``: fields that never reach the disk, such as a phone in clear."""
        self._path = path
        self._unwritten = unwritten
        self._kept: dict[str, dict[str, Fields]] = _read(path)

    def __len__(self) -> int:
        return len(self._kept)

    def keys(self, prefix: str = "") -> frozenset[str]:
        return frozenset(key for key in self._kept if key.startswith(prefix))

    def fields(self, key: str) -> Fields:
        return dict(self._kept.get(key, {}).get("fields", {}))

    def base(self, key: str) -> Fields:
        """What the changed fields held before."""
        return dict(self._kept.get(key, {}).get("base", {}))

    def put(self, key: str, fields: Fields, base: Fields) -> None:
        """Keep what differs from ``base``; what an earlier change replaced stays known. No difference: no draft."""
        first = self.base(key)
        changed = {name: value for name, value in fields.items() if value != base.get(name)}
        if changed:
            self._kept[key] = {"fields": changed, "base": {name: first.get(name, base.get(name)) for name in changed}}
        else:
            self._kept.pop(key, None)

    def drop(self, key: str) -> None:
        self._kept.pop(key, None)

    def clear(self) -> None:
        self._kept.clear()

    def save(self) -> None:
        """Write all drafts; the old file stays whole until the new one is."""
        try:
            kept = self._writable()
            if not kept:
                self._path.unlink(missing_ok=True)
                return
            self._path.parent.mkdir(parents=True, exist_ok=True)
            fresh = self._path.with_suffix(".new")
            fresh.write_text(json.dumps(kept, ensure_ascii=False), "utf-8")
            os.replace(fresh, self._path)
        except OSError as error:
            log.warning("drafts are not on the disk: %s", error)

    def _writable(self) -> dict[str, dict[str, Fields]]:
        if not self._unwritten:
            return self._kept
        kept = {
            key: {part: {n: v for n, v in fields.items() if n not in self._unwritten} for part, fields in draft.items()}
            for key, draft in self._kept.items()
        }
        return {key: draft for key, draft in kept.items() if draft["fields"]}


def _read(path: Path) -> dict[str, dict[str, Fields]]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        log.warning("drafts could not be read: %s", error)
        return {}
    if not isinstance(found, dict):
        return {}
    return {str(key): kept for key, kept in found.items() if isinstance(kept, dict) and "fields" in kept}
