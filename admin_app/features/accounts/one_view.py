"""The chosen account: facts, what can be done, roles, sessions.

account_title account_state account_own account_lock account_problem account_refusal account_fact_<n>
account_<review|refuse|reset|unlock|suspend|open|close|edit|trail> account_scroll
account_reveal_<name|number|phone> account_hide account_session_<n> account_session_end_<n> account_sessions_end
reset_question reset_yes reset_no
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from admin_app.ask_view import ReasonAsk
from admin_app.features.accounts.form_view import AccountDialog
from admin_app.features.accounts.grants_view import GrantsBox
from admin_app.features.accounts.presenter import AccountsPresenter
from admin_app.features.accounts.review_view import PasswordDialog, ReviewDialog
from admin_app.features.accounts.rows import TONES, Lines, facts, session_words, title, words
from admin_app.parts_view import Banner, Card, Question, clear, label, named, pad, size
from admin_app.units import unit_paths
from shared.i18n import text
from shared.schemas.accounts import Account, AccountSession
from shared.schemas.personal_data import Part
from shared.ui.theme.widgets import mark
from shared.ui.widgets import StatusDot, button

# In two rows: what is waited for and often done, then what is seldom done.
ACTS = (
    (("review", "check", "primary"), ("refuse", "close", "danger"), ("edit", "pencil", ""), ("reset", "lock", "")),
    (("open", "play", ""), ("suspend", "pause", "danger"), ("close", "user-off", "danger"), ("trail", "document", "")),
)


# What is masked and may be shown in full.
REVEALED: dict[str, Part] = {"name": "name", "number": "number", "phone": "phone"}


class AccountCard(Card):
    """Draws ``presenter.one``."""

    def __init__(self, presenter: AccountsPresenter, language: str) -> None:
        super().__init__(" ")
        self._list = presenter
        self._presenter = presenter.one
        self._language = language
        self._drawn: tuple[object, ...] = ()
        self.setMinimumWidth(size("text_body") * 28)
        self.title.setObjectName("account_title")
        self.title.setWordWrap(True)
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.head.setStretchFactor(self.title, 1)
        self._state = StatusDot("off", "")
        self._state.setObjectName("account_state")
        self.head.addWidget(self._state)
        self._problem, self._refusal = Banner("account_problem"), Banner("account_refusal")
        self._lock, self._own = Banner("account_lock"), label(self._t("own"), "muted", wrap=True, name="account_own")
        for part in (self._problem, self._refusal, self._lock, self._own):
            self.body.addWidget(part)
        unlock = named(button(self._t("act_unlock"), on_click=self._presenter.unlock), "account_unlock")
        self._lock.add_button(unlock)
        self._buttons: dict[str, QPushButton] = {"unlock": unlock}
        for kinds in ACTS:
            row = QHBoxLayout()
            pad(row)
            for act, sign, role in kinds:
                made = button(self._t(f"act_{act}"), sign, role, self._doing(act))
                self._buttons[act] = named(made, f"account_{act}")
                row.addWidget(made)
            row.addStretch(1)
            self.body.addLayout(row)
        self.body.addWidget(self._below(), 1)
        self._presenter.state_changed.connect(self._draw)
        presenter.state_changed.connect(self._draw)
        self._draw()

    def _t(self, key: str, **params: object) -> str:
        return words(key, self._language, **params)

    def _below(self) -> QScrollArea:
        inside = QWidget()
        column = QVBoxLayout(inside)
        pad(column, gap="space_m")
        self._facts = QGridLayout()
        pad(self._facts)
        self._facts.setColumnStretch(1, 1)
        self._grants = GrantsBox(self._presenter, self._language)
        self._sessions_box = QWidget()
        sessions = QVBoxLayout(self._sessions_box)
        pad(sessions)
        head = QHBoxLayout()
        head.addWidget(label(self._t("sessions"), "lead"), 1)
        end = button(self._t("sessions_end"), "sign-out", "quiet", lambda: self._presenter.end_session(""))
        self._end_all = named(end, "account_sessions_end")
        head.addWidget(self._end_all)
        self._sessions = QVBoxLayout()
        pad(self._sessions)
        sessions.addLayout(head)
        sessions.addLayout(self._sessions)
        column.addLayout(self._facts)
        column.addWidget(self._grants)
        column.addWidget(self._sessions_box)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setObjectName("account_scroll")
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside.setAutoFillBackground(False)
        scroll.viewport().setAutoFillBackground(False)
        return scroll

    def _doing(self, act: str) -> Callable[[], object]:
        return {
            "review": lambda: ReviewDialog(self.window(), self._presenter, self._language).open(),
            "refuse": lambda: self._ask_reason("refuse", lambda why: self._presenter.review(False, reason=why)),
            "suspend": lambda: self._ask_reason("suspend", lambda why: self._presenter.set_status("suspended", why)),
            "close": lambda: self._ask_reason("close", lambda why: self._presenter.set_status("closed", why)),
            "open": lambda: self._presenter.set_status("open"),
            "edit": self._open_form,
            "reset": self._ask_reset,
            "trail": lambda: self._list.trail.emit(self._list.state.selected),
        }[act]

    def _ask_reason(self, act: str, do: Callable[[str], object]) -> None:
        account = self._presenter.state.account
        if account is not None:
            ReasonAsk(
                self.window(), f"{act}_ask", self._t(f"{act}_title", name=title(account)), [self._t(f"{act}_facts")],
                self._t(f"act_{act}"), self._t("reason"), self._language, self._presenter, do,
            ).open()  # fmt: skip

    def _ask_reset(self) -> None:
        account = self._presenter.state.account
        if account is None:
            return
        lines = [self._t("reset_facts"), self._t("reset_ways")] + (
            [self._t("reset_second")] if account.second_factor else []
        )
        answers: list[tuple[str, str, str, Callable[[], object]]] = [
            ("reset_no", text("ui.action.cancel", self._language), "", lambda: None),
            ("reset_yes", self._t("act_reset"), "primary", self._presenter.reset),
        ]
        Question(self.window(), "reset_question", self._t("reset_title", name=title(account)), lines, answers).open()

    def _open_form(self) -> None:
        account = self._presenter.state.account
        if account is not None:
            AccountDialog(self.window(), self._presenter, self._language, account).open()

    def _draw(self) -> None:
        state, account = self._presenter.state, self._presenter.state.account
        self._problem.show_words(state.problem)
        # While a dialog asks, it says itself why not.
        asking = any(dialog.isVisible() for dialog in self.window().findChildren(QDialog))
        self._refusal.show_words("" if asking else state.refusal)
        offered = set(state.acts) | ({"refuse"} if "review" in state.acts else set())
        if account is not None and self._list.state.may_see_trail:
            offered.add("trail")
        for act, made in self._buttons.items():
            made.setVisible(account is not None and act in offered)
            made.setEnabled(not state.busy)
        self._end_all.setEnabled(not state.busy)
        self._own.setVisible(account is not None and state.own)
        if account is None:
            waits = bool(self._list.state.selected) and not state.problem
            self.title.setText(text("ui.spinner.working", self._language) if waits else self._t("choose"))
            self._state.hide()
            self._lock.show_words("")
        else:
            name = account.name
            self.title.setText(f"{name} · {account.username}" if name else account.username)
            self._state.show()
            self._state.show_state(TONES[account.status], self._t(f"status_{account.status}"))
            minutes = -(-account.rests_s // 60)
            self._lock.show_words(self._t("locked", n=minutes) if minutes else "", "warn")
        self._grants.draw()
        self._sessions_box.setVisible(state.sessions is not None and "see_sessions" in state.acts)
        self._end_all.setVisible(bool(state.sessions) and "end_sessions" in state.acts)
        drawn = (account, state.units, state.sessions, state.acts, state.revealed, self._list.zone)
        if drawn != self._drawn:
            self._drawn = drawn
            self._draw_facts(account)
            self._draw_sessions(state.sessions or (), "end_sessions" in state.acts)
        if state.password and self.window().findChild(QDialog, "password_dialog") is None:
            PasswordDialog(self.window(), self._presenter, self._language).open()

    def _draw_facts(self, account: Account | None) -> None:
        clear(self._facts)
        lines: Lines = ()
        if account is not None:
            lines = facts(account, dict(unit_paths(self._presenter.state.units)), self._list.zone, self._language)
        open_, in_full = self._presenter.state.revealed
        for number, (key, word, value) in enumerate(lines):
            part = REVEALED.get(key) if "reveal" in self._presenter.state.acts else None
            side = Qt.AlignmentFlag.AlignVCenter if part else Qt.AlignmentFlag.AlignTop
            self._facts.addWidget(label(word, "muted"), number, 0, side)
            shown = label(in_full if key == open_ else value, wrap=True, name=f"account_fact_{number}")
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            if part is None:
                self._facts.addWidget(shown, number, 1, 1, 2)
                continue
            self._facts.addWidget(shown, number, 1)
            if key == open_:
                made = named(button(self._t("hide"), role="quiet", on_click=self._presenter.hide_value), "account_hide")
            else:
                asking = button(self._t("show"), role="quiet", on_click=self._revealing(part, word))
                made = named(asking, f"account_reveal_{key}")
            self._facts.addWidget(made, number, 2)

    def _revealing(self, key: Part, word: str) -> Callable[[], None]:
        def ask() -> None:
            ReasonAsk(
                self.window(), "reveal_ask", self._t("reveal_title", what=word), [self._t("reveal_facts")],
                self._t("show"), self._t("reason"), self._language, self._presenter,
                lambda why: self._presenter.reveal(key, why), role="primary", least=4,
            ).open()  # fmt: skip

        return ask

    def _draw_sessions(self, sessions: tuple[AccountSession, ...], may_end: bool) -> None:
        clear(self._sessions)
        if not sessions:
            self._sessions.addWidget(label(self._t("sessions_none"), "muted", wrap=True))
        for number, session in enumerate(sessions):
            box = QFrame()
            mark(box, "sunken")
            row = QHBoxLayout(box)
            pad(row, "space_s")
            place, since = session_words(session, self._list.zone, self._language)
            lines = QVBoxLayout()
            pad(lines, gap="space_xs")
            lines.addWidget(label(place, wrap=True, name=f"account_session_{number}"))
            lines.addWidget(label(since, "muted", wrap=True))
            row.addLayout(lines, 1)
            if may_end:
                end = button(self._t("session_end"), role="quiet", on_click=self._ending(str(session.id)))
                row.addWidget(named(end, f"account_session_end_{number}"))
            self._sessions.addWidget(box)

    def _ending(self, session_id: str) -> Callable[[], None]:
        return lambda: self._presenter.end_session(session_id)
