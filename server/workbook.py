"""Tables as an Excel workbook: written for people to edit, read with suspicion.

Columns are told by their place, the heads are words for the reader.

openpyxl is loaded by the first workbook: it and what it loads are 18 MB, and many a server never sees one.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import ParseError  # nosec B405 (the name of a fault; nothing is parsed by it here)

from shared.domain.errors import HallError

ROWS, CELL = 5_000, 1000
# A workbook of that many rows unpacks to a few megabytes; a bomb to gigabytes.
UNPACKED, PARTS = 40 * 1024 * 1024, 200
# A cell that begins so is a formula to some program, whatever type it has here.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Line:
    """One row as it was read; ``row`` as the spreadsheet counts."""

    row: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table to write: each column's head and width, and the rows."""

    title: str
    heads: Sequence[str]
    widths: Sequence[int]
    rows: Sequence[Sequence[str | int]]


def write(sheets: Sequence[Sheet]) -> bytes:
    """The workbook; each sheet with a head that stays in sight."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill

    book = Workbook()
    book.remove(book.worksheets[0])
    for given in sheets:
        sheet = book.create_sheet(given.title)
        sheet.append(list(given.heads))
        for width, cell in zip(given.widths, sheet[1], strict=True):
            cell.font = Font(bold=True, color="FFFFFF")
            cell.fill = PatternFill("solid", fgColor="1F4E79")
            cell.alignment = Alignment(vertical="center")
            sheet.column_dimensions[cell.column_letter].width = width
        sheet.row_dimensions[1].height = 22
        sheet.freeze_panes = "A2"
        for place, values in enumerate(given.rows, 2):
            for number, value in enumerate(values, 1):
                cell = sheet.cell(place, number)
                if isinstance(value, int):
                    cell.value = value
                else:
                    # As text whatever it looks like; the quote is Excel's own mark for that.
                    cell.value = value or None
                    cell.data_type = "s" if value else "n"
                    cell.number_format = "@"
                    cell.quotePrefix = value.startswith(_FORMULA)
        sheet.auto_filter.ref = sheet.dimensions
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def read(content: bytes, sheets: Mapping[str, Sequence[str]]) -> dict[str, list[Line]]:
    """The rows of each sheet, told by its place: name → its columns; ``HallError`` when it is no such workbook, or one
    made to harm.
    """
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    _refuse_bomb(content)
    try:
        # Values as they were last reckoned: a formula is never run here.
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        try:
            if len(book.worksheets) < len(sheets):
                raise HallError("workbook_wrong", status=422)
            return {
                name: list(_lines(sheet, columns))
                for (name, columns), sheet in zip(sheets.items(), book.worksheets, strict=False)
            }
        finally:
            book.close()
    except HallError:
        raise
    except (InvalidFileException, zipfile.BadZipFile, ParseError, KeyError, ValueError, TypeError, OSError) as error:
        raise HallError("workbook_wrong", status=422) from error
    except (AttributeError, IndexError, EOFError, zipfile.LargeZipFile, NotImplementedError) as error:
        raise HallError("workbook_wrong", status=422) from error


def _refuse_bomb(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED:
                raise HallError("workbook_too_large", status=422, rows=ROWS)
            # What the list claims is not always what is inside, and no part of ours declares entities.
            left = UNPACKED
            for part in parts:
                with packed.open(part) as stream:
                    before = b""
                    while left >= 0 and (piece := stream.read(65536)):
                        left -= len(piece)
                        if b"<!DOCTYPE" in before + piece or b"<!ENTITY" in before + piece:
                            raise HallError("workbook_wrong", status=422)
                        before = piece[-16:]
                if left < 0:
                    raise HallError("workbook_too_large", status=422, rows=ROWS)
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError) as error:
        raise HallError("workbook_wrong", status=422) from error


def _lines(sheet: Any, columns: Sequence[str]) -> Iterator[Line]:
    rows = sheet.iter_rows(min_row=2, max_row=ROWS + 2, max_col=len(columns), values_only=True)
    for row, values in enumerate(rows, 2):
        cells = {name: _plain(value) for name, value in zip(columns, values, strict=False)}
        if not any(cells.values()):
            continue
        if row > ROWS + 1:
            raise HallError("workbook_too_large", status=422, rows=ROWS)
        yield Line(row, {name: cells.get(name, "") for name in columns})


def _plain(value: object) -> str:
    """A cell's text; Excel keeps a number that was typed as a number with a decimal point."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()[: CELL + 1]
