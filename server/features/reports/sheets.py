"""A report as an Excel workbook: figures with their plot, and what each of them means.

openpyxl is loaded by the first workbook: many a server never sees one.
"""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any, Final

from shared.i18n import text
from shared.i18n.days import days_words
from shared.schemas.reports import FIGURES, REPORTS, Figures, Report

# A cell that begins so is a formula to some program, whatever type it has here.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
# Excel counts time in days.
_DAY_S: Final = 86400.0
_FORMATS: Final = {"count": "0", "seconds": "[h]:mm:ss", "share": "0.0%"}
_HEAD: Final = 5
# More bars than that nobody reads.
BARS: Final = 40


def workbook(report: Report, kind: str, hall: str, made_at: datetime, language: str) -> bytes:
    """``kind`` is one of ``REPORTS``; ``made_at`` in the hall's zone."""
    from openpyxl import Workbook
    from openpyxl.chart import BarChart, Reference
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    columns = REPORTS[kind]
    book = Workbook()
    sheet: Any = book.worksheets[0]
    sheet.title = text(f"reports.kind.{kind}", language)
    _words(sheet.cell(1, 1), f"{hall}  {text(f'reports.kind.{kind}', language)}")
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    about = text(
        "reports.about",
        language,
        days=days_words(report.first, report.last, language),
        made=made_at.strftime("%Y-%m-%d %H:%M"),
    )
    _words(sheet.cell(2, 1), about)
    _words(sheet.cell(3, 1), text("reports.by", language, group=text(f"reports.group.{report.group}", language)))
    heads = [text(f"reports.group.{report.group}", language), *(text(f"reports.figure.{c}", language) for c in columns)]
    for number, head in enumerate(heads, 1):
        cell = sheet.cell(_HEAD, number)
        _words(cell, head)
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="1F4E79")
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(number)].width = 34 if number == 1 else 15
    sheet.row_dimensions[_HEAD].height = 32
    sheet.freeze_panes = sheet.cell(_HEAD + 1, 2)
    for place, row in enumerate(report.rows, _HEAD + 1):
        name = row.label if language == "zh-CN" else row.label_en or row.label
        _line(sheet, place, name or text("reports.none", language), row.figures, columns)
    last = _HEAD + len(report.rows)
    if report.rows:
        sheet.auto_filter.ref = f"A{_HEAD}:{get_column_letter(len(heads))}{last}"
    _line(sheet, last + 1, text("reports.total", language), report.total, columns)
    before = text("reports.before", language, days=days_words(report.before_first, report.before_last, language))
    _line(sheet, last + 2, before, report.before_total, columns)
    for cell in sheet[last + 1]:
        cell.font = Font(bold=True)
    if report.rows:
        chart: Any = BarChart()
        chart.type = "bar" if report.group in ("service", "department", "staff", "counter") else "col"
        chart.title = text(f"reports.figure.{columns[0]}", language)
        chart.legend = None
        bars = min(len(report.rows), BARS)
        chart.add_data(Reference(sheet, min_col=2, min_row=_HEAD + 1, max_row=_HEAD + bars))
        chart.set_categories(Reference(sheet, min_col=1, min_row=_HEAD + 1, max_row=_HEAD + bars))
        chart.y_axis.number_format = _FORMATS[FIGURES[columns[0]]]
        chart.x_axis.delete = chart.y_axis.delete = False
        chart.height, chart.width = max(8.0, bars * 0.55 if chart.type == "bar" else 9.0), 22.0
        if chart.type == "bar":
            chart.x_axis.scaling.orientation = "maxMin"
        sheet.add_chart(chart, f"{get_column_letter(len(heads) + 2)}{_HEAD}")
    _definitions(book, columns, language)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _line(sheet: Any, place: int, name: str, figures: Figures, columns: tuple[str, ...]) -> None:
    _words(sheet.cell(place, 1), name)
    for number, column in enumerate(columns, 2):
        value, unit = figures.get(column), FIGURES[column]
        cell = sheet.cell(place, number)
        cell.value = None if value is None else value / _DAY_S if unit == "seconds" else value
        cell.number_format = _FORMATS[unit]


def _definitions(book: Any, columns: tuple[str, ...], language: str) -> None:
    from openpyxl.styles import Alignment, Font

    sheet = book.create_sheet(text("reports.definitions", language))
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 90
    for place, column in enumerate(columns, 1):
        _words(sheet.cell(place, 1), text(f"reports.figure.{column}", language))
        _words(sheet.cell(place, 2), text(f"reports.define.{column}", language))
        sheet.cell(place, 1).font = Font(bold=True)
        sheet.cell(place, 2).alignment = Alignment(wrap_text=True, vertical="top")


def _words(cell: Any, words: str) -> None:
    """As text whatever it looks like; the quote is Excel's own mark for that."""
    cell.value = words
    cell.data_type = "s"
    cell.quotePrefix = words.startswith(_FORMULA)
