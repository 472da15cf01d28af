"""Plain dict rows as a table model: what a column shows, what it is sorted by."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from shared.domain.search import Chosen, Lists
from shared.ui.widgets.status import sign_icon

Row = Mapping[str, Any]
SORT_ROLE = Qt.ItemDataRole.UserRole
ROW_ROLE = Qt.ItemDataRole.UserRole + 1
_LONG_TITLE = 8
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the row's key, its title, how a value is shown, its first width in pixels (0: by content).

    ``tone`` gives the sign before the words (see ``StatusDot``), or "" for none. ``whole``: says nothing when its end
    is cut off, such as a time; it gives no room away.
    """

    key: str
    title: str
    show: Callable[[Any], str] = lambda value: "" if value is None else str(value)
    width: int = 0
    right: bool = False
    tone: Callable[[Row], str] | None = None
    whole: bool = False


class RowsModel(QAbstractTableModel):
    """Dict rows as a table model; the sort role gives the raw value, the display role the text."""

    def __init__(self, columns: Sequence[Column], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._rows: list[Row] = []
        # Made when something is looked for.
        self._lists: Lists[int] | None = None

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows, unsorted."""
        return tuple(self._rows)

    def set_rows(self, rows: Sequence[Row]) -> None:
        """New content; the same number of rows is updated in place, so that the view keeps its scroll position."""
        self._lists = None
        if len(rows) == len(self._rows) and rows:
            self._rows = list(rows)
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(self.columns) - 1))
            return
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def find(self, words: str) -> Chosen[int]:
        """The numbers of the rows that hold each of these words, as shown or by their sound.

        A row is also found by what stands under ``search``, and under ``spelled`` as ``spelling.spell`` wrote it.
        """
        if self._lists is None:
            shown = [[column.show(row.get(column.key)) for column in self.columns] for row in self._rows]
            more = [row.get("search", "") for row in self._rows]
            self._lists = Lists(
                {n: (*line, also) for n, (line, also) in enumerate(zip(shown, more, strict=True))},
                {n: row["spelled"] for n, row in enumerate(self._rows) if "spelled" in row},
            )
        return self._lists.find(words)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        column, row = self.columns[index.column()], self._rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return column.show(row.get(column.key))
        if role == Qt.ItemDataRole.DecorationRole and column.tone is not None:
            tone = column.tone(row)
            return sign_icon(tone) if tone else None
        if role == SORT_ROLE:
            return row.get(column.key)
        if role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return title_of(self.columns[section])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if self.columns[section].right else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None


def title_of(column: Column) -> str:
    """Over short numbers a long title stands in two lines."""
    title = column.title
    spaces = [place for place, sign in enumerate(title) if sign == " "]
    if not column.right or len(title) < _LONG_TITLE or not spaces:
        return title
    middle = min(spaces, key=lambda place: abs(2 * place - len(title)))
    return f"{title[:middle]}\n{title[middle + 1 :]}"
