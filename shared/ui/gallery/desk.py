"""One window with every widget the staff screens use."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QRadioButton,
    QSpinBox,
    QTabWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from shared.i18n import text
from shared.ui.icons import icon
from shared.ui.theme.widgets import mark, tokens
from shared.ui.widgets import (
    Column,
    Form,
    SearchableTable,
    StatusDot,
    Toast,
    button,
    max_length,
    required,
    time_of_day,
)


def _t(key: str) -> str:
    return text(f"ui.gallery.{key}")


def _tree() -> QTreeWidget:
    tree = QTreeWidget()
    tree.setHeaderHidden(True)
    mark(tree, "navigation")
    tree.setIconSize(QSize(int(tokens()["icon_m"]), int(tokens()["icon_m"])))
    for title, name in (
        ("crumb_1", "building"),
        ("crumb_2", "document"),
        ("guide", "map-pin"),
    ):
        item = QTreeWidgetItem(tree, [_t(title)])
        item.setIcon(0, icon(name, str(tokens()["primary"])))
        for child in ("service", "crumb_3"):
            QTreeWidgetItem(item, [_t(child)])
    tree.expandAll()
    tree.setCurrentItem(item)
    tree.setFixedWidth(250)
    return tree


def _buttons() -> QHBoxLayout:
    row = QHBoxLayout()
    for title, role, name in (
        ("take", "primary", "bell"),
        ("print", "", "printer"),
        ("guide", "danger", "trash"),
        ("scan", "quiet", "qr"),
    ):
        row.addWidget(button(_t(title), name, role))
    disabled = button(_t("take"), role="primary")
    disabled.setEnabled(False)
    row.addWidget(disabled)
    row.addStretch(1)
    return row


def _table() -> SearchableTable:
    columns = [
        Column("number", text("ui.gallery.take"), width=90),
        Column("service", text("ui.gallery.service"), width=330),
        Column(
            "wait",
            text("ui.gallery.progress"),
            show=lambda n: text("ui.duration.minutes", n=n),
            width=110,
            right=True,
        ),
        Column("state", text("ui.status.ok")),
    ]
    table = SearchableTable(columns, key="number")
    table.set_rows(
        [
            {
                "number": f"A{n:03}",
                "service": _t("service" if n % 3 else "service_long"),
                "wait": n * 7 % 40,
                "state": _t("waiting"),
            }
            for n in range(1, 40)
        ]
    )
    table.select("A003")
    return table


def _form() -> QWidget:
    form = Form()
    form.add("name", _t("service"), QLineEdit(), required, max_length(20))
    form.add("opens", _t("closed_reason")[:6], QLineEdit("9"), time_of_day)
    choice = QComboBox()
    choice.addItems([_t("crumb_1"), _t("crumb_2"), _t("crumb_3")])
    form.add("area", _t("guide"), choice)
    form.add("seats", _t("waiting"), QSpinBox())
    check = QCheckBox(_t("satisfied"))
    check.setChecked(True)
    form.add("open", _t("good"), check)
    form.complain()
    return form


def _card() -> QFrame:
    card = QFrame()
    mark(card, "card")
    column = QVBoxLayout(card)
    for role, words in (
        ("title", _t("service")),
        ("number", "A017"),
        ("muted", _t("service_hint")),
    ):
        label = QLabel(words)
        mark(label, role)
        column.addWidget(label)
    for tone in ("ok", "busy", "warn", "error", "off"):
        column.addWidget(StatusDot(tone, text(f"ui.status.{tone}")))
    column.addWidget(QRadioButton(_t("fair")))
    bar = QProgressBar()
    bar.setValue(62)
    column.addWidget(bar)
    column.addStretch(1)
    return card


def _padded(inner: QWidget) -> QWidget:
    page = QWidget()
    QVBoxLayout(page).addWidget(inner)
    return page


class DeskGallery(QWidget):
    """The staff screens' widgets side by side."""

    def __init__(self) -> None:
        super().__init__()
        mark(self, "page")
        self.resize(1280, 800)
        tabs = QTabWidget()
        tabs.addTab(_padded(_table()), _t("crumb_1"))
        tabs.addTab(QWidget(), _t("crumb_2"))
        lower = QHBoxLayout()
        lower.addWidget(_form(), 1)
        lower.addWidget(_card())
        right = QVBoxLayout()
        title = QLabel(_t("hall"))
        mark(title, "headline")
        right.addWidget(title)
        right.addLayout(_buttons())
        right.addWidget(tabs, 1)
        right.addLayout(lower)
        row = QHBoxLayout(self)
        row.addWidget(_tree())
        row.addLayout(right, 1)
        self.toast = Toast(self)
        self.toast.show_message(_t("saved"), undo=lambda: None)
