"""The operator's side bar: 360 pixels at the edge of the screen.

objectNames: counter_label counter_name staff_label clock today connection_state message close_message call_next recall
start no_show hold transfer finish pause resume undo sign_out in_hand_number in_hand_service in_hand_holder
in_hand_waited in_hand_timer in_hand_status in_hand_note receipt_shown receipt_spoken waiting_count longest served
lists queue_table held_list missed_list found_number found_words call_found close_found mini_toggle pin contrast dock
start_server alone_strip alone_title alone_about;
entry_view.py, dialogs_view.py and mini_view.py list theirs
"""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from counter_app.features.queueing.cards_view import AloneStrip, FoundCard, LeftCard
from counter_app.features.queueing.dialogs_view import CloseDialog
from counter_app.features.queueing.entry_view import ChoosePage
from counter_app.features.queueing.lists_view import Counts, Lists
from counter_app.features.queueing.more_view import MoreButton
from counter_app.features.queueing.person_view import PersonCard
from counter_app.features.queueing.presenter import OperatorPresenter
from counter_app.features.queueing.state import OperatorState
from counter_app.features.queueing.steps_view import add_keys, show_steps, step_button
from counter_app.parts_view import ElidedLabel, IconButton, label, size
from shared.i18n import text
from shared.ui.theme.widgets import mark
from shared.ui.widgets import StatusDot

WIDTH = 360
BANNERS = {"info": "banner-info", "ok": "banner-ok", "warn": "banner-warn", "error": "banner-error"}


class SideBar(QWidget):
    """Head, page (choose, sign in, work), foot. ``sign_in``: the page of a closed counter."""

    def __init__(self, presenter: OperatorPresenter, sign_in: QWidget, language: str, edge: str = "right") -> None:
        super().__init__()
        self._edge = edge
        self.setObjectName("side_bar")
        mark(self, "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._presenter, self._language = presenter, language
        self._sure = False
        self._leaving = self._low = False
        self._cards: list[QWidget] = []
        self.setFixedWidth(WIDTH)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(size("space_m"), size("space_m"), size("space_m"), size("space_s"))
        column.setSpacing(size("space_s"))
        column.addLayout(self._head())
        self._alone = AloneStrip()
        column.addWidget(self._alone)
        self._choose, self._sign_in = ChoosePage(presenter, language), sign_in
        self._work, self._start = self._work_page(), self._start_page()
        self._pages = QStackedWidget()
        for page in (self._start, self._choose, self._sign_in, self._work):
            self._pages.addWidget(page)
        self._banner = self._make_banner()
        self._column = column
        column.addWidget(self._pages, 1)
        column.addLayout(self._foot())
        add_keys(self, presenter)
        presenter.state_changed.connect(self.show_state)
        self.show_state()
        self._focus(self._pages.currentWidget())

    # Parts

    def _head(self) -> QVBoxLayout:
        self._counter = label("headline", "counter_label")
        self._counter_name = ElidedLabel("muted", "counter_name")
        self._clock = label("title", "clock")
        self._today = label("muted", "today")
        self._staff = ElidedLabel("lead", "staff_label")
        head = QVBoxLayout()
        head.setSpacing(0)
        first, second = QHBoxLayout(), QHBoxLayout()
        first.setSpacing(size("space_s"))
        first.addWidget(self._counter)
        first.addWidget(self._counter_name, 1)
        first.addWidget(self._clock)
        second.addWidget(self._staff, 1)
        second.addWidget(self._today)
        head.addLayout(first)
        head.addLayout(second)
        return head

    def _make_banner(self) -> QFrame:
        frame = QFrame()
        row = QHBoxLayout(frame)
        row.setContentsMargins(size("space_m"), size("space_s"), size("space_xs"), size("space_s"))
        row.setSpacing(size("space_xs"))
        self._message = label("", "message", wrap=True)
        self._close_message = IconButton("close_message", "close", self._presenter.close_message)
        self._close_message.show_icon(self._t("message.close"))
        row.addWidget(self._message, 1)
        row.addWidget(self._close_message, 0, Qt.AlignmentFlag.AlignTop)
        return frame

    def _start_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.addStretch(1)
        for role, key in (("title", "choose.starting"), ("muted", "choose.starting_about")):
            words = label(role, wrap=True)
            words.setAlignment(Qt.AlignmentFlag.AlignCenter)
            words.setText(self._t(key))
            column.addWidget(words)
        server = label("muted", "start_server", wrap=True)
        server.setAlignment(Qt.AlignmentFlag.AlignCenter)
        server.setText(self._t("choose.server", server=self._presenter.server))
        column.addWidget(server)
        column.addStretch(2)
        return page

    def _work_page(self) -> QWidget:
        page = QWidget()
        column = self._work_column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(size("space_s"))
        self._person = PersonCard(self._language)
        column.addWidget(self._person)
        column.addLayout(self._buttons())
        self._left = LeftCard(self._presenter, self._language)
        column.addWidget(self._left)
        self._found = FoundCard(self._presenter, self._language)
        column.addWidget(self._found)
        self._counts = Counts(self._language)
        column.addWidget(self._counts)
        self._lists = Lists(self._presenter, self._language)
        column.addWidget(self._lists, 1)
        return page

    def _buttons(self) -> QGridLayout:
        presenter = self._presenter
        roles = {"call-next": "primary"}
        steps = ("call-next", "undo", "recall", "start", "no-show", "hold", "transfer", "finish", "park", "unpark",
                 "pause", "resume")  # fmt: skip
        self._steps = {step: step_button(presenter, step, role=roles.get(step, "")) for step in steps}
        self._steps["sign-out"] = step_button(presenter, "sign-out")
        grid = QGridLayout()
        grid.setSpacing(size("space_s"))
        self._more = MoreButton(presenter, self._language)
        first = QHBoxLayout()
        first.addWidget(self._steps["call-next"], 1)
        first.addWidget(self._more)
        grid.addLayout(first, 0, 0, 1, 2)
        places = (("recall", "start"), ("no-show", "hold"), ("transfer", "finish"))
        for row, pair in enumerate(places, 1):
            for column, step in enumerate(pair):
                grid.addWidget(self._steps[step], row, column)
        # One key and one place: away with somebody in hand, back with a free one; else the end of the day.
        for column, group in enumerate((("pause", "resume"), ("park", "unpark", "sign-out"))):
            place = QHBoxLayout()
            for step in group:
                place.addWidget(self._steps[step])
            grid.addLayout(place, 4, column)
        grid.addWidget(self._steps["undo"], 5, 0, 1, 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        return grid

    def _foot(self) -> QHBoxLayout:
        self._connection = StatusDot()
        self._connection.setObjectName("connection_state")
        presenter = self._presenter
        self._mini = IconButton("mini_toggle", "minus", presenter.toggle_mini)
        self._pin = IconButton("pin", "map-pin", presenter.toggle_on_top)
        self._contrast = IconButton("contrast", "contrast", presenter.toggle_mode)
        self._dock = IconButton("dock", f"arrow-{self._edge}", self.dock)
        row = self._foot_row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self._connection, 1)
        for one in (self._contrast, self._dock, self._pin, self._mini):
            row.addWidget(one)
        return row

    def add_card(self, made: QWidget) -> None:
        """Something of another feature about the person in hand; it shows and hides itself."""
        self._work_column.insertWidget(self._work_column.indexOf(self._left), made)
        self._cards.append(made)

    def add_strip(self, made: QWidget) -> None:
        """Something of the hall's, over whatever the bar shows."""
        self._column.insertWidget(1, made)

    def make_room(self) -> None:
        """A strip came or went: what it takes has to come from somewhere on a low screen."""
        if self.isVisible():
            self.stand_in(self.geometry())

    def add_to_foot(self, made: QWidget) -> None:
        """Something of another feature beside the bar's own small buttons."""
        self._foot_row.insertWidget(1, made)

    # Showing

    def show_state(self) -> None:
        state = self._presenter.state
        key = "window.title" if state.counter else "window.title_none"
        self.setWindowTitle(self._t(key, counter=state.counter))
        self._counter.setText(state.counter)
        self._counter_name.setText(state.counter_name)
        self._clock.setText(state.clock)
        self._today.setText(state.today)
        self._staff.setText(f"{state.staff}  {state.staff_number}".strip())
        self._connection.show_state(state.connection_tone, state.connection)
        self._mini.show_icon(self._t("bar.mini"))
        self._pin.show_icon(self._t("bar.pinned" if state.on_top else "bar.pin"), on=state.on_top)
        self._contrast.show_icon(self._t("bar.contrast"), on=state.mode != "day")
        self._dock.show_icon(self._t("bar.dock"))
        pages = {"starting": self._start, "choosing": self._choose, "closed": self._sign_in}
        page = pages.get(state.phase, self._work)
        if page is not self._pages.currentWidget():
            self._pages.setCurrentWidget(page)
            self._focus(page)
        self._show_alone(state)
        self._show_message(state)
        self._choose.show_state(state)
        self._show_work(state)
        if self._leaving and (state.phase == "closed" or state.message is not None):
            self._leaving, self._sure = False, state.phase == "closed"
            if self._sure:
                self.close()

    def _focus(self, page: QWidget | None) -> None:
        """A hand on the keyboard is where it is needed: the staff number, or nowhere but the F-keys."""
        (self._sign_in if page is self._sign_in else self).setFocus()

    def _show_alone(self, state: OperatorState) -> None:
        was = self._alone.isHidden()
        self._alone.show_state(state)
        if was != self._alone.isHidden() and self.isVisible():
            # What it takes has to come from somewhere on a low screen.
            self.stand_in(self.geometry())

    def _show_message(self, state: OperatorState) -> None:
        self._banner.setVisible(state.message is not None)
        if state.message is not None:
            mark(self._banner, BANNERS[state.message.tone])
            self._message.setText(state.message.words)
        # While working it stands below the buttons: they must not move away under a finger.
        home, place = (self._work_column, 2) if self._pages.currentWidget() is self._work else (self._column, 2)
        if home.indexOf(self._banner) < 0:
            home.insertWidget(place, self._banner)

    def _show_work(self, state: OperatorState) -> None:
        self._person.show_state(state)
        show_steps(self._steps, state, self._language)
        self._steps["pause"].setVisible(state.phase != "paused")
        self._steps["resume"].setVisible(state.phase == "paused")
        is_open = state.phase == "open"
        shown = "park" if state.person is not None else "unpark" if state.parked and is_open else "sign-out"
        for step in ("park", "unpark", "sign-out"):
            self._steps[step].setVisible(step == shown)
        # Alone nothing can be taken back, and a low screen has no room for what cannot be.
        self._steps["undo"].setVisible(not (self._low and state.alone))
        self._more.show_state(state)
        self._counts.show_state(state)
        self._lists.show_state(state)
        self._found.show_state(state)
        self._left.show_state(state)
        # On a low screen a card takes the place of the lists, as a message does.
        carded = state.found is not None or state.left is not None or any(not card.isHidden() for card in self._cards)
        self._counts.setVisible(not self._low or not carded)
        self._lists.setVisible(not self._low or not (carded or state.message is not None))

    def chosen_waiting(self) -> str:
        """The ticket chosen in the list of who waits; empty when none is."""
        return self._lists.queue.chosen()

    def _t(self, key: str, **params: object) -> str:
        return text(f"counter.{key}", self._language, **params)

    # The window

    def dock(self) -> None:
        """As high as the screen, at this counter's edge."""
        screen = self.screen() or QGuiApplication.primaryScreen()
        self.stand_in(docked(screen.availableGeometry(), self._edge, self.frameGeometry().height() - self.height()))

    def stand_in(self, place: QRect) -> None:
        """Here; on a low screen with less in the card."""
        self._person.set_low(False)
        self._alone.set_low(False)
        # A message or a scanned ticket needs room too: the buttons must not be pushed together.
        self._low = place.height() < self.minimumSizeHint().height() + 5 * size("touch_target")
        self._person.set_low(self._low)
        self._alone.set_low(self._low)
        self._show_work(self._presenter.state)
        self._work_column.activate()
        if (pages := self._pages.layout()) is not None:
            pages.activate()
        self._column.activate()
        self.setGeometry(place)

    def be_sure(self) -> None:
        """The next close asks nothing."""
        self._sure = True

    def ask_close(self) -> None:
        """Signed in: what is meant by closing?"""
        state = self._presenter.state
        dialog = CloseDialog(self, state.counter, self._language, may_sign_out="sign-out" in state.can)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(lambda _: self._close_chosen(dialog.choice))
        dialog.open()

    def _close_chosen(self, choice: str) -> None:
        if choice == "only":
            self._sure = True
            self.close()
        elif choice == "sign_out":
            self._leaving = True
            self._presenter.sign_out()

    def closeEvent(self, event: QCloseEvent) -> None:
        # Only a person is asked: a signal, a shutdown or a test closes at once, the server keeps everything.
        if event.spontaneous() and not self._sure and self._presenter.state.phase in ("open", "paused"):
            event.ignore()
            self.ask_close()
            return
        event.accept()
        QApplication.quit()


def docked(room: QRect, edge: str, title_bar: int) -> QRect:
    """Where the side bar stands on a screen with this room."""
    left = room.left() if edge == "left" else room.right() - WIDTH + 1
    return QRect(left, room.top() + title_bar, WIDTH, room.height() - title_bar)
