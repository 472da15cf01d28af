"""What is wrong with ``guides.json`` of a hall's folder, before anything is set up from it."""

from __future__ import annotations

import json
from pathlib import Path

from server.features.guides.files import read
from server.features.setup.guides import FILE
from server.features.setup.hall_files_reading import Problems, RawHall
from shared.domain.errors import HallError


def check_guides(folder: Path, raw: RawHall, problems: Problems) -> None:
    """Each item by itself, and whether its department and service are described; a hall may do without the file."""
    path = folder / FILE
    if not path.exists():
        return
    try:
        content = path.read_bytes()
        staged = read(content)
        given = json.loads(content.decode("utf-8-sig"))["items"]
    except (OSError, ValueError, HallError):
        problems.add_at(FILE, None, "", "guides_wrong")
        return
    written = content.decode("utf-8-sig")
    linked = {one.get("code"): one.get("service") or "" for one in given if isinstance(one, dict)}
    for row in staged.refused:
        problems.add_at(
            FILE, _line(written, row.code), row.code or row.name, "guides_item", why=row.why, field=row.field
        )
    names = {row.text("name") for row in raw.of("department")}
    services = raw.keys("service")
    for code, fields in staged.items.items():
        where = _line(written, code)
        if fields.department not in names and "department" not in raw.incomplete:
            problems.add_at(FILE, where, f"{code}.department", "unknown_department", value=fields.department[:60])
        if (service := linked.get(code)) and service not in services and "service" not in raw.incomplete:
            problems.add_at(FILE, where, f"{code}.service", "unknown_service", value=str(service)[:60])


def _line(written: str, code: str) -> int | None:
    """Where an item's code stands; JSON itself does not keep it."""
    place = written.find(json.dumps(code, ensure_ascii=False)) if code else -1
    return written.count("\n", 0, place) + 1 if place >= 0 else None
