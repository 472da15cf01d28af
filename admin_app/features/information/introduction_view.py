"""Writing the introduction and getting here beside what it will look like; and the versions.

introduction_headline introduction_problem introduction_told introduction_reload introduction_save
introduction_publish introduction_parts introduction_<field> introduction_preview introduction_versions
introduction_show introduction_restore introduction_earlier
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QTabWidget,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from admin_app.bars_view import SideBySide
from admin_app.features.information.presenter import IntroductionPresenter
from admin_app.features.information.way_view import WayParts
from admin_app.media_choice_view import MediaChoiceDialog, MediaField
from admin_app.parts_view import Banner, Card, label, named, pad, size
from shared.domain.notices.body import as_html, parse
from shared.i18n import text
from shared.schemas.introduction import IntroductionContent
from shared.schemas.media import Media
from shared.ui.theme.widgets import mark
from shared.ui.widgets import Column, SearchableTable, button

_TITLES, _BODIES = ("title", "title_en"), ("body", "body_en")


class IntroductionTabs(QWidget):
    """Fills its fields when an answer comes; what is typed stays until it is saved or read again."""

    def __init__(self, presenter: IntroductionPresenter, language: str) -> None:
        super().__init__()
        self._presenter, self._language, self._revision, self._row = presenter, language, -1, ""
        self._lines: dict[str, QLineEdit] = {}
        self._areas: dict[str, QPlainTextEdit] = {}
        self._media: dict[str, MediaField] = {}
        self._problem, self._told = Banner("introduction_problem"), Banner("introduction_told")
        self._headline = label("", "muted", wrap=True, name="introduction_headline")
        self._reload = named(button(self._t("reload"), "refresh", on_click=presenter.load), "introduction_reload")
        self._save = named(
            button(self._t("save"), "save", on_click=lambda: presenter.save(self.values())), "introduction_save"
        )
        self._publish = named(
            button(self._t("publish"), "check-circle", "primary", lambda: presenter.publish(self.values())),
            "introduction_publish",
        )
        head = QHBoxLayout()
        pad(head)
        head.addWidget(self._headline, 1)
        for one in (self._reload, self._save, self._publish):
            head.addWidget(one)
        self._parts = QTabWidget()
        self._parts.setObjectName("introduction_parts")
        mark(self._parts, "plain")
        self._preview = QTextBrowser()
        self._preview.setObjectName("introduction_preview")
        self._preview.setOpenLinks(False)
        self._way = WayParts(presenter.media, language, self._tell)
        hall = SideBySide(self._hall(), self._preview_side(), (5, 4))
        for key, tab in (("hall", hall), ("way", self._way), ("versions", self._versions())):
            self._parts.addTab(tab, self._t(f"part_{key}"))
        column = QVBoxLayout(self)
        pad(column)
        column.addLayout(head)
        column.addWidget(self._problem)
        column.addWidget(self._told)
        column.addWidget(self._parts, 1)
        presenter.state_changed.connect(self._draw)
        self._draw()

    def _t(self, key: str, **params: object) -> str:
        return text(f"information.page.{key}", self._language, **params)

    # The fields

    def _hall(self) -> Card:
        card = Card()
        card.body.addLayout(self._beside(_TITLES, 200))
        row = QHBoxLayout()
        pad(row)
        picture = button(self._t("mark_picture"), "picture", on_click=self._ask_picture)
        row.addWidget(named(picture, "introduction_mark_picture"))
        row.addStretch(1)
        card.body.addLayout(row)
        for name, share in (("body", 3), ("body_en", 1)):
            card.body.addWidget(self._area(name), share)
        media = QHBoxLayout()
        pad(media)
        for name, kind in (("cover", "picture"), ("video", "video")):
            media.addWidget(self._chosen(name, kind))
        card.body.addLayout(media)
        return card

    def _beside(self, names: tuple[str, ...], longest: int) -> QHBoxLayout:
        row = QHBoxLayout()
        pad(row)
        for name in names:
            made = QLineEdit()
            made.setObjectName(f"introduction_{name}")
            made.setPlaceholderText(self._t(name))
            made.setAccessibleName(self._t(name))
            made.setToolTip(self._t(name))
            made.setMaxLength(longest)
            made.textChanged.connect(lambda _: self._tell())
            self._lines[name] = made
            row.addWidget(made)
        return row

    def _area(self, name: str, lines: int = 4) -> QPlainTextEdit:
        made = QPlainTextEdit()
        made.setObjectName(f"introduction_{name}")
        made.setAccessibleName(self._t(name))
        made.setPlaceholderText(self._t(f"{name}_hint"))
        made.setTabChangesFocus(True)
        made.setMinimumHeight(size("text_body") * lines * 2)
        made.textChanged.connect(self._tell)
        self._areas[name] = made
        return made

    def _chosen(self, name: str, kind: str) -> MediaField:
        made = MediaField(
            f"introduction_{name}", self._t(name), kind, self._presenter.media, self._language, self._tell
        )
        self._media[name] = made
        return made

    def _ask_picture(self) -> None:
        MediaChoiceDialog(self.window(), self._presenter.media, "picture", self._language, self._put_picture).open()

    def _put_picture(self, chosen: Media) -> None:
        """In a line of its own; its words are its name, without what would end them."""
        words = (chosen.name.rpartition(".")[0] or chosen.name).replace("[", "").replace("]", "")
        body = self._areas["body"]
        cursor = body.textCursor()
        cursor.movePosition(cursor.MoveOperation.EndOfBlock)
        cursor.insertText(f"\n![{words[:200]}]({chosen.sha256})\n")
        body.setFocus()

    def values(self) -> dict[str, Any]:
        """What stands in the fields."""
        return {
            **{name: self._lines[name].text() for name in _TITLES},
            **{name: self._areas[name].toPlainText() for name in _BODIES},
            **{name: self._media[name].sha256 for name in ("cover", "video")}, "getting_here": self._way.values(),
        }  # fmt: skip

    def _fill(self, content: IntroductionContent) -> None:
        for name, line in self._lines.items():
            line.setText(getattr(content, name))
            line.setCursorPosition(0)
        for name, area in self._areas.items():
            area.setPlainText(getattr(content, name))
        for name, chosen in self._media.items():
            chosen.set_sha256(getattr(content, name))
        self._way.fill(content.getting_here)
        self._tell()

    # What it will look like, and the versions

    def _preview_side(self) -> Card:
        card = Card(self._t("preview"))
        card.body.addWidget(self._preview, 1)
        return card

    def _tell(self) -> None:
        if "body" not in self._areas or not hasattr(self, "_preview"):
            return
        body = as_html(parse(self._areas["body"].toPlainText()), lambda media: "")
        self._preview.setHtml(f"<h1>{escape(self._lines['title'].text())}</h1>{body}")

    def _versions(self) -> Card:
        card, letter = Card(), size("text_body")
        columns = [
            Column("number", self._t("version"), width=letter * 8, tone=lambda row: "ok" if row["live"] else ""),
            Column("at", self._t("saved_at"), width=letter * 12),
            Column("who", self._t("saved_by"), width=letter * 12),
            Column("state", self._t("state")),
        ]
        self.table = SearchableTable(columns, "introduction_versions", language=self._language)
        self.table.setObjectName("introduction_versions")
        self.table.row_selected.connect(self._choose)
        row = QHBoxLayout()
        pad(row)
        row.addWidget(label(self._t("versions_note"), "muted", wrap=True), 1)
        self._restore = named(button(self._t("restore"), "undo", on_click=self._do("restore")), "introduction_restore")
        self._show = named(button(self._t("show"), "check-circle", on_click=self._do("publish")), "introduction_show")
        self._earlier = named(
            button(self._t("earlier"), "refresh", on_click=self._presenter.earlier), "introduction_earlier"
        )
        row.addWidget(self._earlier)
        row.addWidget(self._restore)
        row.addWidget(self._show)
        card.body.addWidget(self.table, 1)
        card.body.addLayout(row)
        return card

    def _choose(self, row: Any) -> None:
        # Told before the table itself calls it selected.
        self._row = str(row["id"]) if row is not None else ""
        self._draw()

    def _do(self, act: str) -> Callable[[], None]:
        def do() -> None:
            if self._row:
                self._presenter.step(act, int(self._row))

        return do

    def _draw(self) -> None:
        state = self._presenter.state
        self._problem.show_words(state.problem)
        self._told.show_words(state.told, "ok")
        self._headline.setText(state.headline)
        ready = state.view is not None and not state.busy
        for one in (self._reload, self._save, self._publish):
            one.setEnabled(ready)
        for part in (*self._lines.values(), *self._areas.values(), *self._media.values(), self._way):
            part.setEnabled(state.view is not None)
        self.table.set_rows(state.versions)
        self._earlier.setVisible(bool(state.versions) and int(state.versions[-1]["id"]) > 1)
        row = next((one for one in state.versions if one["id"] == self._row), None)
        newest = state.view.newest if state.view is not None else 0
        self._restore.setEnabled(ready and row is not None and int(row["id"]) != newest)
        self._show.setEnabled(ready and row is not None and not row["live"])
        if state.view is not None and state.revision != self._revision:
            self._revision = state.revision
            self._fill(state.view.draft)
