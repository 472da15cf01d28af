"""Checks that look at more than one row: references, the tree, what is inherited, counters for everything."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from server.features.setup.hall_files_reading import FILE_OF, Problems, RawHall, Row
from shared.schemas.booking import MOST_LINES
from shared.schemas.hall_files import CODE_PATTERNS

INHERITED = ("department", "series", "typical_minutes", "identity", "audience", "hours")
# Of a service, or of all below a group; these may stand nowhere.
LISTED = ("materials", "materials_if_any")
_NEEDED = ("floor", "category", "department", "zone", "schedule", "service", "counter")
# (where it is written, field, the tables it may name, code): every plain reference between files is one row here.
_REFERENCES = (
    ("hall", "hours", ("schedule",), "unknown_hours"),
    ("department", "category", ("category",), "unknown_category"),
    ("department", "floor", ("floor",), "unknown_floor"),
    ("department", "zone", ("zone",), "unknown_zone"),
    ("zone", "floor", ("floor",), "unknown_floor"),
    ("zone", "shows_zones", ("zone",), "unknown_zone"),
    ("zone", "shows_services", ("group", "service"), "unknown_service"),
    ("group", "parent", ("group", "service"), "missing_parent"),
    ("service", "parent", ("group", "service"), "missing_parent"),
    ("group", "department", ("department",), "unknown_department"),
    ("service", "department", ("department",), "unknown_department"),
    ("group", "hours", ("schedule",), "unknown_hours"),
    ("service", "hours", ("schedule",), "unknown_hours"),
    *((table, field, ("material",), "unknown_material") for table in ("group", "service") for field in LISTED),
    ("counter", "floor", ("floor",), "unknown_floor"),
    ("counter", "zone", ("zone",), "unknown_zone"),
    ("counter", "services", ("group", "service"), "unknown_service"),
    ("staff", "department", ("department",), "unknown_department"),
)
_DUPLICATES = (
    (("group", "service"), "duplicate_key"),
    (("counter",), "duplicate_label"),
    (("staff",), "duplicate_staff_number"),
)
_LABEL = CODE_PATTERNS["bad_label"]
_LABEL_RANGE = re.compile(rf"({_LABEL})[~～]({_LABEL})")


class Tree:
    """The groups and services as rows, by key; the first of a duplicate counts."""

    def __init__(self, raw: RawHall) -> None:
        self.rows: dict[str, Row] = {}
        for row in raw.of("group", "service"):
            self.rows.setdefault(row.key, row)
        self.children: dict[str | None, list[str]] = {}
        files = list(dict.fromkeys(row.file for row in self.rows.values()))
        # Inside a file the line tells the order: TOML has all groups apart from all services.
        ordered = sorted(self.rows.values(), key=lambda row: (files.index(row.file), row.line() or 0))
        for row in ordered:
            self.children.setdefault(row.text("parent"), []).append(row.key)

    def chain(self, key: str) -> list[Row]:
        """From this row up to its root, or to where a cycle or a missing parent ends the way."""
        chain: dict[str, Row] = {}
        at: str | None = key
        while at in self.rows and at not in chain:
            chain[at] = self.rows[at]
            at = self.rows[at].text("parent")
        return list(chain.values())

    def is_rooted(self, key: str) -> bool:
        """True when the way up ends at a root."""
        return "parent" not in self.chain(key)[-1].values

    def inherited(self, key: str, field: str) -> object:
        """The field of this row or of the nearest group above that has it."""
        return next((row.values[field] for row in self.chain(key) if field in row.values), None)

    def listed(self, key: str, field: str) -> tuple[str, ...]:
        """A list that may stand on this row or on a group above; the nearest counts whole, nowhere is none."""
        value = self.inherited(key, field)
        return tuple(each for each in value if isinstance(each, str)) if isinstance(value, tuple) else ()

    def walk(self, key: str | None = None) -> Iterator[str]:
        """All keys below, a group before what is in it."""
        ahead = self.children.get(key, [])[::-1]
        while ahead:
            at = ahead.pop()
            yield at
            ahead.extend(self.children.get(at, [])[::-1])

    def leaves(self, keys: Sequence[str]) -> tuple[str, ...]:
        """The services that these keys of groups and services mean, each once."""
        found: dict[str, None] = {}
        for key in keys:
            below = [key] if self.rows[key].table == "service" else list(self.walk(key))
            found.update(dict.fromkeys(each for each in below if self.rows[each].table == "service"))
        return tuple(found)


def expand_labels(words: Sequence[str]) -> tuple[str, ...]:
    """``A03~A05`` as A03 A04 A05; ValueError names a range that goes backwards or across letters."""
    labels: dict[str, None] = {}
    for word in words:
        found = _LABEL_RANGE.fullmatch(word)
        if not found:
            labels[word] = None
            continue
        first, last = found[1], found[2]
        letters, digits = first.rstrip("0123456789"), first.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        if len(first) != len(last) or not last.startswith(letters) or last < first:
            raise ValueError(word)
        for number in range(int(digits), int(last[len(letters) :]) + 1):
            labels[f"{letters}{number:0{len(digits)}}"] = None
    return tuple(labels)


def check_references(raw: RawHall, tree: Tree, problems: Problems) -> None:
    """Everything that can only be judged by looking at several files."""
    for table in _NEEDED:
        if not raw.of(table) and table not in raw.incomplete:
            problems.add_at(FILE_OF[table], None, table, "nothing_described", table=table)
    for tables, code in _DUPLICATES:
        _check_duplicates(raw.of(*tables), code, problems)
    for table, field, targets, code in _REFERENCES:
        if not raw.incomplete.intersection(targets):
            known = raw.keys(*targets)
            for row in raw.of(table):
                for value in _named(row, field):
                    if value not in known:
                        problems.add(row, code, field, value=value[:60])
    _check_labels(raw, problems)
    _check_floors(raw, problems)
    _check_tree(raw, tree, problems)
    _check_inheritance(raw, tree, problems)
    _check_counters_serve_all(raw, tree, problems)
    _check_materials(raw, tree, problems)


def _named(row: Row, field: str) -> tuple[str, ...]:
    if field in ("services", "shows_zones", "shows_services", *LISTED):
        return row.texts(field)
    value = row.text(field)
    return (value,) if value is not None else ()


def _check_duplicates(rows: Sequence[Row], code: str, problems: Problems) -> None:
    first: dict[str, Row] = {}
    for row in rows:
        other = first.setdefault(row.key, row)
        if other is not row and row.key:
            problems.add(row, code, value=row.key, first=f"{other.file}:{other.line() or '?'}")


def _check_labels(raw: RawHall, problems: Problems) -> None:
    known = raw.keys("counter")
    for table, field in (("staff", "counters"), ("zone", "shows_counters")):
        for row in raw.of(table):
            for word in row.texts(field):
                try:
                    missing = [label for label in expand_labels([word]) if label not in known]
                except ValueError:
                    problems.add(row, "bad_counter_range", field, value=word)
                    continue
                if missing and "counter" not in raw.incomplete:
                    problems.add(row, "unknown_counter", field, value=" ".join(missing[:5])[:60])


def _check_floors(raw: RawHall, problems: Problems) -> None:
    floors: Mapping[str, str | None] = {zone.key: zone.text("floor") for zone in raw.of("zone")}
    for row in raw.of("counter", "department"):
        floor, zone = row.text("floor"), row.text("zone")
        expected = floors.get(zone) if zone else None
        if floor and expected and floor != expected:
            problems.add(row, "floor_mismatch", "floor", value=floor, zone=zone, expected=expected)


def _check_tree(raw: RawHall, tree: Tree, problems: Problems) -> None:
    reported: set[str] = set()
    for key, row in tree.rows.items():
        chain = tree.chain(key)
        top = chain[-1].text("parent")
        if top in tree.rows and not reported.intersection(each.key for each in chain):
            keys = [each.key for each in chain]
            circle = keys[keys.index(top) :]
            reported.update(circle)
            problems.add(tree.rows[top], "parent_cycle", "parent", value=" → ".join([*circle, top]))
        parent = row.text("parent")
        if parent in tree.rows and tree.rows[parent].table == "service":
            problems.add(row, "parent_is_service", "parent", value=parent)
    for row in raw.of("service"):
        if "parent" not in row.values:
            problems.add(row, "missing_field", "parent")
    if not raw.incomplete.intersection(("group", "service")):
        for row in raw.of("group"):
            if not tree.children.get(row.key):
                problems.add(row, "empty_group", value=row.key)


def _check_inheritance(raw: RawHall, tree: Tree, problems: Problems) -> None:
    owners: dict[str, tuple[str, str]] = {}
    default_hours = any("hours" in hall.values for hall in raw.of("hall")) or "hall" in raw.incomplete
    for row in raw.of("service"):
        if tree.rows[row.key] is not row or not tree.is_rooted(row.key):
            continue
        for field in INHERITED:
            if tree.inherited(row.key, field) is None and not (field == "hours" and default_hours):
                problems.add(row, "not_given", field)
        series, department = tree.inherited(row.key, "series"), tree.inherited(row.key, "department")
        if isinstance(series, str) and isinstance(department, str):
            owner, first = owners.setdefault(series, (department, row.key))
            if owner != department:
                problems.add(row, "series_shared", "series", value=series, owner=owner, first=first)


def _check_counters_serve_all(raw: RawHall, tree: Tree, problems: Problems) -> None:
    if "counter" in raw.incomplete:
        return
    named = {key for counter in raw.of("counter") for key in counter.texts("services")}
    for row in raw.of("service"):
        way = {each.key for each in tree.chain(row.key)}
        if tree.rows[row.key] is row and tree.is_rooted(row.key) and not way & named:
            problems.add(row, "service_without_counter", value=row.key)


def _check_materials(raw: RawHall, tree: Tree, problems: Problems) -> None:
    """A list names each document once, and is no longer than the console's own."""
    for row in raw.of("service"):
        if tree.rows[row.key] is not row or not tree.is_rooted(row.key):
            continue
        named = [key for field in LISTED for key in tree.listed(row.key, field)]
        twice = next((key for key in named if named.count(key) > 1), None)
        if twice is not None:
            problems.add(row, "material_twice", LISTED[0], value=twice[:60])
        if len(named) > MOST_LINES:
            problems.add(row, "materials_too_many", LISTED[0], limit=MOST_LINES)
