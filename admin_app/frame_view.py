"""The console's window: tree, search, pages, and whether the hall answers.

admin_window nav_tree search_box search_results link_state link_banner link_banner_words hall_name pages
close_question close_stay close_keep close_discard
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from PySide6.QtCore import QByteArray, QSettings, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QMainWindow,
    QMenu,
    QPushButton,
    QStackedWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from admin_app.frame import FramePresenter
from admin_app.parts_view import Banner, Question, label, pad, picture, size
from admin_app.search_view import SearchBox
from shared.i18n import text
from shared.i18n.errors import error_text
from shared.ui.icons import icon
from shared.ui.theme import design_size
from shared.ui.theme.widgets import colour, mark, tokens
from shared.ui.widgets import StatusDot

KEY_ROLE = Qt.ItemDataRole.UserRole
LAYOUT_KEY = "window/geometry"
OWN_PAGES = (("profile", "id-card"), ("password", "lock"), ("second_factor", "phone"), ("sessions", "device"))


class Page(Protocol):
    """A page's widget can be sent to something on it."""

    def open_target(self, target: str) -> None: ...


class Unsent(Protocol):
    """What would be lost by closing: how many drafts, keep them, drop them."""

    def count(self) -> int: ...

    def keep(self) -> None: ...

    def discard(self) -> None: ...


class AdminWindow(QMainWindow):
    """One tree on the left, search above, a page to the right."""

    def __init__(
        self,
        presenter: FramePresenter,
        pages: Mapping[str, Callable[[], QWidget]],
        unsent: Unsent,
        language: str,
        footer: str,
        on_closed: Callable[[], object] = lambda: None,
    ) -> None:
        super().__init__()
        self.setObjectName("admin_window")
        self._presenter = presenter
        self._makers = dict(pages)
        self._pages: dict[str, QWidget] = {}
        self._unsent = unsent
        self._language = language
        self._on_closed = on_closed
        self._sure = False
        self.setWindowTitle(text("admin.title", language))
        self._nodes: dict[str, QTreeWidgetItem] = {}
        self._headings: dict[str, QTreeWidgetItem] = {}
        self._nav = self._tree()
        self._stack = QStackedWidget()
        self._stack.setObjectName("pages")
        self._banner = Banner("link_banner")
        centre = QWidget()
        mark(centre, "page")
        row = QHBoxLayout(centre)
        pad(row)
        row.setSpacing(0)
        row.addWidget(self._side(footer))
        right = QVBoxLayout()
        pad(right)
        right.setSpacing(0)
        right.addWidget(self._bar())
        self._banner_box = QWidget()
        box = QVBoxLayout(self._banner_box)
        box.setContentsMargins(size("space_l"), size("space_m"), size("space_l"), 0)
        box.addWidget(self._banner)
        right.addWidget(self._banner_box)
        right.addWidget(self._stack, 1)
        row.addLayout(right, 1)
        self.setCentralWidget(centre)
        self.setMinimumSize(QSize(size("text_body") * 78, size("text_body") * 46))
        self._restore()
        presenter.state_changed.connect(self._draw)
        presenter.navigated.connect(self._open)
        self._draw()

    def show_count(self, page: str, count: int) -> None:
        """A number beside a page in the tree: what wants attention there; nothing for 0."""
        self._nodes[page].setText(1, "99+" if count > 99 else str(count) if count else "")

    def offer_own(self, open_own: Callable[[str], object], sign_out: Callable[[], object]) -> None:
        """A menu under the name of whoever is signed in: pages of their own account (``OWN_PAGES``), and leaving."""
        self._me = QPushButton()
        self._me.setObjectName("me_button")
        mark(self._me, "quiet")
        ink = str(tokens()["primary"])
        self._me.setIcon(icon("person", ink))
        menu = QMenu(self._me)
        for page, sign in OWN_PAGES:
            item = menu.addAction(icon(sign, ink), text(f"profile.menu_{page}", self._language))
            item.setObjectName(f"me_{page}")
            item.triggered.connect(lambda _=False, page=page: open_own(page))
        menu.addSeparator()
        leave = menu.addAction(icon("sign-out", ink), self._t("me.sign_out"))
        leave.setObjectName("me_sign_out")
        leave.triggered.connect(lambda: self._leave(sign_out))
        self._me.setMenu(menu)
        self._bar_row.addWidget(self._me)
        self._presenter.me_known.connect(lambda me: self._me.setText(f" {me.shown_name or me.name}"))

    def _leave(self, sign_out: Callable[[], object]) -> None:
        # Drafts are kept as when the window closes: they are there at the next sign-in.
        self._unsent.keep()
        sign_out()

    def closeEvent(self, event: QCloseEvent) -> None:
        count = self._unsent.count()
        if count and not self._sure:
            event.ignore()
            self._ask(count)
            return
        self._unsent.keep()
        QSettings().setValue(LAYOUT_KEY, self.saveGeometry())
        event.accept()
        self._on_closed()

    def _page(self, key: str) -> QWidget:
        """Made when it is opened first."""
        if key not in self._pages:
            page = self._pages[key] = self._makers[key]()
            mark(page, "page")
            self._stack.addWidget(page)
        return self._pages[key]

    def _t(self, key: str, **params: object) -> str:
        return text(f"admin.{key}", self._language, **params)

    def _side(self, footer: str) -> QFrame:
        side = QFrame()
        mark(side, "side")
        side.setFixedWidth(size("text_body") * 15 + size("space_s"))
        column = QVBoxLayout(side)
        pad(column)
        # All pages are in sight on a small screen: nothing is given away above and below them.
        column.setSpacing(0)
        name = QHBoxLayout()
        pad(name, "space_m", "space_s")
        mark_ = label()
        mark_.setPixmap(picture("building", "primary"))
        name.addWidget(mark_)
        name.addWidget(label(self._t("title"), "lead"), 1)
        foot = label(footer, "muted", wrap=True)
        foot.setContentsMargins(size("space_m"), size("space_s"), size("space_m"), size("space_m"))
        column.addLayout(name)
        column.addWidget(self._nav, 1)
        column.addWidget(foot)
        return side

    def _tree(self) -> QTreeWidget:
        tree = QTreeWidget()
        tree.setObjectName("nav_tree")
        tree.setAccessibleName(self._t("nav.tree"))
        tree.setColumnCount(2)
        tree.setHeaderHidden(True)
        mark(tree, "navigation")
        tree.setIconSize(QSize(size("icon_s"), size("icon_s")))
        head = tree.header()
        head.setStretchLastSection(False)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        head.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        head.setMinimumSectionSize(size("text_body"))
        tree.setRootIsDecorated(False)
        tree.setIndentation(size("space_l"))
        tree.setItemsExpandable(False)
        for page in self._presenter.pages:
            if page.group and page.group not in self._headings:
                tree.addTopLevelItem(self._heading(page.group))
            node = self._entry(page.key, page.title_key, page.icon)
            tree.addTopLevelItem(node)
        tree.currentItemChanged.connect(self._chosen)
        return tree

    def _heading(self, group: str) -> QTreeWidgetItem:
        """Words over the pages that belong together; nothing to choose."""
        node = QTreeWidgetItem([self._t(f"nav.group_{group}"), ""])
        node.setData(0, KEY_ROLE, ("", group))
        node.setFlags(Qt.ItemFlag.NoItemFlags)
        node.setForeground(0, colour("muted"))
        node.setSizeHint(0, QSize(0, size("text_lead")))
        font = node.font(0)
        font.setPixelSize(size("text_caption"))
        node.setFont(0, font)
        node.setTextAlignment(0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom)
        self._headings[group] = node
        return node

    def _entry(self, page: str, title_key: str, icon_name: str) -> QTreeWidgetItem:
        node = QTreeWidgetItem([text(title_key, self._language), ""])
        node.setIcon(0, icon(icon_name, str(tokens()["primary"])))
        node.setData(0, KEY_ROLE, (page, ""))
        self._nodes[page] = node
        node.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return node

    def _bar(self) -> QFrame:
        bar = QFrame()
        mark(bar, "bar")
        row = QHBoxLayout(bar)
        row.setContentsMargins(size("space_l"), size("space_s"), size("space_l"), size("space_s"))
        row.setSpacing(size("space_l"))
        self._hall = label("", "lead", name="hall_name")
        self.search = SearchBox(self._presenter, self._language, self)
        self.search.setFixedWidth(size("text_body") * 30)
        self._link = StatusDot("off", "")
        self._link.setObjectName("link_state")
        row.addWidget(self._hall)
        row.addStretch(1)
        row.addWidget(self.search)
        row.addStretch(1)
        row.addWidget(self._link)
        self._bar_row = row
        return bar

    def _chosen(self, now: QTreeWidgetItem | None, before: QTreeWidgetItem | None) -> None:
        if now is not None:
            self._presenter.open(*now.data(0, KEY_ROLE))

    def _open(self, page: str, target: str) -> None:
        widget = self._page(page)
        self._stack.setCurrentWidget(widget)
        with QSignalBlocker(self._nav):
            self._nav.setCurrentItem(self._nodes[page])
        if target:
            widget.open_target(target)  # type: ignore[attr-defined]

    def _draw(self) -> None:
        state = self._presenter.state
        self._stack.setCurrentWidget(self._page(state.page))
        if self._nav.currentItem() is None:
            with QSignalBlocker(self._nav):
                self._nav.setCurrentItem(self._nodes[state.page])
        for page, node in self._nodes.items():
            node.setHidden(page not in state.allowed)
        shown = {page.group for page in self._presenter.pages if page.key in state.allowed}
        for group, heading in self._headings.items():
            heading.setHidden(group not in shown)
        self._hall.setText(state.hall_name)
        if state.connected is None:
            self._link.show_state("off", self._t("link.connecting"))
        else:
            self._link.show_state(
                "ok" if state.connected else "error", self._t("link.live" if state.connected else "link.lost")
            )
        words = ""
        if state.problem == "server_unreachable" and state.since:
            words = self._t("link.unreachable", time=state.since)
        elif state.problem:
            words = error_text(state.problem, self._language, **dict(state.problem_params))
        self._banner.show_words(words)
        self._banner_box.setVisible(bool(words))

    def _ask(self, count: int) -> None:
        answers: list[tuple[str, str, str, Callable[[], object]]] = [
            ("close_stay", self._t("close.stay"), "primary", lambda: None),
            ("close_keep", self._t("close.keep"), "", self._close_keeping),
            ("close_discard", self._t("close.discard"), "danger", self._close_discarding),
        ]
        Question(self, "close_question", self._t("close.title", n=count), [self._t("close.facts")], answers).open()

    def _close_keeping(self) -> None:
        self._sure = True
        self.close()

    def _close_discarding(self) -> None:
        self._unsent.discard()
        self._sure = True
        self.close()

    def _restore(self) -> None:
        self.resize(*design_size("desk"))
        saved = QSettings().value(LAYOUT_KEY)
        if isinstance(saved, QByteArray):
            self.restoreGeometry(saved)
