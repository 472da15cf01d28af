"""Who gets in: a terminal with its own key; nobody without a token, or with one that is not ours."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
import requests

from server.auth import Keys
from server.main import BASE, needs
from shared.domain.errors import HallError
from shared.domain.permissions import of_kind
from tests.fakes.hall import RunningHall
from tests.fakes.machine import Machine
from tests.server.test_auth import ROUTES, ask


@pytest.mark.parametrize("kind", ["kiosk", "counter", "display"])
def test_an_enrolled_terminal_may_what_its_kind_may(shared_hall: RunningHall, kind: str) -> None:
    machine = Machine.enrolled(shared_hall, kind, f"table {kind}")
    token = machine.token()
    for path, method, route in ROUTES:
        answer = ask(shared_hall, path, method, token)
        allowed = needs(route) in of_kind(kind)
        # A counter's terminal needs its person to sign in.
        proof = allowed and path.endswith("/sign-in")
        assert answer.status_code not in (401, 403) or proof or not allowed, (method, path, answer.status_code)
        if not allowed:
            assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted"), (method, path)


def test_nobody_gets_in_without_a_token(shared_hall: RunningHall) -> None:
    for path, method, _ in ROUTES:
        answer = ask(shared_hall, path, method, None)
        assert (answer.status_code, answer.json()["code"]) == (401, "token_missing"), (method, path)
        assert answer.headers["www-authenticate"] == "Bearer"
    for path in (f"{BASE}/health", f"{BASE}/openapi.json"):
        assert ask(shared_hall, path, "GET", None).status_code == 200


def test_a_refused_caller_changes_nothing(shared_hall: RunningHall) -> None:
    before = shared_hall.client("staff").health().seq
    for path, method, _ in ROUTES:
        ask(
            shared_hall,
            path,
            method,
            shared_hall.token("display") if method != "GET" and "receipts" not in path else None,
        )
    assert shared_hall.client("staff").counters()
    after = shared_hall.client("staff").health().seq
    assert after == before, "the only thing a display may write here, its own report, was not a whole one"


def _claims(token: str, **changed: object) -> str:
    prefix, payload, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))) | changed
    forged = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"{prefix}.{forged}.{signature}"


def test_forged_and_foreign_tokens_are_refused(shared_hall: RunningHall, tmp_path: Path) -> None:
    good = shared_hall.token("display")
    prefix, payload, signature = good.split(".")
    forged = [
        _claims(good, kind="admin"), _claims(good, exp=9e12), _claims(good), f"{prefix}.{payload}.",
        f"{prefix}.{payload}", f"{prefix}..{signature}", f"zt2.{payload}.{signature}", good + "=", good + ".x",
        good[:-1], good.upper(), "x", "..",
        f"{prefix}.{payload}.{signature[::-1]}", Keys.of(tmp_path).issue("admin", "other hall"), "é" * 40, "a" * 5000,
    ]  # fmt: skip
    for token in forged:
        answer = requests.get(
            f"{shared_hall.url}{BASE}/terminals",
            headers={"Authorization": b"Bearer " + token.encode("latin-1")},
            timeout=5,
        )
        assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid"), token
    for header in ("", "Bearer", "Bearer ", f"Basic {good}", good):
        answer = requests.get(f"{shared_hall.url}{BASE}/terminals", headers={"Authorization": header}, timeout=5)
        assert (answer.status_code, answer.json()["code"]) == (401, "token_missing"), header
    expired = Keys.of(shared_hall.data).issue("admin", "old", lifetime_s=-1)
    assert ask(shared_hall, f"{BASE}/terminals", "GET", expired).json()["code"] == "token_expired"
    assert ask(shared_hall, f"{BASE}/terminals", "GET", shared_hall.token("staff")).status_code == 200


def test_a_refusal_speaks_the_callers_language(shared_hall: RunningHall) -> None:
    said = {
        ask(shared_hall, f"{BASE}/terminals", "GET", None, **{"Accept-Language": language}).json()["detail"]
        for language in ("zh-CN", "en", "en-GB,en;q=0.8", "fr")
    }
    assert len(said) == 2


def test_a_key_file_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    token = Keys.of(tmp_path).issue("kiosk", "k1")
    assert Keys.of(tmp_path).check(token).label == "kiosk:k1"
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600
    with pytest.raises(HallError) as refused:
        Keys.of(tmp_path).issue("king", "k1")
    assert refused.value.code == "token_kind_unknown"


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
def test_a_damaged_key_file_stops_the_start_with_words(
    tmp_path: Path, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret.key").write_bytes(content)
    monkeypatch.setattr("server.auth.KEY_WAIT_S", 0.05)
    with pytest.raises(HallError) as refused:
        Keys.of(tmp_path)
    assert refused.value.code == "key_file_damaged"
    assert (tmp_path / "secret.key").read_bytes() == content, "an administrator may still restore it"


def test_the_same_person_is_found_under_every_document_and_by_no_other_hall(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    ours, theirs = Keys.of(tmp_path / "a"), Keys.of(tmp_path / "b")
    number = "11010519491231002X"
    assert ours.identity_key("resident", number) == ours.identity_key("social_security", number.lower())
    assert ours.identity_key("resident", number) != ours.identity_key("passport", number)
    assert ours.identity_key("resident", number) != theirs.identity_key("resident", number)
