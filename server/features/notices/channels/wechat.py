"""The official account: pictures, a draft, its publication, what became of it, and taking it back.

A draft that was published is a draft no more, so none is published twice; after a silence the account is asked what it
has before anything is sent again.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from typing import Any, Final

from urllib3.filepost import encode_multipart_formdata

from server.features.notices.channels.protocol import SETTLING, Kept, Placed, Post, RefusedError, UnderWayError
from server.features.notices.media import MediaFile
from server.features.sign_on.outgoing import NoAnswerError, ask
from shared.client.line import Places
from shared.domain.errors import HallError
from shared.domain.notices.body import as_html, media_of
from shared.schemas.notices import WechatRules

STALE: Final = frozenset({40001, 40014, 42001})
# To be tried again by itself: too often, too much today, busy.
LATER: Final = frozenset({-1, 45009, 45011})
WORDS: Final = {
    48001: "notice_wechat_not_permitted", 40013: "notice_wechat_account", 40125: "notice_wechat_account",
    40164: "notice_wechat_address", 61004: "notice_wechat_address", 40001: "notice_wechat_account",
    45009: "notice_channel_busy", 45011: "notice_channel_busy", -1: "notice_channel_busy",
    53503: "notice_wechat_checked", 53504: "notice_wechat_checked", 53505: "notice_wechat_checked",
    87014: "notice_wechat_checked", 40009: "notice_channel_picture", 40005: "notice_channel_picture",
    45003: "notice_channel_long", 45004: "notice_channel_long", 45002: "notice_channel_long",
}  # fmt: skip
NO_DRAFT: Final = 40007
# Its server was in trouble: as good as silence.
UNSURE: Final = -1
NO_ARTICLE: Final = 53600
_LISTED: Final = 20
# The account's answers to "what became of it": 0 published, 1 under way, the rest failed.
_PUBLISHED, _UNDER_WAY = 0, 1
_EARLY_S: Final = 300
# By the account and its secret: a corrected one counts at once.
_tokens: dict[tuple[str, str, bytes], tuple[str, float]] = {}
_lock = threading.Lock()


class CallError(HallError):
    """An answer with a number of its own."""

    def __init__(self, number: int) -> None:
        super().__init__(WORDS.get(number, "notice_channel_refused"), status=502, number=number)
        self.number = number


class Wechat:
    def __init__(self, rules: WechatRules, secret: str, places: Places) -> None:
        """``places``: what may be connected to."""
        self._places = places
        self._rules = rules
        self._secret = secret
        self._address = rules.address.rstrip("/")

    def check(self) -> None:
        """Whether the account takes our secret, and lets us publish (blocks); errors as of ``publish``."""
        try:
            self._call("/cgi-bin/freepublish/batchget", {"offset": 0, "count": 1, "no_content": 1})
        except CallError as error:
            raise _told(error) from None

    def publish(self, post: Post, kept: Kept) -> Placed:
        try:
            if "task" not in kept.progress:
                if kept.since is not None and (found := self._found(post, kept)) is not None:
                    return found
                self._submit(post, kept)
            return self._outcome(kept)
        except CallError as error:
            raise _told(error) from None

    def retract(self, post: Post, kept: Kept) -> None:
        try:
            article = kept.outlet_id or self._article(post, kept)
            if article:
                self._call("/cgi-bin/freepublish/delete", {"article_id": article, "index": 0}, but=(NO_ARTICLE,))
        except CallError as error:
            raise _told(error) from None

    # Publishing

    def _submit(self, post: Post, kept: Kept) -> None:
        if "draft" not in kept.progress:
            kept.note(draft=self._call("/cgi-bin/draft/add", {"articles": [self._written(post)]})["media_id"])
        kept.begin()
        try:
            task = self._call("/cgi-bin/freepublish/submit", {"media_id": kept.progress["draft"]})["publish_id"]
        except CallError as error:
            if error.number != UNSURE:
                kept.not_begun()
            raise
        kept.note(task=str(task))

    def _written(self, post: Post) -> dict[str, Any]:
        pictures = media_of(post.blocks)
        cover = post.cover or next(iter(pictures), "")
        if not cover:
            raise RefusedError("notice_cover_needed", status=409)
        kept = self._upload("/cgi-bin/material/add_material", post.media(cover), type="image")
        addresses = {one: self._upload("/cgi-bin/media/uploadimg", post.media(one))["url"] for one in pictures}
        return {
            "title": post.title, "author": self._rules.author, "digest": post.summary,
            "content": as_html(post.blocks, lambda one: addresses[one]), "content_source_url": post.link,
            "thumb_media_id": kept["media_id"], "need_open_comment": 0, "only_fans_can_comment": 0,
        }  # fmt: skip

    def _found(self, post: Post, kept: Kept) -> Placed | None:
        """What stands there after a silence; None: it never arrived and may be sent again."""
        for article in self._call("/cgi-bin/freepublish/batchget", {"offset": 0, "count": _LISTED, "no_content": 1})[
            "item"
        ]:
            for item in article["content"]["news_item"]:
                if item["content_source_url"] == post.link and not item.get("is_deleted"):
                    return Placed(article["article_id"], item["url"])
        # A draft that is gone is being published; one that stands there, or that a restored hall knows nothing of, may
        # be taken in any moment.
        if not (_draft_unknown(kept) or self._is_draft(kept)) or (kept.since is not None and kept.since < SETTLING):
            raise UnderWayError("notice_outlet_unsure", status=409)
        return None

    def _is_draft(self, kept: Kept) -> bool:
        return self._call("/cgi-bin/draft/get", {"media_id": kept.progress["draft"]}, but=(NO_DRAFT,)) is not None

    def _outcome(self, kept: Kept) -> Placed:
        told = self._call("/cgi-bin/freepublish/get", {"publish_id": kept.progress["task"]})
        status = told["publish_status"]
        if status == _UNDER_WAY:
            raise UnderWayError("notice_outlet_under_way", status=409)
        if status != _PUBLISHED:
            kept.start_over()
            raise RefusedError(
                f"notice_wechat_status_{status}" if status in (2, 3, 4, 5, 6) else "notice_channel_refused",
                status=409,
                number=status,
            )
        return Placed(told["article_id"], told["article_detail"]["item"][0]["article_url"])

    # Taking back

    def _article(self, post: Post, kept: Kept) -> str:
        """What the article is called there; empty when there is none and never will be."""
        if "task" in kept.progress:
            try:
                return self._outcome(kept).outlet_id
            except RefusedError:
                return ""
        if kept.since is not None:
            try:
                found = self._found(post, kept)
            except UnderWayError:
                if _draft_unknown(kept) or not self._is_draft(kept):
                    raise
                found = None
            if found is not None:
                return found.outlet_id
        if not _draft_unknown(kept):
            # Without its draft nothing can be published any more.
            self._call("/cgi-bin/draft/delete", {"media_id": kept.progress["draft"]}, but=(NO_DRAFT,))
        return ""

    # Asking

    def _call(self, path: str, body: dict[str, Any], but: tuple[int, ...] = ()) -> Any:
        """The answer; None for one of the numbers in ``but``."""
        return self._asked(path, json.dumps(body, ensure_ascii=False).encode(), "application/json", but)

    def _upload(self, path: str, file: MediaFile, **query: str) -> Any:
        name = f"picture.{'png' if file.media_type == 'image/png' else 'jpg'}"
        body, kind = encode_multipart_formdata({"media": (name, file.content, file.media_type)})
        return self._asked(path, body, kind, (), **query)

    def _asked(self, path: str, body: bytes, kind: str, but: tuple[int, ...], **query: str) -> Any:
        for fresh in (False, True):
            # The token is the service's own way of saying who asks: part of the address, which we tell nobody.
            more = "".join(f"&{name}={value}" for name, value in query.items())
            told = self._answer(f"{self._address}{path}", body, kind, f"access_token={self._token(fresh=fresh)}{more}")
            number = told.get("errcode", 0)
            if not isinstance(number, int):
                raise ValueError("no number")
            if number == 0:
                return told
            if number in but:
                return None
            if number not in STALE or fresh:
                raise CallError(number)
        raise AssertionError("one of both has answered")

    def _token(self, *, fresh: bool) -> str:
        key = (self._address, self._rules.app_id, hashlib.sha256(self._secret.encode()).digest())
        with _lock:
            known, until = _tokens.get(key, ("", 0.0))
            if known and not fresh and time.monotonic() < until:
                return known
        wanted = {
            "grant_type": "client_credential", "appid": self._rules.app_id, "secret": self._secret,
            "force_refresh": fresh,
        }  # fmt: skip
        told = self._answer(
            f"{self._address}/cgi-bin/stable_token", json.dumps(wanted).encode(), "application/json", ""
        )
        if "access_token" not in told:
            raise CallError(told.get("errcode", 0))
        with _lock:
            lasts = float(told["expires_in"])
            _tokens[key] = (told["access_token"], time.monotonic() + max(0.0, lasts - min(_EARLY_S, lasts / 2)))
        return str(told["access_token"])

    def _answer(self, address: str, body: bytes, kind: str, query: str) -> dict[str, Any]:
        status, answered = ask(
            "POST", address, headers={"Content-Type": kind}, body=body, query=query, places=self._places
        )
        if status != 200:
            raise NoAnswerError(f"status {status}")
        try:
            told = json.loads(answered)
        except (ValueError, RecursionError):
            raise NoAnswerError("not JSON") from None
        if not isinstance(told, dict):
            raise NoAnswerError("not an object")
        return told


def _draft_unknown(kept: Kept) -> bool:
    return "draft" not in kept.progress


def _told(error: CallError) -> HallError:
    made = HallError if error.number in LATER else RefusedError
    return made(error.code, status=502, **error.params)
