"""Passwords: argon2id hashes, and what a policy refuses."""

from __future__ import annotations

import asyncio
import re
import secrets
import unicodedata
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from pathlib import Path
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from shared.domain.errors import HallError
from shared.schemas.access import PasswordRules

LONGEST: Final = 256
# RFC 9106 with the memory OWASP names as the least; a proof costs some 20 ms of one core.
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Its own threads: a flood of sign-ins must not take those that read the database, nor all the memory.
_THREADS: Final = ThreadPoolExecutor(2, "ThreadPoolExecutor-passwords")
_COMMON = Path(__file__).resolve().parents[3] / "assets" / "passwords" / "common.txt"
_LOOKS_LIKE = str.maketrans("03457@$!", "oeastasi")
# Neither 0 and O nor 1, l and I: somebody reads it to somebody else.
_LOWER, _UPPER, _DIGITS = "abcdefghjkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789"
# Letters beside the common words that make a password one's own.
_OWN_LETTERS = 4
_ROWS = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "01234567890")


def hash_now(password: str) -> str:
    """The argon2id hash; blocks for some 20 ms."""
    return _HASHER.hash(_plain(password))


def verify_now(hashed: str | None, password: str) -> bool:
    """Whether it is the password. Without a hash the answer is no, and takes as long."""
    try:
        good = _HASHER.verify(hashed or _nobodys(), _plain(password[:LONGEST]))
    except (Argon2Error, InvalidHashError):
        return False
    return good and hashed is not None


async def hash_password(password: str) -> str:
    return await asyncio.get_running_loop().run_in_executor(_THREADS, hash_now, password)


async def verify(hashed: str | None, password: str) -> bool:
    return await asyncio.get_running_loop().run_in_executor(_THREADS, verify_now, hashed, password)


async def check_new(
    rules: PasswordRules, password: str, username: str, earlier: Sequence[str], current: str | None
) -> str:
    """The hash of a new password; HallError when the policy refuses it or it was had before."""
    return await asyncio.get_running_loop().run_in_executor(
        _THREADS, partial(_check_new, rules, password, username, earlier, current)
    )


def _check_new(rules: PasswordRules, password: str, username: str, earlier: Sequence[str], current: str | None) -> str:
    check_rules(rules, password, username)
    hashes = [hashed for hashed in (current, *earlier[: rules.history]) if hashed]
    if any(verify_now(hashed, password) for hashed in hashes):
        raise HallError("password_had_before", status=422, history=rules.history)
    return hash_now(password)


def check_rules(rules: PasswordRules, password: str, username: str) -> None:
    """HallError when the policy refuses the password, whatever was had before."""
    plain = _plain(password)
    if len(plain) < rules.length:
        raise HallError("password_too_short", status=422, length=rules.length)
    if len(plain) > LONGEST:
        raise HallError("password_too_long", status=422, length=LONGEST)
    kinds = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^a-zA-Z0-9]")
    if sum(re.search(kind, plain) is not None for kind in kinds) < rules.classes:
        raise HallError("password_too_plain", status=422, classes=rules.classes)
    folded = plain.casefold()
    if len(username) >= 3 and username.casefold() in folded:
        raise HallError("password_holds_name", status=422)
    if is_common(folded):
        raise HallError("password_common", status=422)


def is_common(password: str) -> bool:
    """Whether hardly anything is left of it beside common words, rows of keys and repetitions."""
    folded = password.casefold()
    if len(set(folded)) <= 4:
        return True
    words = sorted(_common_words(), key=len, reverse=True)
    for text in {folded, folded.translate(_LOOKS_LIKE)}:
        letters = re.sub(r"[\W\d_]", "", text)
        for word in words:
            letters = letters.replace(word, "")
        if len(_without_rows(letters)) < _OWN_LETTERS and len(_without_rows(text, words)) < 2 * _OWN_LETTERS:
            return True
    return False


def one_time_password(length: int = 12) -> str:
    """A random password that any policy takes and that can be read out: letters, digits, a sign."""
    while True:
        body = "".join(secrets.choice(_LOWER + _UPPER + _DIGITS) for _ in range(max(length, 12)))
        parts = "-".join(body[place : place + 4] for place in range(0, len(body), 4))
        if all(set(parts) & set(kind) for kind in (_LOWER, _UPPER, _DIGITS)) and not is_common(parts):
            return parts


def _without_rows(text: str, words: Sequence[str] = ()) -> str:
    """What is left beside common words and pieces of a row of three and more keys, either way."""
    for word in words:
        text = text.replace(word, "")
    for row in (*_ROWS, *(row[::-1] for row in _ROWS)):
        for size in range(len(row), 2, -1):
            for begin in range(len(row) - size + 1):
                text = text.replace(row[begin : begin + size], "")
    return re.sub(r"(.)\1{2,}", "", text)


@cache
def _common_words() -> frozenset[str]:
    lines = _COMMON.read_text("utf-8").splitlines()
    return frozenset(line for line in lines if len(line) >= 3 and not line.startswith("#"))


@cache
def _nobodys() -> str:
    """What the password of somebody unknown is compared with, so that it takes the same time."""
    return _HASHER.hash(secrets.token_urlsafe())


def _plain(password: str) -> str:
    # The same letters typed on two systems may come composed or not.
    return unicodedata.normalize("NFC", password)
