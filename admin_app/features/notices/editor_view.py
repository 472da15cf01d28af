"""Writing a notice beside what each surface will show of it.

notice_kind notice_title notice_summary notice_body notice_cover notice_video notice_wechat notice_weibo
notice_surface_<surface> notice_preview notice_saved_hint notice_mark_<mark>
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from admin_app.bars_view import SideBySide, choice
from admin_app.features.notices.presenter import NoticesPresenter
from admin_app.features.notices.preview_view import SURFACES, Preview
from admin_app.media_choice_view import MediaChoiceDialog, MediaField
from admin_app.parts_view import label, named, pad, size
from shared.domain.notices.body import media_of, parse
from shared.domain.notices.life import Kind
from shared.i18n import text
from shared.schemas.media import Media
from shared.schemas.notices import CHANNELS
from shared.ui.widgets import button

EMPTY: dict[str, Any] = {
    "kind": "notice", "title": "", "summary": "", "body": "", "cover": "", "video": "", "channels": [],
}  # fmt: skip
# A mark that is put around what is chosen, or before its line.
MARKS = (("strong", "**", "**"), ("heading", "# ", ""), ("bullet", "- ", ""), ("link", "[", "](https://)"))


class Editor(QWidget):
    def __init__(self, presenter: NoticesPresenter, language: str) -> None:
        super().__init__()
        self._presenter, self._media, self._language = presenter, presenter.media, language
        self._loaded: dict[str, Any] = dict(EMPTY)
        row = QHBoxLayout(self)
        pad(row)
        row.addWidget(SideBySide(self._fields(), self._preview_side(), (5, 4)))
        self._tell()

    def _t(self, key: str, **params: object) -> str:
        return text(f"notices.page.{key}", self._language, **params)

    def _fields(self) -> QWidget:
        inside = QWidget()
        column = QVBoxLayout(inside)
        pad(column)
        kinds = [(kind.value, text(f"notices.kind.{kind}", self._language)) for kind in Kind]
        self._kind = choice("notice_kind", self._t("kind"), kinds, self._tell)
        self._title = self._line("title", 64)
        self._summary = self._line("summary", 120)
        self._body = QPlainTextEdit()
        self._body.setObjectName("notice_body")
        self._body.setAccessibleName(self._t("body"))
        self._body.setPlaceholderText(self._t("body_hint"))
        self._body.setTabChangesFocus(True)
        self._body.textChanged.connect(self._tell)
        self._body.setMinimumHeight(size("text_body") * 10)
        self._cover, self._video = (
            MediaField(f"notice_{name}", self._t(name), kind, self._media, self._language, self._tell)
            for name, kind in (("cover", "picture"), ("video", "video"))
        )
        first = QHBoxLayout()
        pad(first)
        first.addWidget(self._kind)
        first.addWidget(self._title, 1)
        marks = QHBoxLayout()
        pad(marks)
        for key, before, behind in MARKS:
            one = button(self._t(f"mark_{key}"), on_click=partial(self._put, before, behind))
            marks.addWidget(named(one, f"notice_mark_{key}"))
        shown = button(self._t("mark_picture"), on_click=self._ask_picture)
        marks.addWidget(named(shown, "notice_mark_picture"))
        marks.addStretch(1)
        self._channels: dict[str, QCheckBox] = {}
        outside = QHBoxLayout()
        pad(outside, gap="space_m")
        outside.addWidget(label(self._t("also_to"), "muted"))
        for channel in CHANNELS:
            box = QCheckBox(text(f"notices.channel.{channel}", self._language))
            box.setObjectName(f"notice_{channel}")
            box.toggled.connect(lambda _: self._tell())
            self._channels[channel] = box
            outside.addWidget(box)
        outside.addStretch(1)
        column.addLayout(first)
        column.addWidget(self._summary)
        column.addLayout(marks)
        column.addWidget(self._body, 1)
        media = QHBoxLayout()
        pad(media)
        media.addWidget(self._cover)
        media.addWidget(self._video)
        column.addLayout(media)
        column.addLayout(outside)
        column.addWidget(label(self._t("always_to"), "caption", wrap=True))
        self._inside = inside
        return inside

    def _line(self, name: str, longest: int) -> QLineEdit:
        made = QLineEdit()
        made.setObjectName(f"notice_{name}")
        words = self._t("title_column" if name == "title" else name)
        made.setPlaceholderText(words)
        made.setAccessibleName(words)
        made.setMaxLength(longest)
        made.textChanged.connect(lambda _: self._tell())
        return made

    def _preview_side(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        pad(column)
        top = QHBoxLayout()
        pad(top)
        group = QButtonGroup(side)
        self.preview = Preview("notice_preview", self._language, self._media.thumbnails)
        self._media.thumbnail.connect(lambda _: self.preview.update())
        for surface in SURFACES:
            one = named(
                button(self._t(f"surface_{surface}"), on_click=self._showing(surface)), f"notice_surface_{surface}"
            )
            one.setCheckable(True)
            one.setChecked(surface == "phone")
            group.addButton(one)
            top.addWidget(one)
        top.addStretch(1)
        column.addLayout(top)
        column.addWidget(self.preview, 1)
        return side

    def _showing(self, surface: str) -> Callable[[], None]:
        return lambda: self.preview.show_surface(surface)

    def _put(self, before: str, behind: str) -> None:
        cursor = self._body.textCursor()
        if behind:
            cursor.insertText(f"{before}{cursor.selectedText()}{behind}")
        else:
            cursor.movePosition(cursor.MoveOperation.StartOfBlock)
            cursor.insertText(before)
        self._body.setFocus()

    def _ask_picture(self) -> None:
        MediaChoiceDialog(self.window(), self._media, "picture", self._language, self._put_picture).open()

    def _put_picture(self, chosen: Media) -> None:
        """In a line of its own; its words are its name, without what would end them."""
        words = chosen.name.rpartition(".")[0] or chosen.name
        cursor = self._body.textCursor()
        cursor.movePosition(cursor.MoveOperation.EndOfBlock)
        cursor.insertText(f"\n![{words.replace('[', '').replace(']', '')[:200]}]({chosen.sha256})\n")
        self._body.setFocus()

    def values(self) -> dict[str, Any]:
        """What stands in the fields, as a notice's content."""
        chosen = [name for name, box in self._channels.items() if box.isChecked()]
        return {
            "kind": self._kind.currentData(), "title": self._title.text(), "summary": self._summary.text(),
            "body": self._body.toPlainText(), "cover": self._cover.sha256,
            "video": self._video.sha256, "channels": chosen,
        }  # fmt: skip

    @property
    def changed(self) -> bool:
        """Whether something was typed that is not saved."""
        return self.values() != self._loaded

    def fill(self, values: dict[str, Any]) -> None:
        self._loaded = {**EMPTY, **values, "channels": list(values.get("channels", []))}
        now = self._loaded
        self._kind.setCurrentIndex(self._kind.findData(now["kind"]))
        for field, name in ((self._title, "title"), (self._summary, "summary")):
            field.setText(now[name])
        for chosen, name in ((self._cover, "cover"), (self._video, "video")):
            chosen.set_sha256(now[name])
        self._body.setPlainText(now["body"])
        for name, box in self._channels.items():
            box.setChecked(name in now["channels"])
        self._loaded = self.values()
        self._tell()

    def allow(self, allowed: bool, on: set[str]) -> None:
        """``on``: the channels that are set up; one that was chosen can always be taken away."""
        self._inside.setEnabled(allowed)
        for name, box in self._channels.items():
            box.setEnabled(name in on or box.isChecked())
            box.setToolTip("" if name in on else self._t("channel_off"))

    def _tell(self) -> None:
        if hasattr(self, "preview"):
            values = self.values()
            self.preview.show_values(values)
            wanted = {values["cover"], values["video"], *media_of(parse(values["body"]))}
            self._media.want(sorted(wanted - {""}))
