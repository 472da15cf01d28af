"""Other providers are registered over HTTP; their secret goes in and never comes out."""

from __future__ import annotations

from uuid import uuid4

import pytest
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select

from server.audit import Actor, AuditRow
from server.features.sign_on.models import UpstreamRow
from server.features.sign_on.upstream import registry
from server.features.sign_on.upstream.oidc import address_in
from server.features.sign_on.upstream.person import WrongAnswerError
from shared.domain.errors import HallError
from shared.schemas.upstreams import OAuth2Upstream, OidcUpstream, SecureAddress, Upstream, UpstreamCreate, UpstreamEdit
from tests.fakes.hall import RunningHall, free_port
from tests.server.conftest import Desk

SECRET = "what the provider gave us"


def wanted(key: str, issuer: str = "https://provider.test", secret: str = SECRET) -> UpstreamCreate:
    return UpstreamCreate(key=key, name="省平台", settings=OidcUpstream(issuer=issuer, client_id="hall"), secret=secret)


def test_a_provider_is_added_changed_and_never_gives_its_secret_away(shared_hall: RunningHall) -> None:
    office = shared_hall.client("admin")
    made = office.add_sign_on_upstream(wanted("province"))
    assert (made.has_secret, made.enabled, made.links) == (True, False, 0)
    assert made.redirect_uri == f"{shared_hall.url}/upstream/province/callback"
    assert "secret" not in Upstream.model_fields and SECRET not in repr(wanted("x1"))
    (sealed,) = shared_hall.execute(select(UpstreamRow.secret_cipher).where(UpstreamRow.id == made.id))[0]
    assert sealed and SECRET.encode() not in sealed
    changed = office.edit_sign_on_upstream(made.id, UpstreamEdit(version=0, name_en="Province", enabled=True))
    assert (changed.enabled, changed.has_secret, changed.version) == (True, True, 1)
    assert changed in office.sign_on_upstreams()
    with pytest.raises(HallError) as stale:
        office.edit_sign_on_upstream(made.id, UpstreamEdit(version=0, enabled=False))
    with pytest.raises(HallError) as taken:
        office.add_sign_on_upstream(wanted("province"))
    with pytest.raises(HallError) as missing:
        office.edit_sign_on_upstream(uuid4(), UpstreamEdit(version=0))
    assert [e.value.code for e in (stale, taken, missing)] == [
        "changed_meanwhile", "upstream_key_taken", "upstream_missing",
    ]  # fmt: skip
    trail = [tuple(row) for row in shared_hall.execute(select(AuditRow.action, AuditRow.detail))]
    assert {"sign_on.upstream_added", "sign_on.upstream_changed"} <= {action for action, _ in trail}
    assert not any(SECRET in detail for _, detail in trail)


def test_a_secret_is_not_sent_to_an_address_that_came_without_it(shared_hall: RunningHall) -> None:
    office = shared_hall.client("admin")
    made = office.add_sign_on_upstream(wanted("guarded"))
    evil = OidcUpstream(issuer="https://evil.test", client_id="hall")
    with pytest.raises(HallError) as refused:
        office.edit_sign_on_upstream(made.id, UpstreamEdit(version=0, settings=evil))
    assert refused.value.code == "upstream_secret_needed"
    # The same address with other settings keeps it.
    same = OidcUpstream(issuer="https://provider.test", client_id="hall", scope="openid")
    assert office.edit_sign_on_upstream(made.id, UpstreamEdit(version=0, settings=same)).has_secret
    moved = office.edit_sign_on_upstream(made.id, UpstreamEdit(version=1, settings=evil, secret=""))
    assert not moved.has_secret


@pytest.mark.parametrize("address", ["http://127.0.0.1:5432/", "https://localhost/x", "http://[::1]:631"])
def test_a_hall_that_others_reach_asks_nothing_of_its_own_machine(desk: Desk, address: str) -> None:
    vault, who = desk.context.keys.vault, Actor("user:li")
    desk.database.audit_key = desk.context.keys.audit

    def add(base: str, issuer: str) -> Upstream:
        return desk.database.write(lambda w: registry.add(w, vault, base, wanted("here", issuer), who))

    with pytest.raises(HallError) as refused:
        add("http://hall.example:8300", address)
    assert refused.value.code == "upstream_address_here"
    made = add("http://hall.example:8300", "https://provider.test")
    moved = UpstreamEdit(version=0, settings=OidcUpstream(issuer=address, client_id="hall"), secret="new")
    with pytest.raises(HallError) as moving:
        desk.database.write(lambda w: registry.edit(w, vault, "http://hall.example:8300", made.id, moved, who))
    assert moving.value.code == "upstream_address_here"
    # A hall on nobody's network but its own, as in tests and at a demonstration.
    desk.database.write(lambda w: registry.edit(w, vault, "http://127.0.0.1:8300", made.id, moved, who))


@pytest.mark.parametrize("field", ["authorize_url", "token_url", "userinfo_url"])
def test_no_address_of_a_provider_moves_without_the_secret_and_the_trail_names_them_all(
    shared_hall: RunningHall, field: str
) -> None:
    """Tokens go to some and people to others: whoever only may change the registry leads neither astray."""
    office = shared_hall.client("admin")
    settings = OAuth2Upstream(
        authorize_url="https://open.test/a", token_url="https://open.test/t", userinfo_url="https://open.test/u",
        client_id="hall", subject_path="openid",
    )  # fmt: skip
    key = "moves-" + field.replace("_", "-")
    made = office.add_sign_on_upstream(UpstreamCreate(key=key, name="某平台", settings=settings, secret=SECRET))
    evil = settings.model_copy(update={field: "https://evil.test/x"})
    with pytest.raises(HallError) as refused:
        office.edit_sign_on_upstream(made.id, UpstreamEdit(version=0, settings=evil))
    assert refused.value.code == "upstream_secret_needed"
    office.edit_sign_on_upstream(made.id, UpstreamEdit(version=0, settings=evil, secret=SECRET))
    told = [row[0] for row in shared_hall.execute(select(AuditRow.detail).where(AuditRow.subject == key))]
    assert len(told) == 2 and "https://evil.test/x" in told[1]
    assert all(address in told[0] for address in ("https://open.test/a", "https://open.test/t", "https://open.test/u"))


def test_an_oauth2_like_provider_is_described_by_names_and_paths(shared_hall: RunningHall) -> None:
    office = shared_hall.client("admin")
    settings = OAuth2Upstream(
        authorize_url="https://open.test/connect/qrconnect", token_url="https://open.test/sns/oauth2/access_token",
        userinfo_url="https://open.test/sns/userinfo", client_id="wx123", client_id_name="appid", secret_name="secret",
        token_method="GET", userinfo_token_name="access_token", userinfo_more={"openid": "openid"},
        authorize_fragment="wechat_redirect", subject_path="openid", name_path="nickname",
    )  # fmt: skip
    made = office.add_sign_on_upstream(UpstreamCreate(key="social", name="社交", settings=settings, secret=SECRET))
    assert made.settings == settings


def test_whether_a_provider_is_there_is_asked(shared_hall: RunningHall) -> None:
    office = shared_hall.client("admin")
    there = office.add_sign_on_upstream(wanted("there", shared_hall.url))
    office.check_sign_on_upstream(there.id)
    away = office.add_sign_on_upstream(wanted("away", f"http://127.0.0.1:{free_port()}"))
    other = office.add_sign_on_upstream(wanted("other-name", shared_hall.url + "/"))
    told = []
    for one in (away, other):
        with pytest.raises(HallError) as refused:
            office.check_sign_on_upstream(one.id)
        told.append((refused.value.code, refused.value.params))
    # One word for all: what listens on the server's own machine is not found out by asking.
    assert told == [("upstream_check_failed", {})] * 2


@pytest.mark.parametrize(
    "address",
    [
        "http://provider.test", "http://localhost.evil.test", "https://user@provider.test", "https://", "ftp://x",
        "http://127.0.0.1@evil.test", "http://[::ffff:8.8.8.8]", "https://provider.test/#x", "http://10.0.0.1",
    ],
)  # fmt: skip
def test_secrets_travel_by_https_alone(address: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(SecureAddress).validate_python(address)


@pytest.mark.parametrize("name", ["token_endpoint", "jwks_uri"])
def test_a_provider_elsewhere_names_no_address_of_this_machine(name: str) -> None:
    said = {name: "http://127.0.0.1:6379/"}
    assert address_in(said, name, "http://127.0.0.1:9") == said[name]
    for loopback in ("http://127.0.0.1:6379/", "https://localhost/x", "https://[::1]/"):
        with pytest.raises(WrongAnswerError):
            address_in({name: loopback}, name, "https://provider.test")
    assert address_in({name: "https://keys.test/"}, name, "https://provider.test") == "https://keys.test/"


@pytest.mark.parametrize("address", ["https://provider.test/a?b=c", "http://127.0.0.1:1", "http://[::1]/x"])
def test_https_and_this_very_machine_are_good(address: str) -> None:
    assert TypeAdapter(SecureAddress).validate_python(address) == address
