"""Loads the files that describe a hall, or says everything that is wrong with them.

``python -m server.features.setup.hall_files FOLDER`` checks a folder: exit code 0 and a summary, or 1 and the list.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from server.features.setup.hall_files_checks import INHERITED, LISTED, Tree, check_references, expand_labels
from server.features.setup.hall_files_guides import check_guides
from server.features.setup.hall_files_reading import Problems, RawHall, Row, read_folder
from shared.domain.errors import HallError
from shared.i18n import DEFAULT_LANGUAGE, text
from shared.schemas import hall_files as files

Model = TypeVar("Model", bound=BaseModel)

_MODELS: Mapping[str, tuple[type[BaseModel], str]] = {
    "hall": (files.Hall, ""),
    "floor": (files.Floor, "key"),
    "note": (files.Line, "key"),
    "rating_reason": (files.Line, "key"),
    "category": (files.Category, "key"),
    "department": (files.Department, "key"),
    "zone": (files.Zone, "key"),
    "schedule": (files.Schedule, "key"),
    "holiday": (files.Holiday, "key"),
    "workday": (files.Workday, "day"),
    "material": (files.MaterialFields, "key"),
    "group": (files.NodeFields, "key"),
    "service": (files.ServiceFields, "key"),
    "counter": (files.CounterFields, ""),
    "staff": (files.Staff, ""),
}
_CODES = {
    "missing": "missing_field",
    "extra_forbidden": "unknown_field",
    "literal_error": "bad_choice",
    "string_too_long": "too_long",
    "string_too_short": "empty",
    "too_short": "empty",
    "string_pattern_mismatch": "bad_text",
    "greater_than_equal": "out_of_range",
    "less_than_equal": "out_of_range",
}
_OWN_CODES = frozenset(files.CODE_PATTERNS) | {
    "bad_time_range",
    "overlapping_times",
    "bad_date_range",
    "bad_time_zone",
    "short_name_needed",
    "suspended_without_reason",
    "material_without_paper",
}
_KINDS = {"string": "text", "int": "number", "bool": "yes_no", "tuple": "list", "date": "date"}


class HallFilesError(HallError):
    """The files have mistakes; ``problems`` is all of them."""

    def __init__(self, folder: Path, problems: Sequence[files.HallFileProblem]) -> None:
        super().__init__("hall_files.error.invalid", folder=folder.name, count=len(problems))
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join(problem_text(problem, "en") for problem in self.problems)


def load_hall(folder: Path) -> files.HallFiles:
    """The hall that a folder describes; HallFilesError lists everything that is wrong with it."""
    problems = Problems()
    raw = read_folder(folder, problems)
    tree = Tree(raw)
    check_references(raw, tree, problems)
    check_guides(folder, raw, problems)
    valid = {table: [_validated(row, problems) for row in raw.of(table)] for table in _MODELS}
    if problems.found:
        order = {name: place for place, name in enumerate(dict.fromkeys(row.file for row in raw.of(*_MODELS)))}
        raise HallFilesError(
            folder, sorted(problems.found, key=lambda each: (order.get(each.file, -1), each.file, each.line or 0))
        )
    return _built(raw, tree, valid)


def problem_text(problem: files.HallFileProblem, language: str = DEFAULT_LANGUAGE) -> str:
    """One line for a person: file, line, place, what is wrong and what to do."""
    params = dict(problem.params)
    if "kind" in params:
        params["kind"] = text(f"hall_files.kind.{params['kind']}", language)
    if "why" in params:
        params["why"] = text(f"guides.why.{params['why']}", language)
    place = f"{problem.file}:{problem.line}" if problem.line else problem.file
    said = text(f"hall_files.problem.{problem.code}", language, **params)
    return " ".join(part for part in (place, f"[{problem.where}]" if problem.where else "", said) if part)


def _validated(row: Row, problems: Problems) -> Any:
    model, key_field = _MODELS[row.table]
    values = dict(row.values)
    if key_field:
        if key_field in values:
            problems.add(row, "unknown_field", key_field)
        values[key_field] = row.key
    if row.table == "workday":
        try:
            values["day"] = date.fromisoformat(row.key)
        except ValueError:
            problems.add(row, "bad_date", value=row.key[:40])
            return None
    try:
        return model.model_validate(values)
    except ValidationError as error:
        for details in error.errors(include_url=False):
            _add_details(row, details, problems)
        return None


def _add_details(row: Row, details: ErrorDetails, problems: Problems) -> None:
    """A pydantic error in our words."""
    field = str(details["loc"][0]) if details["loc"] else ""
    kind = details["type"]
    context = dict(details.get("ctx", {}))
    context.pop("error", None)
    params = {name: value if isinstance(value, int) else str(value) for name, value in context.items()}
    # "value" is what stands in the file; a whole row is no value.
    params.setdefault("value", str(details["input"])[:60] if field else "")
    if kind in _OWN_CODES:
        problems.add(row, kind, field, **params)
    elif kind in _CODES:
        params.setdefault("limit", params.get("max_length") or params.get("ge") or params.get("le") or "")
        problems.add(row, _CODES[kind], field, **params)
    else:
        problems.add(row, "wrong_type", field, kind=_KINDS.get(kind.split("_")[0], "text"), value=params["value"])


def _built(raw: RawHall, tree: Tree, valid: Mapping[str, list[Any]]) -> files.HallFiles:
    """Groups opened up, inherited fields filled in; only for files without a mistake."""
    hall: files.Hall = valid["hall"][0]
    order = list(tree.walk())
    place = {key: number for number, key in enumerate(order)}
    groups = [
        files.Group(department=_text_of(tree, node.key, "department"), **_fields(node, files.Group, "department"))
        for node in valid["group"]
    ]
    services = [_service(node, tree, hall) for node in valid["service"]]
    counters = [
        files.Counter.model_validate({**dict(each), "services": tree.leaves(each.services)})
        for each in valid["counter"]
    ]
    # A zone keeps its groups: what is added to one later belongs to it.
    zones = [each.model_copy(update={"shows_counters": expand_labels(each.shows_counters)}) for each in valid["zone"]]
    staff = [each.model_copy(update={"counters": expand_labels(each.counters)}) for each in valid["staff"]]
    return files.HallFiles(
        hall=hall,
        floors=tuple(valid["floor"]),
        notes=tuple(valid["note"]),
        rating_reasons=tuple(valid["rating_reason"]),
        categories=tuple(valid["category"]),
        departments=tuple(valid["department"]),
        zones=tuple(zones),
        schedules=tuple(valid["schedule"]),
        holidays=tuple(valid["holiday"]),
        workdays=tuple(valid["workday"]),
        materials=tuple(valid["material"]),
        groups=tuple(sorted(groups, key=lambda group: place[group.key])),
        services=tuple(sorted(services, key=lambda service: place[service.key])),
        tree=tuple(order),
        counters=tuple(counters),
        staff=tuple(staff),
    )


def _fields(node: files.NodeFields, model: type[BaseModel], *without: str) -> dict[str, Any]:
    return {name: value for name, value in node if name in model.model_fields and name not in without}


def _text_of(tree: Tree, key: str, field: str) -> str | None:
    value = tree.inherited(key, field)
    return value if isinstance(value, str) else None


def _service(node: files.ServiceFields, tree: Tree, hall: files.Hall) -> files.Service:
    fields = {name: "" if value is None else value for name, value in _fields(node, files.Service).items()}
    fields.update({name: tree.inherited(node.key, name) for name in INHERITED})
    fields.update({name: tree.listed(node.key, name) for name in LISTED})
    fields["hours"] = fields["hours"] or hall.hours
    fields["short_name"] = node.short_name or node.name
    return files.Service.model_validate(fields)


def _summary(hall: files.HallFiles, language: str) -> str:
    depths = [len(hall.path(service.key)) for service in hall.services]
    return text(
        "hall_files.summary.good",
        language,
        name=hall.hall.name if language == "zh-CN" else hall.hall.name_en,
        floors=len(hall.floors),
        departments=len(hall.departments),
        services=len(hall.services),
        shallowest=min(depths),
        deepest=max(depths),
        listed=sum(bool(service.materials or service.materials_if_any) for service in hall.services),
        suspended=sum(service.suspended for service in hall.services),
        counters=len(hall.counters),
        zones=len(hall.zones),
        staff=len(hall.staff),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Checks one folder; 0 when it can be used."""
    parser = argparse.ArgumentParser(prog="python -m server.features.setup.hall_files", description="Check a hall.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--language", default=DEFAULT_LANGUAGE, help="language of the report (default: %(default)s)")
    options = parser.parse_args(arguments)
    try:
        print(_summary(load_hall(options.folder), options.language))
    except HallFilesError as error:
        for problem in error.problems:
            print(problem_text(problem, options.language), file=sys.stderr)
        print(text(error.code, options.language, **error.params), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
