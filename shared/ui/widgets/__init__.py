"""Small widgets for staff screens."""

from shared.ui.widgets.buttons import button
from shared.ui.widgets.form import Form, OwnField, PickedField, inset, integer, max_length, required, time_of_day
from shared.ui.widgets.qr import qr_picture
from shared.ui.widgets.rows import Column, RowsModel
from shared.ui.widgets.status import StatusDot, draw_sign, sign_icon
from shared.ui.widgets.table import SearchableTable
from shared.ui.widgets.toast import Toast

__all__ = [
    "Column",
    "Form",
    "OwnField",
    "PickedField",
    "RowsModel",
    "SearchableTable",
    "StatusDot",
    "Toast",
    "button",
    "draw_sign",
    "inset",
    "integer",
    "max_length",
    "qr_picture",
    "required",
    "sign_icon",
    "time_of_day",
]
