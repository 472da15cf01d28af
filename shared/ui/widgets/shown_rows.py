"""Which rows a table shows, and in which order."""

from PySide6.QtCore import QObject, QSortFilterProxyModel, Qt

from shared.ui.widgets.rows import SORT_ROLE, Index, RowsModel


class ShownRows(QSortFilterProxyModel):
    """Every word of the filter must stand somewhere in the row; empty values sort last."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._words: tuple[str, ...] = ()
        self.setSortRole(SORT_ROLE)

    def set_filter(self, words: str) -> None:
        self._words = tuple(words.casefold().split())
        self.invalidate()

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:
        if not self._words:
            return True
        model = self.sourceModel()
        assert isinstance(model, RowsModel)
        shown = model.words(row)
        return all(word in shown for word in self._words)

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
