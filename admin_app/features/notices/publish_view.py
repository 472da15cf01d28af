"""When a notice begins and ends; and how channels are reached.

publish_dialog publish_now publish_at publish_ends publish_until publish_dialog_go
channels_dialog channel_<field> channels_dialog_go
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from PySide6.QtCore import QDateTime, Qt
from PySide6.QtWidgets import QCheckBox, QDateTimeEdit, QHBoxLayout, QLineEdit, QWidget

from admin_app.ask_view import AskDialog
from admin_app.features.notices.presenter import NoticesPresenter
from admin_app.features.notices.rows import when
from admin_app.parts_view import label, pad, size
from shared.i18n import text
from shared.ui.widgets import Form

# Fields that are never shown again, and what says that there is something in them.
SECRETS: Final = {
    "wechat_secret": "has_wechat_secret", "wechat_callback_token": "has_wechat_callback",
    "wechat_callback_key": "has_wechat_callback", "weibo_token": "has_weibo_token",
}  # fmt: skip


class PublishDialog(AskDialog):
    """Now or at a time of the hall, until somebody takes it back or until a time."""

    def __init__(self, parent: QWidget, presenter: NoticesPresenter, language: str) -> None:
        def t(key: str) -> str:
            return text(f"notices.page.{key}", language)

        one = presenter.state.one
        title = text("notices.page.publish_title", language, title=one.title if one is not None else "")
        super().__init__(
            parent, "publish_dialog", title, [t("publish_fact")], t("publish_go"), "primary", language, presenter
        )
        self._presenter = presenter
        self._later, self.at = self._moment("publish_later", t("publish_later"), "publish_at", 60)
        self._ends, self.until = self._moment("publish_ends", t("publish_ends"), "publish_until", 7 * 24 * 60)

    def _moment(self, name: str, words: str, field: str, minutes: int) -> tuple[QCheckBox, QDateTimeEdit]:
        row = QHBoxLayout()
        pad(row)
        box = QCheckBox(words)
        box.setObjectName(name)
        now = datetime.now(self._presenter.zone)
        at = QDateTimeEdit(QDateTime(now.year, now.month, now.day, now.hour, 0, 0).addSecs(minutes * 60))
        at.setObjectName(field)
        at.setDisplayFormat("yyyy-MM-dd HH:mm")
        at.setCalendarPopup(True)
        at.setAccessibleName(words)
        at.setEnabled(False)
        box.toggled.connect(at.setEnabled)
        row.addWidget(box)
        row.addWidget(at, 1)
        self.body.addLayout(row)
        return box, at

    def answer(self) -> None:
        self._presenter.publish(
            _of(self.at, self._presenter.zone) if self._later.isChecked() else None,
            _of(self.until, self._presenter.zone) if self._ends.isChecked() else None,
        )


class ChannelsDialog(AskDialog):
    """Who may review, where links lead, the official account, the microblog."""

    def __init__(self, parent: QWidget, presenter: NoticesPresenter, language: str) -> None:
        def t(key: str) -> str:
            return text(f"notices.page.{key}", language)

        super().__init__(
            parent, "channels_dialog", t("channels_title"), [t("channels_fact")], t("save"), "primary", language,
            presenter,
        )  # fmt: skip
        self._presenter = presenter
        now = presenter.state.settings
        assert now is not None, "the dialog opens when the settings are known"
        self._version = now.version
        # The account beside the rest: one below the other would be higher than a console's screen.
        self._forms = (Form(language), Form(language))
        own = QCheckBox(t("own_review_on"))
        self._add("own_review", t("own_review"), own)
        for name, words in (("link_base", "https://"), ("wechat_app_id", "wx…"), ("wechat_secret", ""),
                            ("wechat_author", ""), ("wechat_address", ""), ("wechat_callback_token", ""),
                            ("wechat_callback_key", ""), ("weibo_token", ""),
                            ("weibo_address", "")):  # fmt: skip
            if name in ("wechat_app_id", "weibo_token"):
                channel = name.partition("_")[0]
                self._add(f"{channel}_on", text(f"notices.channel.{channel}", language), QCheckBox(t("channel_on")))
            line = QLineEdit()
            line.setMaxLength(500)
            line.setPlaceholderText(words)
            if name in SECRETS:
                line.setEchoMode(QLineEdit.EchoMode.Password)
                kept = getattr(now, SECRETS[name])
                line.setPlaceholderText(t("secret_kept" if kept else "secret_none"))
            self._add(name, t(name), line)
        shown = {
            "own_review": now.own_review, "link_base": now.link_base, "wechat_on": now.wechat.on,
            "wechat_app_id": now.wechat.app_id, "wechat_author": now.wechat.author,
            "wechat_address": now.wechat.address, "weibo_on": now.weibo.on, "weibo_address": now.weibo.address,
        }  # fmt: skip
        beside = QHBoxLayout()
        pad(beside, gap="space_l")
        for account, form in enumerate(self._forms):
            form.set_values(
                {name: value for name, value in shown.items() if name.startswith("wechat") == bool(account)}
            )
            beside.addWidget(form, 1, Qt.AlignmentFlag.AlignTop)
        self.setMinimumWidth(size("text_body") * 64)
        self.body.addLayout(beside)
        self.body.addWidget(label(t("channels_note"), "caption", wrap=True))
        self.body.addWidget(label(t("wechat_callback_note"), "caption", wrap=True))
        if now.weibo.on and now.has_weibo_token:
            until = now.weibo_until
            known = text("notices.page.weibo_until", language, at=when(until, presenter.zone)) if until else ""
            self.body.addWidget(label(known or t("weibo_unknown"), "caption", wrap=True, name="weibo_until"))

    def _add(self, name: str, words: str, widget: QWidget) -> None:
        widget.setObjectName(f"channel_{name}")
        self._forms[name.startswith("wechat")].add(name, words, widget)

    def answer(self) -> None:
        values = {
            name: value.strip() if isinstance(value, str) else value
            for form in self._forms
            for name, value in form.values().items()
        }
        self._presenter.save_settings(edit_of(values, self._version))


def edit_of(values: dict[str, Any], version: int) -> dict[str, Any]:
    """The sheet of fields as the settings are sent; a secret that is left empty stays. The callback's are entered
    together: a token without a key is the plain mode.
    """
    secrets = {name: values[name] or None for name in SECRETS}
    if secrets["wechat_callback_token"] is not None:
        secrets["wechat_callback_key"] = values["wechat_callback_key"]
    return {
        "version": version, "own_review": values["own_review"], "link_base": values["link_base"],
        "wechat": {
            "on": values["wechat_on"], "address": values["wechat_address"], "app_id": values["wechat_app_id"],
            "author": values["wechat_author"],
        },
        "weibo": {"on": values["weibo_on"], "address": values["weibo_address"]},
        **secrets,
    }  # fmt: skip


def _of(field: QDateTimeEdit, zone: ZoneInfo) -> datetime:
    """The moment a field shows, by the hall's clock."""
    day, time = field.date(), field.time()
    return datetime(day.year(), day.month(), day.day(), time.hour(), time.minute(), tzinfo=zone)
