"""The roles an account holds, and the dialog that gives one more.

grants_box grant_<n> grant_take_<n> grant_add give_dialog give_unit give_role give_means
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from admin_app.ask_view import AskDialog
from admin_app.features.accounts.one import AccountPresenter
from admin_app.features.accounts.rights import may_give, offered, role_words
from admin_app.features.accounts.rows import title, words
from admin_app.parts_view import Question, clear, label, named, pad
from admin_app.units import unit_paths
from admin_app.units_view import UnitBox
from shared.i18n import text
from shared.schemas.access import Grant, Role
from shared.ui.theme.widgets import mark
from shared.ui.widgets import Form, button


class GrantsBox(QWidget):
    """Drawn by the card it stands in."""

    def __init__(self, presenter: AccountPresenter, language: str) -> None:
        super().__init__()
        self.setObjectName("grants_box")
        self._presenter = presenter
        self._language = language
        self._drawn: tuple[object, ...] = ()
        column = QVBoxLayout(self)
        pad(column)
        head = QHBoxLayout()
        head.addWidget(label(words("grants", language), "lead"), 1)
        self._add = named(button(words("grant_add", language), "plus", "quiet", self._ask), "grant_add")
        head.addWidget(self._add)
        self._rows = QVBoxLayout()
        pad(self._rows)
        column.addLayout(head)
        column.addLayout(self._rows)

    def draw(self) -> None:
        state = self._presenter.state
        self.setVisible(state.grants is not None and "see_grants" in state.acts)
        self._add.setVisible("grant" in state.acts)
        self._add.setEnabled(not state.busy)
        drawn = (state.grants, state.roles, state.acts, state.units)
        if drawn != self._drawn:
            self._drawn = drawn
            self._fill(state.grants or ())

    def _t(self, key: str, **params: object) -> str:
        return words(key, self._language, **params)

    def _fill(self, grants: tuple[Grant, ...]) -> None:
        clear(self._rows)
        if not grants:
            self._rows.addWidget(label(self._t("grants_none"), "muted", wrap=True))
        state, paths = self._presenter.state, dict(unit_paths(self._presenter.state.units))
        roles = {role.id: role for role in state.roles}
        for number, grant in enumerate(grants):
            box = QFrame()
            mark(box, "sunken")
            row = QHBoxLayout(box)
            pad(row, "space_s")
            lines = QVBoxLayout()
            pad(lines, gap="space_xs")
            role = roles.get(grant.role_id)
            name = role_words(grant, self._language)
            if role is not None and role.retired:
                name = self._t("grant_retired", role=name)
            where = self._t("whole_hall")
            if grant.unit_id is not None:
                where = self._t("grant_where", unit=paths.get(grant.unit_id) or grant.unit_name)
            lines.addWidget(label(name, wrap=True, name=f"grant_{number}"))
            lines.addWidget(label(where, "muted", wrap=True))
            row.addLayout(lines, 1)
            # Who may give it may take it; nobody else is offered to.
            if "grant" in state.acts and role is not None and may_give(self._presenter.me, role, grant.unit_id):
                take = button(self._t("grant_take"), role="quiet", on_click=self._taking(grant, name, where))
                row.addWidget(named(take, f"grant_take_{number}"))
            self._rows.addWidget(box)

    def _taking(self, grant: Grant, name: str, where: str) -> Callable[[], None]:
        def ask() -> None:
            account = self._presenter.state.account
            if account is None:
                return
            answers: list[tuple[str, str, str, Callable[[], object]]] = [
                ("take_no", text("ui.action.cancel", self._language), "", lambda: None),
                ("take_yes", self._t("grant_take"), "danger", lambda: self._presenter.take(str(grant.id))),
            ]
            facts = [f"{name} · {where}", self._t("take_facts")]
            Question(self.window(), "take_question", self._t("take_title", name=title(account)), facts, answers).open()

        return ask

    def _ask(self) -> None:
        GiveDialog(self.window(), self._presenter, self._language).open()


class GiveDialog(AskDialog):
    """Where first, then which role: only what the caller may give there is offered."""

    def __init__(self, parent: QWidget, presenter: AccountPresenter, language: str) -> None:
        account = presenter.state.account
        assert account is not None, "the button is shown for an account only"
        facts = [words("give_facts", language)] + ([words("give_three", language)] if presenter.state.three else [])
        super().__init__(
            parent, "give_dialog", words("give_title", language, name=title(account)), facts,
            words("give_go", language), "primary", language, presenter,
        )  # fmt: skip
        self._presenter = presenter
        self._language = language
        me = presenter.me
        units = [(key, way) for key, way in unit_paths(presenter.state.units) if me.may_in("roles:grant", key)]
        self._unit, self._role = UnitBox("give_unit"), QComboBox()
        self._unit.fill(units, words("whole_hall", language) if me.may_in("roles:grant", None) else "")
        self._unit.choose(str(account.unit_id or ""))
        self._role.setObjectName("give_role")
        form = Form(language)
        form.add("unit", words("give_unit", language), self._unit)
        form.add("role", words("give_role", language), self._role)
        self._means = label("", "muted", wrap=True, name="give_means")
        self.body.addWidget(form)
        self.body.addWidget(self._means)
        self._unit.currentIndexChanged.connect(lambda _: self._fill())
        self._role.currentIndexChanged.connect(lambda _: self._explain())
        self._fill()
        self._role.setFocus()

    def answer(self) -> None:
        role = self._role.currentData()
        if role:
            self._presenter.give(str(role), str(self._unit.currentData() or ""))

    def _offered(self) -> tuple[Role, ...]:
        state, me = self._presenter.state, self._presenter.me
        unit = str(self._unit.currentData() or "")
        place = next((key for key, _ in unit_paths(state.units) if str(key) == unit), None)
        if not unit and not me.may_in("roles:grant", None):
            return ()
        return offered(me, state.roles, state.grants or (), place, state.three)

    def _fill(self) -> None:
        chosen = self._role.currentData()
        self._role.clear()
        for role in self._offered():
            self._role.addItem(role_words(role, self._language), str(role.id))
        self._role.setCurrentIndex(max(0, self._role.findData(chosen)) if self._role.count() else -1)
        self._explain()

    def _explain(self) -> None:
        chosen = next((role for role in self._offered() if str(role.id) == self._role.currentData()), None)
        self.go.setEnabled(chosen is not None)
        if chosen is None:
            self._means.setText(words("give_nothing", self._language))
            return
        keys = [f"access.permission.{key.replace('.', '_').replace(':', '_')}" for key in chosen.permissions]
        means = words("separator", self._language).join(text(key, self._language) for key in keys)
        self._means.setText(words("give_means", self._language, what=means))
