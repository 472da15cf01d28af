"""Clients: the table to the left, the form to the right, and what is given to the other side.

clients_table clients_filter add_client client_<field> client_save client_revert client_retire client_restore
client_refusal client_conflict client_locked client_unsaved client_editor_title client_editor_facts client_handover
client_renew client_scope_<scope> clients_problem clients_empty renew_question
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLineEdit, QPlainTextEdit, QPushButton

from admin_app.bars_view import SideBySide
from admin_app.editing.editor_view import EditorCard
from admin_app.features.sign_on import rules
from admin_app.features.sign_on.clients import LISTS, SCOPES, Made
from admin_app.features.sign_on.handover_view import HandoverDialog
from admin_app.features.sign_on.presenter import SignOnPresenter
from admin_app.parts_view import Banner, Card, Question, label, named, pad, size
from shared.i18n import text
from shared.schemas.sign_on import SignOnClient
from shared.ui.widgets import Column, Form, SearchableTable, button, max_length, required

_TONES = {"on": "ok", "off": "off", "own": "busy", "new": "warn"}


class ClientsTab(SideBySide):
    """Draws the presenter's table and form."""

    def __init__(self, page: SignOnPresenter, language: str) -> None:
        super().__init__()
        self.setObjectName("clients_tab")
        self._page = page
        self._presenter = page.clients
        self._language = language
        self._drawn: tuple[object, ...] = ()
        self._filling = False
        self.addWidget(self._left())
        self.form = self._form()
        self.editor = EditorCard(self._presenter, self.form, language, self._describe, "client_")
        for made in self._other_side():
            self.editor.head.addWidget(made)
        self.editor.below.addStretch(1)
        self.addWidget(self.editor)
        self.share(14, 11)
        for changing in (page, self._presenter):
            changing.state_changed.connect(self._draw)
        self._presenter.secret_made.connect(self._show_secret)
        self._draw()
        self.editor.draw()

    def _t(self, key: str, **params: object) -> str:
        return text(f"registry.client.{key}", self._language, **params)

    def _left(self) -> Card:
        card = Card()
        row = QHBoxLayout()
        pad(row)
        row.addWidget(label(self._t("intro"), "muted", wrap=True), 1)
        self._add = named(button(self._t("add"), "plus", "primary", self._presenter.add), "add_client")
        row.addWidget(self._add, 0, Qt.AlignmentFlag.AlignTop)
        self._problem = Banner("clients_problem")
        letter = size("text_body")
        columns = [
            Column("name", self._t("field_name"), width=letter * 12),
            Column("state", self._t("state"), width=letter * 8, tone=lambda row: _TONES[row["tone"]]),
            Column("client_id", self._t("field_client_id"), width=letter * 10),
            Column("where", self._t("where")),
        ]
        self.table = SearchableTable(columns, "sign_on_clients", language=self._language)
        self.table.setObjectName("clients_table")
        self.table.filter_box.setObjectName("clients_filter")
        self.table.row_selected.connect(self._chosen)
        self._empty = label("", "muted", wrap=True, name="clients_empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        card.body.addLayout(row)
        card.body.addWidget(self._problem)
        card.body.addWidget(self._empty)
        card.body.addWidget(self.table, 1)
        return card

    def _form(self) -> Form:
        form = Form(self._language)
        proof = QComboBox()
        for key in ("secret", "public"):
            proof.addItem(self._t(f"proof_{key}"), key)
        self._place(form, "client_id", QLineEdit(), required, rules.client_id)
        self._place(form, "name", QLineEdit(), required, max_length(rules.NAME))
        self._place(form, "name_en", QLineEdit(), max_length(rules.NAME))
        self._place(form, "proof", proof)
        for name in LISTS[:2]:
            self._place(form, name, self._lines(name), rules.addresses)
        self._place(form, "backchannel_uri", QLineEdit(), rules.address)
        self._place(form, LISTS[2], self._lines(LISTS[2]), rules.addresses)
        self._place(form, "trusted", QCheckBox(self._t("trusted_on")))
        for number, scope in enumerate(SCOPES):
            box = QCheckBox(self._t(f"field_scope_{scope}"))
            box.setObjectName(f"client_scope_{scope}")
            form.add(f"scope_{scope}", "" if number else self._t("scopes"), box)
            box.setAccessibleName(box.text())
        return form

    def _place(self, form: Form, name: str, widget: Any, *checks: rules.Check) -> None:
        widget.setObjectName(f"client_{name}")
        if isinstance(widget, QLineEdit | QPlainTextEdit):
            widget.setPlaceholderText(self._t(f"hint_{name}"))
        form.add(name, self._t(f"field_{name}"), widget, *checks)
        box = widget.parentWidget()
        if isinstance(widget, QPlainTextEdit) and box is not None:
            # The field's own least height is the style sheet's.
            box.setMinimumHeight(widget.maximumHeight())

    def _lines(self, name: str) -> QPlainTextEdit:
        field = QPlainTextEdit()
        field.setTabChangesFocus(True)
        field.setFixedHeight(size("text_body") * (6 if name == "redirect_uris" else 4))
        return field

    def _other_side(self) -> tuple[QPushButton, QPushButton]:
        self._renew = named(button(self._t("renew"), "refresh", "quiet", self._ask_renew), "client_renew")
        self._handover = named(button(self._t("handover"), "document", "", self._show_handover), "client_handover")
        return self._renew, self._handover

    def _describe(self) -> tuple[str, str, bool]:
        client = self._presenter.current
        if client is None:
            return self._t("new"), self._t("new_facts"), False
        facts = [
            client.client_id,
            self._state(client)[1],
            self._t("asks_nothing" if client.own or client.trusted else "asks_consent"),
        ]
        facts.append(self._t("proof_secret" if client.confidential else "proof_public"))
        return self._presenter.name_of(client), " · ".join(facts), not client.enabled

    def _state(self, client: SignOnClient) -> tuple[str, str]:
        key = "off" if not client.enabled else "own" if client.own else "on"
        return key, self._t(f"state_{key}")

    def _show_handover(self) -> None:
        client = self._presenter.current
        if client is not None:
            self._dialog(client, "")

    def _show_secret(self, made: Made) -> None:
        self._dialog(made.client, made.secret)

    def _dialog(self, client: SignOnClient, secret: str) -> None:
        name = self._presenter.name_of(client)
        HandoverDialog(self.window(), self._page.state.provider, client, name, secret, self._language).open()

    def _ask_renew(self) -> None:
        client = self._presenter.current
        if client is None:
            return
        answers: list[tuple[str, str, str, Callable[[], object]]] = [
            ("renew_no", text("ui.action.cancel", self._language), "", lambda: None),
            ("renew_yes", self._t("renew_yes"), "danger", self._presenter.renew),
        ]
        title = self._t("renew_title", name=self._presenter.name_of(client))
        facts = [self._t("renew_old"), self._t("renew_once")]
        Question(self.window(), "renew_question", title, facts, answers).open()

    def _draw(self) -> None:
        state, page, client = self._presenter.state, self._page.state, self._presenter.current
        self._problem.show_words(state.problem or page.problem)
        self._add.setVisible(page.may_change)
        self._add.setEnabled(state.loaded)
        for name in ("client_id", "proof"):
            self.form.show_field(name, state.is_new)
        foreign = client is not None and not client.own
        self._handover.setVisible(foreign)
        self._renew.setVisible(foreign and page.may_change and client is not None and client.confidential)
        self._renew.setEnabled(not state.saving)
        only_own = state.loaded and all(item.own for item in state.items) and not state.drafted
        loading = not state.loaded and not state.problem
        empty = text("ui.spinner.working", self._language) if loading else self._t("none") if only_own else ""
        self._empty.setText(empty)
        self._empty.setVisible(bool(empty))
        what = (state.items, state.drafted)
        if what != self._drawn:
            self._drawn = what
            self._fill()
        chosen = self.table.selected_row()
        if (chosen["id"] if chosen else "") != state.selected:
            self._select(state.selected)

    def _fill(self) -> None:
        state = self._presenter.state
        rows: list[dict[str, Any]] = []
        for item in sorted(state.items, key=lambda item: (item.own, not item.enabled, item.client_id)):
            name = self._presenter.name_of(item)
            if str(item.id) in state.drafted:
                name = text("admin.editing.is_drafted", self._language, name=name)
            tone, words = self._state(item)
            where = ", ".join((item.redirect_uris or item.cas_services)[:1])
            rows.append({"id": str(item.id), "name": name, "client_id": item.client_id, "state": words, "tone": tone,
                         "where": where})  # fmt: skip
        for key in sorted(state.drafted):
            if key.startswith("new"):
                name = self._presenter.draft_name(key) or self._t("new")
                rows.append({"id": key, "name": name, "state": self._t("state_new"), "tone": "new"})
        self._filling = True
        self.table.set_rows(rows)
        self._filling = False
        self._select(state.selected)

    def _select(self, key: str) -> None:
        self._filling = True
        self.table.select(key)
        self._filling = False

    def _chosen(self, row: dict[str, Any] | None) -> None:
        if row is not None and not self._filling:
            self._presenter.select(row["id"])
