"""Other providers that people may sign in through are registered, tried and switched on from the console."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton
from sqlalchemy import select

from admin_app.features.sign_on import rules, upstreams
from admin_app.features.sign_on.upstreams import fields_of, settings_of
from server.auth import Keys
from server.features.sign_on.models import UpstreamRow
from server.sealed import unseal
from shared.i18n import catalogue, languages
from shared.schemas.access import Me
from shared.schemas.upstreams import OAuth2Upstream, OidcUpstream, SecureAddress, Upstream, UpstreamCreate, UpstreamEdit
from shared.ui.widgets import SearchableTable
from tests.admin_app.conftest import Open
from tests.admin_app.stage import Console, rows
from tests.fakes.hall import RunningHall

SECRET = "what-the-provider-gave-us"
PARTS = st.sampled_from(
    ["http://", "https://", "127.0.0.1", "localhost", "a.test", "@", ":1", "/x", "#", " ", "x" * 300]
)
PATHS = st.from_regex(r"[a-z]{1,4}(\.[a-z]{1,4}){0,2}", fullmatch=True)
NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
OAUTH2 = st.builds(
    OAuth2Upstream,
    authorize_url=st.just("https://a.test/in"), token_url=st.just("https://a.test/token"), client_id=NAMES,
    userinfo_url=st.sampled_from(["", "https://a.test/me"]), scope=st.sampled_from(["", "a b"]), pkce=st.booleans(),
    client_id_name=NAMES, secret_name=NAMES, token_method=st.sampled_from(["POST", "GET"]),
    token_auth=st.sampled_from(["form", "basic"]), userinfo_more=st.dictionaries(NAMES, PATHS, max_size=3),
    authorize_more=st.dictionaries(NAMES, st.sampled_from(["", "a=b", "1 2"]), max_size=3), subject_path=PATHS,
    name_path=st.one_of(st.just(""), PATHS),
)  # fmt: skip
OIDC = st.builds(
    OidcUpstream, issuer=st.just("https://a.test"), client_id=NAMES, scope=st.sampled_from(["openid", "openid x"]),
    token_auth=st.sampled_from(["client_secret_basic", "client_secret_post"]),
    algorithms=st.sampled_from([["RS256"], ["RS256", "ES256"], ["PS256"]]),
)  # fmt: skip


@given(st.one_of(OIDC, OAUTH2))
def test_settings_are_the_same_after_the_form(settings: OidcUpstream | OAuth2Upstream) -> None:
    fields = fields_of(settings)
    assert settings_of(fields) == settings
    assert rules.named_values(fields["authorize_more"]) is None and rules.named_paths(fields["userinfo_more"]) is None


@given(st.lists(PARTS, max_size=6).map("".join))
def test_an_address_is_good_here_exactly_when_the_server_takes_it(text: str) -> None:
    try:
        TypeAdapter(SecureAddress).validate_python(text.strip())
        taken = True
    except ValidationError:
        taken = not text.strip()
    assert (rules.secure_address(text) is None) == taken


def test_a_line_of_parameters_that_is_wrong_is_named() -> None:
    assert rules.named_paths("openid=openid\nlang = zh") is None
    assert rules.named_paths("openid=openid\nlang=a b") == ("registry.fault.pair", {"n": 2})
    assert rules.named_values("a=1\na=2") == ("registry.fault.pair", {"n": 2})
    assert rules.named_values("nothing to give") == ("registry.fault.pair", {"n": 1})


def test_everything_has_words() -> None:
    texts = ("key", "name", "name_en", "issuer", "client_id", "secret", "scope", "authorize_fragment")
    texts += (*upstreams.ADDRESSES, *upstreams.PATHS, *upstreams.NAMES, *upstreams.PAIRS)
    keys = {f"registry.upstream.{what}_{name}" for name in texts for what in ("field", "hint")}
    keys |= {f"registry.upstream.field_{name}" for name in (*upstreams.OIDC, *upstreams.OAUTH2, "kind", "auth")}
    keys |= {
        f"registry.fault.{name}" for name in ("secure", "key", "parameter", "path", "fragment", "algorithm", "dots")
    }
    assert {(key, code) for key in keys for code in languages() if catalogue().template(key, code) is None} == set()


@pytest.fixture
def page(console: Console) -> Iterator[Console]:
    """The console with the tab of other providers open."""
    console.app.frame.open("sign_on", "upstream")
    console.wait(lambda: console.app.sign_on.upstreams.state.loaded and console.app.sign_on.state.may_change)
    yield console
    console.app.sign_on.discard_all()
    console.app.sign_on.upstreams.select("")


def known(hall: RunningHall, key: str) -> Upstream | None:
    return next((item for item in hall.client("admin").sign_on_upstreams() if item.key == key), None)


def register(hall: RunningHall, key: str, issuer: str = "https://provider.test") -> Upstream:
    settings = OidcUpstream(issuer=issuer, client_id="hall")
    wanted = UpstreamCreate(key=key, name=key, settings=settings, secret=SECRET)
    return hall.client("admin", "colleague").add_sign_on_upstream(wanted)


def choose(console: Console, item: Upstream) -> None:
    table = console.find(SearchableTable, "upstreams_table")
    console.wait(lambda: table.select(str(item.id)))
    console.wait(lambda: console.find(QLineEdit, "upstream_name").text() == item.name)


def test_a_provider_is_registered_tried_and_switched_on(page: Console, shared_hall: RunningHall) -> None:
    page.click("add_upstream")
    page.type("upstream_key", "ourselves")
    page.type("upstream_name", "另一个大厅")
    page.type("upstream_issuer", "http://far-away.test")
    page.type("upstream_client_id", "hall")
    page.type("upstream_secret", SECRET)
    page.click("upstream_save")
    assert known(shared_hall, "ourselves") is None, "secrets go by https only"
    page.type("upstream_issuer", shared_hall.url)
    page.click("upstream_save")
    page.wait(lambda: page.there("upstream_check"))
    made = known(shared_hall, "ourselves")
    assert made is not None and made.has_secret and not made.enabled
    assert made.settings == OidcUpstream(issuer=shared_hall.url, client_id="hall")
    page.wait(lambda: page.find(QPushButton, "upstream_check").isEnabled())
    said: list[str] = []
    page.app.sign_on.upstreams.saved.connect(said.append)
    page.click("upstream_check")
    page.wait(lambda: bool(said))
    assert not page.there("upstream_refusal")
    page.click("upstream_restore")
    page.wait(lambda: page.there("upstream_retire"))
    assert rows(page.find(SearchableTable, "upstreams_table"))["另一个大厅"]["tone"] == "ok"
    page.wait(lambda: getattr(known(shared_hall, "ourselves"), "enabled", False))
    page.click("upstream_retire")
    page.wait(lambda: page.app.window.findChild(QPushButton, "retire_yes") is not None)
    page.click("retire_yes")
    page.wait(lambda: page.there("upstream_restore"))


def test_a_provider_that_does_not_answer_is_told(page: Console, shared_hall: RunningHall) -> None:
    choose(page, register(shared_hall, "not-there", "http://127.0.0.1:9"))
    page.wait(lambda: page.find(QPushButton, "upstream_check").isEnabled())
    page.click("upstream_check")
    page.wait(lambda: page.there("upstream_refusal"))


def test_only_what_belongs_to_the_kind_is_asked_for(page: Console, shared_hall: RunningHall) -> None:
    page.click("add_upstream")
    kind = page.find(QComboBox, "upstream_kind")
    kind.setCurrentIndex(kind.findData("oauth2"))
    page.wait(lambda: page.there("upstream_authorize_url"))
    assert not page.there("upstream_issuer")
    page.type("upstream_key", "social")
    page.type("upstream_name", "Social")
    page.type("upstream_client_id", "wx1")
    page.type("upstream_authorize_url", "https://open.test/in")
    page.type("upstream_token_url", "https://open.test/token")
    page.click("upstream_save")
    assert known(shared_hall, "social") is None, "where the person stands in the answer must be known"
    page.type("upstream_subject_path", "data.openid")
    page.click("upstream_save")
    page.wait(lambda: known(shared_hall, "social") is not None)
    made = known(shared_hall, "social")
    assert made is not None and isinstance(made.settings, OAuth2Upstream)
    assert made.settings.subject_path == "data.openid" and not made.has_secret


def test_another_address_wants_its_secret(page: Console, shared_hall: RunningHall) -> None:
    made = register(shared_hall, "moving")
    choose(page, made)
    page.type("upstream_issuer", "https://elsewhere.test")
    page.click("upstream_save")
    page.wait(lambda: page.app.sign_on.upstreams.state.refused_field == "secret")
    page.type("upstream_secret", "another-secret")
    page.click("upstream_save")
    page.wait(lambda: not page.there("upstream_unsaved"))
    moved = known(shared_hall, "moving")
    assert moved is not None and moved.settings.client_id == "hall"
    assert isinstance(moved.settings, OidcUpstream) and moved.settings.issuer == "https://elsewhere.test"
    assert page.find(QLineEdit, "upstream_secret").text() == "", "it is not shown again"


def kept_secret(hall: RunningHall, item: Upstream) -> str | None:
    """What the server would send to the provider."""
    (sealed,) = hall.execute(select(UpstreamRow.secret_cipher).where(UpstreamRow.id == item.id))[0]
    return unseal(Keys.of(hall.data).vault, "upstreams.secret_cipher", item.id, sealed)


def test_a_typed_secret_is_sent_as_typed_wherever_one_has_been_meanwhile(
    page: Console, shared_hall: RunningHall
) -> None:
    made, other = register(shared_hall, "left-and-found"), register(shared_hall, "looked-up")
    choose(page, made)
    secret = page.find(QLineEdit, "upstream_secret")
    empty = secret.placeholderText()
    page.type("upstream_secret", "typed-once")
    choose(page, other)
    assert (secret.text(), secret.placeholderText()) == ("", empty)
    choose(page, made)
    assert secret.text() == "", "nothing stands there that could be sent instead of it"
    assert secret.placeholderText() not in ("", empty), "but it is told that it is not lost"
    page.type("upstream_name", "Left and found")
    page.click("upstream_save")
    page.wait(lambda: not page.there("upstream_unsaved"))
    assert kept_secret(shared_hall, made) == "typed-once"
    assert (secret.text(), secret.placeholderText()) == ("", empty)


def test_whoever_types_a_secret_is_not_interrupted(page: Console, shared_hall: RunningHall) -> None:
    made = register(shared_hall, "interrupted")
    choose(page, made)
    page.type("upstream_secret", "first-half")
    colleague = shared_hall.client("admin", "colleague")
    edited = colleague.edit_sign_on_upstream(made.id, UpstreamEdit(version=made.version, name="Renamed"))
    page.app.sign_on.upstreams.load()
    page.wait(lambda: page.find(QLineEdit, "upstream_name").text() == edited.name)
    secret = page.find(QLineEdit, "upstream_secret")
    QTest.keyClicks(secret, "-second")
    page.click("upstream_save")
    page.wait(lambda: not page.there("upstream_unsaved"))
    assert kept_secret(shared_hall, made) == "first-half-second"
    page.type("upstream_secret", "not this")
    page.type("upstream_secret", "")
    assert not page.there("upstream_unsaved"), "what was taken out again changes nothing"


def test_dots_are_no_secret(page: Console, shared_hall: RunningHall) -> None:
    """As copied from a page that hides the secret."""
    made = register(shared_hall, "copied-dots")
    choose(page, made)
    page.type("upstream_secret", "\N{BULLET}" * 8)
    assert page.find(QLineEdit, "upstream_secret").property("role") == "error"
    assert not page.find(QPushButton, "upstream_save").isEnabled()
    page.type("upstream_name", "Copied dots")
    page.click("upstream_save")
    assert page.app.sign_on.upstreams.state.dirty, "not sent while they stand there"
    assert kept_secret(shared_hall, made) == SECRET
    page.type("upstream_secret", "")
    page.click("upstream_save")
    page.wait(lambda: not page.there("upstream_unsaved"))
    assert kept_secret(shared_hall, made) == SECRET


def test_a_typed_secret_never_lies_on_the_disk(open_console: Open, shared_hall: RunningHall) -> None:
    """Drafts are kept from one day to the next; what must stay secret is not."""
    made = register(shared_hall, "overnight")
    console = open_console(shared_hall)
    console.app.frame.open("sign_on", "upstream")
    choose(console, made)
    console.type("upstream_secret", "typed-in-the-evening")
    console.type("upstream_name", "Evening")
    console.app.sign_on.flush()
    folder = console.data
    console.stop()
    kept = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    assert any(b"Evening" in content for content in kept)
    assert not any(b"typed-in-the-evening" in content for content in kept)
    later = open_console(shared_hall)
    later.app.frame.open("sign_on", "upstream")
    later.wait(lambda: later.app.sign_on.upstreams.state.loaded)
    later.app.sign_on.upstreams.select(str(made.id))
    later.wait(lambda: later.find(QLineEdit, "upstream_name").text() == "Evening")
    assert later.find(QLineEdit, "upstream_secret").text() == ""


def test_who_may_only_look_changes_nothing(page: Console, shared_hall: RunningHall) -> None:
    choose(page, register(shared_hall, "looked-at"))
    page.app.sign_on.set_me(Me(kind="user", name="x", permissions=["sign_on:view"]))
    page.wait(lambda: page.there("upstream_locked"))
    assert not page.there("add_upstream") and not page.there("upstream_save") and not page.there("upstream_check")
    page.app.sign_on.set_me(Me(kind="user", name="x", permissions=["sign_on:view", "sign_on:change"]))
    assert page.there("upstream_save")
