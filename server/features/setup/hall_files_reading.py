"""Reads the text of a hall's files into rows that still know their file and line; judges nothing but the form."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shared.schemas.hall_files import HallFileProblem

TOML_FILES: Mapping[str, tuple[str, ...]] = {
    "hall.toml": ("floor", "note", "rating_reason"),
    "departments.toml": ("category", "department"),
    "zones.toml": ("zone",),
    "hours.toml": ("schedule", "holiday", "workday"),
    "materials.toml": ("material",),
}
# A hall may do without.
OPTIONAL = frozenset({"materials.toml"})
SERVICE_FOLDER = "services"
SERVICE_TABLES = ("group", "service")
CSV_FILES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "counters.csv": ("counter", ("label", "name", "name_en", "floor", "zone", "services")),
    "staff.csv": ("staff", ("number", "name", "name_en", "spoken_name", "department", "title", "counters")),
}
FILE_OF: Mapping[str, str] = {
    **{table: name for name, tables in TOML_FILES.items() for table in tables},
    **{table: f"{SERVICE_FOLDER}/*.toml" for table in SERVICE_TABLES},
    **{table: name for name, (table, _) in CSV_FILES.items()},
}

_HEADER = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]")
_ASSIGNMENT = re.compile(r"\s*([A-Za-z0-9_-]+)\s*=")
_ERROR_LINE = re.compile(r"at line (\d+)")


@dataclass(frozen=True)
class Row:
    """One described object as it stands in its file."""

    table: str
    key: str
    file: str
    where: str
    values: Mapping[str, Any]
    lines: Mapping[str, int] = field(default_factory=dict)

    def line(self, name: str = "") -> int | None:
        """The line of a field, or of the object itself."""
        return self.lines.get(name) or self.lines.get("")

    def text(self, name: str) -> str | None:
        """The field if it is text."""
        value = self.values.get(name)
        return value if isinstance(value, str) else None

    def texts(self, name: str) -> tuple[str, ...]:
        """What is text in a list field; the cell of a table holds its list as words."""
        value = self.values.get(name)
        if isinstance(value, str) and self.file in CSV_FILES:
            return tuple(value.split())
        return tuple(item for item in value if isinstance(item, str)) if isinstance(value, tuple) else ()


class Problems:
    """Collects all that is wrong, so that it can be put right in one go."""

    def __init__(self) -> None:
        self.found: list[HallFileProblem] = []

    def add(self, row: Row, code: str, name: str = "", /, **params: object) -> None:
        """A problem of a row, or of one field of it."""
        where = f"{row.where}.{name}" if name and row.where else row.where or name
        self.add_at(row.file, row.line(name), where, code, field=name, **params)

    def add_at(self, file: str, line: int | None, where: str, code: str, /, **params: object) -> None:
        """A problem of a place that is no row."""
        self.found.append(HallFileProblem(file=file, line=line, where=where, code=code, params=params))


@dataclass
class RawHall:
    """The rows of every table, and the tables that could not be read whole (nothing can be called unknown there)."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    incomplete: set[str] = field(default_factory=set)

    def of(self, *tables: str) -> list[Row]:
        """All rows of these tables, in the order of the files."""
        return [row for table in tables for row in self.rows.get(table, [])]

    def keys(self, *tables: str) -> frozenset[str]:
        """The keys of all rows of these tables."""
        return frozenset(row.key for row in self.of(*tables))


def read_folder(folder: Path, problems: Problems) -> RawHall:
    """All files of a hall; what cannot be read is reported and the rest is still read."""
    raw = RawHall()
    for name, tables in TOML_FILES.items():
        if name in OPTIONAL and not (folder / name).exists():
            continue
        _read_toml(folder, name, tables, raw, problems)
    services = sorted(path.name for path in (folder / SERVICE_FOLDER).glob("*.toml"))
    for name in services:
        _read_toml(folder, f"{SERVICE_FOLDER}/{name}", SERVICE_TABLES, raw, problems)
    if not services:
        problems.add_at(f"{SERVICE_FOLDER}/*.toml", None, "", "missing_file")
        raw.incomplete.update(SERVICE_TABLES)
    for name, (table, columns) in CSV_FILES.items():
        _read_csv(folder, name, table, columns, raw, problems)
    return raw


def _read_text(folder: Path, name: str, problems: Problems) -> str | None:
    try:
        return (folder / name).read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except FileNotFoundError:
        problems.add_at(name, None, "", "missing_file")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        problems.add_at(name, line, "", "not_utf8")
    except OSError as error:
        problems.add_at(name, None, "", "unreadable_file", reason=error.strerror or type(error).__name__)
    return None


def _read_toml(folder: Path, name: str, tables: Sequence[str], raw: RawHall, problems: Problems) -> None:
    document = None
    text = _read_text(folder, name, problems)
    if text is not None:
        try:
            document = tomllib.loads(text)
        except (ValueError, RecursionError) as error:
            found = _ERROR_LINE.search(str(error))
            line = int(found[1]) if found else text.count("\n") + 1
            problems.add_at(name, line, "", "bad_toml", reason=str(error)[:200])
    own_table = name.removesuffix(".toml")
    if text is None or document is None:
        raw.incomplete.update((*tables, own_table))
        return
    places = _places(text)
    facts = {key: value for key, value in document.items() if not isinstance(value, dict) and key not in tables}
    if name == "hall.toml":
        row = Row("hall", str(facts.get("key", "")), name, "", _frozen(facts), places.get("", {}))
        raw.rows.setdefault("hall", []).append(row)
    else:
        for key in facts:
            problems.add_at(name, places.get("", {}).get(key), key, "unknown_field", field=key)
    for key in document:
        if key not in tables and key not in facts:
            problems.add_at(name, _first_line(places, key), key, "unknown_table", known=", ".join(tables))
    for table in tables:
        raw.rows.setdefault(table, []).extend(_rows_of(document.get(table, {}), table, name, places, raw, problems))


def _rows_of(
    entries: object, table: str, name: str, places: Mapping[str, Mapping[str, int]], raw: RawHall, problems: Problems
) -> Iterator[Row]:
    if not isinstance(entries, dict):
        raw.incomplete.add(table)
        problems.add_at(name, _first_line(places, table), table, "wrong_type", field=table, kind="table")
        return
    for key, values in entries.items():
        where = f"{table}.{key}"
        if isinstance(values, dict):
            yield Row(table, key, name, where, _frozen(values), places.get(where, {}))
        else:
            raw.incomplete.add(table)
            problems.add_at(name, _first_line(places, table), where, "wrong_type", field=key, kind="table")


def _places(text: str) -> dict[str, dict[str, int]]:
    """Line numbers by section and field ("" is the section's own line); tomllib does not keep them."""
    places: dict[str, dict[str, int]] = {"": {"": 1}}
    section = places[""]
    for number, line in enumerate(text.split("\n"), 1):
        if header := _HEADER.match(line):
            section = places.setdefault(re.sub(r"[\s\"']", "", header[1]), {"": number})
        elif assignment := _ASSIGNMENT.match(line):
            section.setdefault(assignment[1], number)
    return places


def _first_line(places: Mapping[str, Mapping[str, int]], table: str) -> int | None:
    if table in places.get("", {}):
        return places[""][table]
    lines = [place.get("") for name, place in places.items() if name.split(".")[0] == table]
    return next((line for line in lines if line), None)


def _frozen(value: Any) -> Any:
    """Lists as tuples: strict models take no list for a tuple."""
    if isinstance(value, dict):
        return {key: _frozen(item) for key, item in value.items()}
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value


def _read_csv(folder: Path, name: str, table: str, columns: Sequence[str], raw: RawHall, problems: Problems) -> None:
    text = _read_text(folder, name, problems)
    lines = list(_csv_lines(text, name, table, raw, problems)) if text is not None else []
    if not lines:
        if text is not None and table not in raw.incomplete:
            problems.add_at(name, None, "", "missing_column", known=", ".join(columns))
        raw.incomplete.add(table)
        return
    head_line, header = lines[0]
    missing = [column for column in columns if column not in header]
    if missing:
        raw.incomplete.add(table)
        problems.add_at(name, head_line, "", "missing_column", known=", ".join(missing))
        return
    for column in header:
        if (column and column not in columns) or (header.count(column) > 1 and column):
            problems.add_at(name, head_line, column, "unknown_field", field=column)
    for line, cells in lines[1:]:
        values = {column: cell for column, cell in zip(header, cells, strict=False) if column and cell}
        key = values.get(columns[0], "")
        row = Row(table, key, name, key, values, {"": line})
        raw.rows.setdefault(table, []).append(row)
        if any(cells[len(header) :]) or any(cell for column, cell in zip(header, cells, strict=False) if not column):
            problems.add(row, "too_many_cells")


def _csv_lines(text: str, name: str, table: str, raw: RawHall, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of every row that is neither empty nor a remark."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begin = 1
    try:
        for cells in reader:
            cells = [cell.strip() for cell in cells]
            if any(cells) and not cells[0].startswith("#"):
                yield begin, cells
            begin = reader.line_num + 1
    except csv.Error as error:
        raw.incomplete.add(table)
        problems.add_at(name, begin, "", "bad_csv", reason=str(error))
