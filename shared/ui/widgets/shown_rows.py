"""Which rows a table shows, and in which order."""

from PySide6.QtCore import QAbstractItemModel, QObject, QSortFilterProxyModel, Qt

from shared.domain.search import Chosen
from shared.ui.widgets.rows import SORT_ROLE, Index, RowsModel


class ShownRows(QSortFilterProxyModel):
    """Every word of the filter must stand somewhere in the row; empty values sort last.

    ``near``: no row holds what was typed, and those shown come near it.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._words = ""
        self._chosen: Chosen[int] | None = None
        self.setSortRole(SORT_ROLE)

    def set_filter(self, words: str) -> None:
        self._words = words.strip()
        self._choose()
        self.invalidate()

    def setSourceModel(self, model: QAbstractItemModel) -> None:
        # Before the filter hears of new rows, they are looked through.
        model.modelReset.connect(self._choose)
        model.dataChanged.connect(self._choose)
        super().setSourceModel(model)

    @property
    def near(self) -> bool:
        return self._chosen is not None and self._chosen.near and bool(self._chosen.keys)

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:
        return self._chosen is None or row in self._chosen.keys

    def lessThan(self, left: Index, right: Index) -> bool:
        first, second = left.data(SORT_ROLE), right.data(SORT_ROLE)
        if first is None or second is None:
            # Qt turns the question round for a descending order.
            last = second if self.sortOrder() == Qt.SortOrder.AscendingOrder else first
            return (first is None) != (second is None) and last is None
        try:
            return bool(first < second)
        except TypeError:
            return str(first) < str(second)

    def _choose(self) -> None:
        model = self.sourceModel()
        self._chosen = model.find(self._words) if self._words and isinstance(model, RowsModel) else None
