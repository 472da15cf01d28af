"""The microblog: one short text with its link and at most one picture. After a silence its own page is read first."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

from urllib3.filepost import encode_multipart_formdata

from server.features.notices.channels.protocol import SETTLING, Kept, Placed, Post, RefusedError, UnderWayError
from server.features.sign_on.outgoing import NoAnswerError, ask
from shared.client.line import Places
from shared.domain.errors import HallError
from shared.schemas.notices import WeiboRules

LONGEST: Final = 140
GONE: Final = 20101
REPEATED: Final = frozenset({20017, 20019})
LATER: Final = frozenset({10001, 10002, 10003, 10009, 10010, 10011, 10022, 10023, 10024, 20016})
# Its servers were in trouble: as good as silence.
UNSURE: Final = frozenset({10001, 10003, 10010, 10011})
WORDS: Final = {
    **dict.fromkeys((21314, 21315, 21316, 21317, 21319, 21327, 21332), "notice_weibo_token"),
    10017: "notice_weibo_domain", 21321: "notice_weibo_unreviewed", 10014: "notice_weibo_unreviewed",
    10022: "notice_channel_busy", 10023: "notice_channel_busy", 10024: "notice_channel_busy",
    20016: "notice_channel_busy", 20012: "notice_channel_long", 20013: "notice_channel_long",
    20006: "notice_channel_picture", 20005: "notice_channel_picture", 20018: "notice_weibo_checked",
    20020: "notice_weibo_checked", 20021: "notice_weibo_checked", 20032: "notice_weibo_checked",
}  # fmt: skip
_LINK: Final = re.compile(r"https?://\S+")
_LISTED: Final = 100
_LONGEST_LIFE_S: Final = 10 * 366 * 86400


class CallError(HallError):
    """An answer with a number of its own."""

    def __init__(self, number: int) -> None:
        super().__init__(WORDS.get(number, "notice_channel_refused"), status=502, number=number)
        self.number = number


class Weibo:
    def __init__(self, rules: WeiboRules, token: str, places: Places) -> None:
        """``places``: what may be connected to."""
        self._places = places
        self._address = rules.address.rstrip("/")
        self._token = token

    def life(self) -> timedelta:
        """How long the token is good for, as its provider says; nothing when it has ended (blocks)."""
        try:
            left = int(self._call("POST", "/oauth2/get_token_info", {})["expire_in"])
            return timedelta(seconds=min(max(0, left), _LONGEST_LIFE_S))
        except (KeyError, TypeError, ValueError, OverflowError):
            raise NoAnswerError("no time") from None
        except CallError as error:
            raise _told(error) from None

    def publish(self, post: Post, kept: Kept) -> Placed:
        try:
            if kept.since is not None:
                if (found := self._found(post, kept)) is not None:
                    return found
                if kept.since < SETTLING:
                    raise UnderWayError("notice_outlet_unsure", status=409)
            return self._share(post, kept)
        except CallError as error:
            raise _told(error) from None

    def retract(self, post: Post, kept: Kept) -> None:
        try:
            id_ = kept.outlet_id
            if not id_ and kept.since is not None:
                found = self._found(post, kept)
                if found is None and kept.since < SETTLING:
                    raise UnderWayError("notice_outlet_unsure", status=409)
                id_ = found.outlet_id if found is not None else ""
            if id_:
                try:
                    self._call("POST", "/2/statuses/destroy.json", {"id": id_})
                except CallError as error:
                    if error.number != GONE:
                        raise
        except CallError as error:
            raise _told(error) from None

    def _share(self, post: Post, kept: Kept) -> Placed:
        picture = post.media(post.cover) if post.cover else None
        kept.begin()
        try:
            fields = {"status": text_of(post)}
            if picture is None:
                return _placed(self._call("POST", "/2/statuses/share.json", fields))
            pic = ("picture.png" if picture.media_type == "image/png" else "picture.jpg", picture.content,
                   picture.media_type)  # fmt: skip
            return _placed(self._call("POST", "/2/statuses/share.json", {**fields, "pic": pic}))
        except CallError as error:
            if error.number in REPEATED and (found := self._found(post, kept)) is not None:
                return found
            if error.number not in UNSURE:
                kept.not_begun()
            raise

    def _found(self, post: Post, kept: Kept) -> Placed | None:
        """Links are rewritten there: the words are compared, of which the version's own are a part."""
        told = self._call("GET", "/2/statuses/user_timeline.json", {"count": str(_LISTED), "trim_user": "1"})
        for status in told.get("statuses", ()):
            if _bare(status["text"]) == _bare(text_of(post)) and not kept.is_anothers(str(status["idstr"])):
                return _placed(status)
        return None

    def _call(self, method: str, path: str, fields: dict[str, Any]) -> dict[str, Any]:
        values = {"access_token": self._token, **fields}
        address, body, headers, query = f"{self._address}{path}", None, dict[str, str](), ""
        if method == "GET":
            query = urlencode(values)
        elif any(isinstance(value, tuple) for value in values.values()):
            body, headers["Content-Type"] = encode_multipart_formdata(values)
        else:
            body = urlencode(values).encode()
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        status, answered = ask(method, address, headers=headers, body=body, query=query, places=self._places)
        try:
            told = json.loads(answered)
        except (ValueError, RecursionError):
            raise NoAnswerError(f"status {status}") from None
        if not isinstance(told, dict):
            raise NoAnswerError("not an object")
        if "error_code" in told:
            raise CallError(int(told["error_code"]))
        if status != 200:
            raise NoAnswerError(f"status {status}")
        return told


def text_of(post: Post) -> str:
    """Title, as much of the summary as there is room for, and the link."""
    room = LONGEST - len(post.title) - 3 - 12
    summary = post.summary if len(post.summary) <= room else post.summary[: max(0, room - 1)] + "…"
    return f"【{post.title}】{summary} {post.link}"


def _bare(words: str) -> str:
    return "".join(_LINK.sub("", words).split())


def _placed(status: dict[str, Any]) -> Placed:
    id_ = str(status["idstr"])
    if not id_.isdecimal():
        raise ValueError("no status")
    return Placed(id_, f"https://m.weibo.cn/status/{id_}")


def _told(error: CallError) -> HallError:
    made = HallError if error.number in LATER else RefusedError
    return made(error.code, status=502, **error.params)
