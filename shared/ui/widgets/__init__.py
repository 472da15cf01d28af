"""Small widgets for staff screens."""

from shared.ui.widgets.buttons import button
from shared.ui.widgets.form import Form, integer, max_length, required, time_of_day
from shared.ui.widgets.status import StatusDot
from shared.ui.widgets.table import Column, RowsModel, SearchableTable
from shared.ui.widgets.toast import Toast

__all__ = [
    "Column",
    "Form",
    "RowsModel",
    "SearchableTable",
    "StatusDot",
    "Toast",
    "button",
    "integer",
    "max_length",
    "required",
    "time_of_day",
]
