"""The words that notices are checked for, as a list; and what is to be told of how the channels take this hall.

words_dialog words_list words_list_table words_dialog_go
"""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import Final

from PySide6.QtWidgets import QWidget

from admin_app.ask_view import AskDialog
from admin_app.editing.fields_view import Cell, ListField
from admin_app.features.notices.presenter import NoticesPresenter
from admin_app.features.notices.rows import when
from shared.i18n import catalogue, text
from shared.schemas.notices import NoticeSettings

# So long before its end the administrators are told every day.
SOON: Final = timedelta(days=7)


class WordsDialog(AskDialog):
    def __init__(self, parent: QWidget, presenter: NoticesPresenter, language: str) -> None:
        def t(key: str) -> str:
            return text(f"notices.page.{key}", language)

        super().__init__(
            parent, "words_dialog", t("words_title"), [t("words_fact")], t("save"), "primary", language, presenter
        )
        self._presenter = presenter
        acts = (("refuse", t("words_refuse")), ("warn", t("words_warn")))
        cells = [
            Cell("word", t("words_word"), longest=40, letters=14),
            Cell("act", t("words_act"), "choice", start="warn", choices=acts, letters=8),
            Cell("instead", t("words_instead"), longest=40, letters=10),
        ]
        self.words = ListField("words_list", cells, language, high=24)
        known = presenter.state.words
        assert known is not None, "the dialog opens when the words are known"
        self.words.set_value([one.model_dump() for one in known.words])
        self.body.addWidget(self.words)

    def answer(self) -> None:
        self._presenter.save_words(self.words.value)


def wechat_words(settings: NoticeSettings | None, language: str) -> str:
    """Why the official account takes nothing of this hall, and what to do; empty while it does."""
    if settings is None or not settings.wechat.on or settings.wechat_fault in ("", "notice_channel_no_answer"):
        return ""
    key = f"notices.page.wechat_{settings.wechat_fault}"
    return text(key if catalogue().has(key) else "notices.page.wechat_refused", language)


def weibo_words(settings: NoticeSettings | None, zone: tzinfo, language: str, now: datetime | None = None) -> str:
    """What to do about the microblog's authorisation; empty while it is good for longer than ``SOON``."""
    if settings is None or not settings.weibo.on:
        return ""
    now = now or datetime.now(zone)
    until = settings.weibo_until
    if settings.weibo_fault == "notice_weibo_unreviewed":
        return text("notices.page.weibo_unreviewed", language)
    if settings.weibo_fault == "notice_weibo_token" or (until is not None and until <= now):
        return text("notices.page.weibo_over", language)
    if until is None or until - now > SOON:
        return ""
    return text("notices.page.weibo_ends", language, at=when(until, zone), days=(until - now).days)
