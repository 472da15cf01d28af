"""Other providers: the table to the left, the form to the right; what belongs to the other kind is out of sight.

upstreams_table upstreams_filter add_upstream upstream_<field> upstream_save upstream_revert upstream_retire
upstream_restore upstream_refusal upstream_conflict upstream_locked upstream_check upstream_copy upstreams_problem
upstreams_empty
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLineEdit, QPlainTextEdit, QWidget

from admin_app.bars_view import SideBySide
from admin_app.editing.editor_view import EditorCard
from admin_app.features.sign_on import rules
from admin_app.features.sign_on.presenter import SignOnPresenter
from admin_app.features.sign_on.upstreams import (
    ADDRESSES,
    ALGORITHMS,
    AUTHS,
    KINDS,
    NAMES,
    OAUTH2,
    OIDC,
    PAIRS,
    TYPED,
)
from admin_app.parts_view import Banner, Card, label, named, pad, size
from shared.i18n import text
from shared.ui.widgets import Column, Form, SearchableTable, button, max_length, required

# What must be there for its kind.
_NEEDED = {"issuer", "authorize_url", "token_url", "subject_path", "token_path"} | set(NAMES[:-1])


class UpstreamsTab(SideBySide):
    """Draws the presenter's table and form."""

    def __init__(self, page: SignOnPresenter, language: str) -> None:
        super().__init__()
        self.setObjectName("upstreams_tab")
        self._page = page
        self._presenter = page.upstreams
        self._language = language
        self._drawn: tuple[object, ...] = ()
        self._filling = False
        self._kind = QComboBox()
        self.addWidget(self._left())
        self.form = self._form()
        self.editor = EditorCard(self._presenter, self.form, language, self._describe, "upstream_")
        self.editor.restore.setText(self._t("turn_on"))
        self._copy = named(button(self._t("copy"), "document", "quiet", self._copy_address), "upstream_copy")
        self._check = named(button(self._t("check"), "play", "", self._presenter.check), "upstream_check")
        for made in (self._copy, self._check):
            self.editor.head.addWidget(made)
        self.editor.below.addStretch(1)
        self.addWidget(self.editor)
        self.share(1, 1)
        for changing in (page, self._presenter):
            changing.state_changed.connect(self._draw)
        self._draw()
        self.editor.draw()

    def _t(self, key: str, **params: object) -> str:
        return text(f"registry.upstream.{key}", self._language, **params)

    def _left(self) -> Card:
        card = Card()
        row = QHBoxLayout()
        pad(row)
        row.addWidget(label(self._t("intro"), "muted", wrap=True), 1)
        self._add = named(button(self._t("add"), "plus", "primary", self._presenter.add), "add_upstream")
        row.addWidget(self._add, 0, Qt.AlignmentFlag.AlignTop)
        self._problem = Banner("upstreams_problem")
        letter = size("text_body")
        columns = [
            Column("name", self._t("field_name"), width=letter * 11),
            Column("key", self._t("field_key"), width=letter * 7),
            Column("state", self._t("state"), width=letter * 7, tone=lambda row: row["tone"]),
            Column("links", self._t("links"), width=letter * 5, right=True),
            Column("kind", self._t("field_kind")),
        ]
        self.table = SearchableTable(columns, "sign_on_upstreams", language=self._language)
        self.table.setObjectName("upstreams_table")
        self.table.filter_box.setObjectName("upstreams_filter")
        self.table.row_selected.connect(self._chosen)
        self._empty = label("", "muted", wrap=True, name="upstreams_empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        card.body.addLayout(row)
        card.body.addWidget(self._problem)
        card.body.addWidget(self._empty)
        card.body.addWidget(self.table, 1)
        return card

    def _form(self) -> Form:
        form, self._secret = Form(self._language), QLineEdit()
        self._secret.setEchoMode(QLineEdit.EchoMode.Password)
        self._choice(self._kind, "kind", KINDS)
        self._place(form, "key", QLineEdit(), required, rules.upstream_key)
        self._place(form, "name", QLineEdit(), required, max_length(rules.NAME))
        self._place(form, "name_en", QLineEdit(), max_length(rules.NAME))
        self._place(form, "kind", self._kind)
        for name in ("issuer", *ADDRESSES):
            self._place(form, name, QLineEdit(), rules.secure_address)
        self._place(form, "client_id", QLineEdit(), required, max_length(rules.NAME))
        self._place(form, "secret", self._secret, max_length(1000), rules.secret)
        self._place(form, "scope", QLineEdit(), max_length(rules.LINE))
        self._place(form, "auth", self._choice(QComboBox(), "auth", AUTHS))
        for number, algorithm in enumerate(ALGORITHMS):
            name, box = f"algorithm_{algorithm}", QCheckBox(algorithm)
            box.setObjectName(f"upstream_{name}")
            form.add(name, "" if number else self._t("algorithms"), box, self._some_algorithm)
            box.setAccessibleName(algorithm)
        for name in ("subject_path", "name_path", "token_path"):
            self._place(form, name, QLineEdit(), rules.path)
        self._place(form, "token_method", self._choice(QComboBox(), "method", ("POST", "GET")))
        pkce = QCheckBox(self._t("pkce_on"))
        self._place(form, "pkce", pkce)
        for name in NAMES:
            self._place(form, name, QLineEdit(), rules.parameter)
        for name, check in zip(PAIRS, (rules.named_values, rules.named_paths), strict=True):
            self._place(form, name, QPlainTextEdit(), check)
        self._place(form, "authorize_fragment", QLineEdit(), rules.fragment)
        return form

    def _choice(self, box: QComboBox, name: str, keys: tuple[str, ...]) -> QComboBox:
        for key in keys:
            box.addItem(self._t(f"{name}_{key}"), key)
        return box

    def _place(self, form: Form, name: str, widget: QWidget, *checks: rules.Check) -> None:
        widget.setObjectName(f"upstream_{name}")
        if isinstance(widget, QLineEdit | QPlainTextEdit):
            widget.setPlaceholderText(self._t(f"hint_{name}"))
        if isinstance(widget, QPlainTextEdit):
            widget.setTabChangesFocus(True)
            widget.setFixedHeight(size("text_body") * 4)
        needed = (required,) if name in _NEEDED else ()
        form.add(name, self._t(f"field_{name}"), widget, *(self._of_kind(name, check) for check in (*needed, *checks)))
        box = widget.parentWidget()
        if isinstance(widget, QPlainTextEdit) and box is not None:
            # The field's own least height is the style sheet's.
            box.setMinimumHeight(widget.maximumHeight())

    def _of_kind(self, name: str, check: rules.Check) -> rules.Check:
        """What is out of sight may be wrong or empty."""
        kind = "oidc" if name in OIDC else "oauth2" if name in OAUTH2 else ""
        return lambda value: None if kind and self._kind.currentData() != kind else check(value)

    def _some_algorithm(self, value: Any) -> rules.Fault | None:
        if self._kind.currentData() != "oidc" or value:
            return None
        boxes = [self.findChild(QCheckBox, f"upstream_algorithm_{name}") for name in ALGORITHMS]
        return None if any(box is not None and box.isChecked() for box in boxes) else ("registry.fault.algorithm", {})

    def _describe(self) -> tuple[str, str, bool]:
        item = self._presenter.current
        if item is None:
            return self._t("new"), self._t("new_facts"), False
        facts = [
            self._t("state_on" if item.enabled else "state_off"),
            self._t("has_secret" if item.has_secret else "no_secret"),
            self._t("linked", n=item.links),
            self._t("way_back", address=item.redirect_uri),
        ]
        return self._presenter.name_of(item), " · ".join(facts), not item.enabled

    def _copy_address(self) -> None:
        item = self._presenter.current
        if item is not None:
            QGuiApplication.clipboard().setText(item.redirect_uri)
            self._presenter.saved.emit(self._t("copied"))

    def _draw(self) -> None:
        state, page = self._presenter.state, self._page.state
        self._problem.show_words(state.problem)
        self._add.setVisible(page.may_change)
        self._add.setEnabled(state.loaded)
        kind = state.fields.get("kind", "oidc")
        self.form.show_field("key", state.is_new)
        for names, shown in ((OIDC, kind == "oidc"), (OAUTH2, kind == "oauth2")):
            for name in names:
                self.form.show_field(name, shown)
        self._draw_secret()
        saved = self._presenter.current is not None
        self._copy.setVisible(saved)
        self._check.setVisible(saved and page.may_change)
        # What is asked is what the server has, not what stands here.
        self._check.setEnabled(not state.saving and not state.dirty)
        self._check.setToolTip(self._t("check_saved") if state.dirty else "")
        loading = not state.loaded and not state.problem
        none = state.loaded and not state.items and not state.drafted
        empty = text("ui.spinner.working", self._language) if loading else self._t("none") if none else ""
        self._empty.setText(empty)
        self._empty.setVisible(bool(empty))
        if (what := (state.items, state.drafted)) != self._drawn:
            self._drawn = what
            self._fill()
        chosen = self.table.selected_row()
        if (chosen["id"] if chosen else "") != state.selected:
            self._select(state.selected)

    def _draw_secret(self) -> None:
        if self._secret.text() != self._presenter.secret:
            with QSignalBlocker(self.form):
                self._secret.setText(self._presenter.secret)
        typed = bool(self._presenter.state.fields.get(TYPED))
        self._secret.setPlaceholderText(self._t(TYPED if typed else "hint_secret"))

    def _fill(self) -> None:
        state = self._presenter.state
        rows: list[dict[str, Any]] = []
        for item in state.items:
            name, on = self._presenter.name_of(item), item.enabled
            if str(item.id) in state.drafted:
                name = text("admin.editing.is_drafted", self._language, name=name)
            rows.append({"id": str(item.id), "name": name, "key": item.key, "links": item.links,
                         "state": self._t("state_on" if on else "state_off"), "tone": "ok" if on else "off",
                         "kind": self._t(f"kind_{item.settings.kind}")})  # fmt: skip
        for key in sorted(state.drafted):
            if key.startswith("new"):
                name = self._presenter.draft_name(key) or self._t("new")
                rows.append({"id": key, "name": name, "state": self._t("state_new"), "tone": "warn"})
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
