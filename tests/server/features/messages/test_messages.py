"""A message leaves once, by the hall's channel, and what names a person stays sealed until then and is gone after."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import select, text

from server.database import Writer
from server.features.messages import service
from server.features.messages.models import MessageRow, MessageSettingsRow
from server.features.messages.service import Recipient
from server.features.sign_on import outgoing
from shared.domain.errors import HallError
from shared.schemas.messages import HIDDEN, Gateway, MessageSettingsEdit
from tests.fakes.gateway import message_gateway
from tests.server.features.messages.conftest import PHONE, WHO, Post

ME = Recipient(PHONE, "one")
FORM = dict(content="form", body="mobile={phone}&text={text}&key={secret}")


def bodies(post: Post) -> list[bytes | None]:
    return post.desk.read(lambda r: list(r.session.scalars(select(MessageRow.body_cipher))))


@pytest.fixture(autouse=True)
def about_nobodys_ticket(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether a call is still true is asked where there is one (``reminders``), in processes that know how."""
    for kind in list(service.STILL_TRUE):
        monkeypatch.delitem(service.STILL_TRUE, kind)


def test_a_message_is_told_once_sealed_until_it_is_sent_and_forgotten_after(post: Post) -> None:
    params = dict(number="A017", counter="3", place="1F")
    assert post.tell("called", ME, **params)
    assert not post.tell("called", ME, **params), "the same thing twice"
    with post.desk.database.engine.connect() as connection:
        for table in ("messages", "deliveries", "events"):
            kept = str(connection.execute(text(f"SELECT * FROM {table}")).all())
            assert PHONE not in kept and "A017" not in kept
    assert [entry.state for entry in post.listed()] == ["waiting"]
    assert post.carry() == 1
    (line,) = post.file.splitlines()
    said = json.loads(line)
    assert "A017" in said["text"] and "{" not in said["text"]
    assert said["phone"] == "138****8000" and PHONE not in post.file
    assert (post.folder / "messages.jsonl").stat().st_mode & 0o777 == 0o600
    (entry,) = post.listed()
    assert (entry.state, entry.phone_masked, entry.attempts) == ("done", "138****8000", 1)
    assert bodies(post) == [None]
    assert post.carry() == 0


def test_who_wants_none_gets_none_even_what_is_on_its_way(post: Post) -> None:
    def refuse(refused: bool) -> None:
        post.desk.database.write(lambda w: service.refuse(w, "+86 138 0013 8000", refused, WHO))

    assert post.tell("called", ME)
    refuse(True)
    assert not post.tell("near", ME)
    post.carry()
    assert (post.file, [entry.state for entry in post.listed()]) == ("", ["dropped"])
    refuse(False)
    assert post.tell("near", ME)
    post.desk.clock.forward(days=2)
    post.carry()
    assert post.file == "", "what comes too late is worse than nothing"
    with pytest.raises(HallError) as wrong:
        post.tell("near", Recipient("010-12345678", "two"))
    assert wrong.value.code == "mobile_wrong"
    post.set_up(channel="off")
    assert not post.tell("called", Recipient(PHONE, "three"))


def test_a_gateway_gets_what_it_wants_and_is_believed_only_when_it_says_so(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "READ_S", 0.3)
    with message_gateway() as gateway:
        how: dict[str, Any] = dict(
            address=gateway.address, headers={"X-Key": "{secret}", "X-Time": "{timestamp}"}, signed=True,
            body='{"to": ["{phone}"], "text": "{text}", "vars": {"n": "{number}"}, "ref": "{id}"}',
            ok_path="result.code", ok_value="0",
        )  # fmt: skip
        own = {"called": {"zh": 'go "{number}" \\ {counter}', "en": ""}}
        shown = post.set_up(channel="http", gateway=how, secret="s3cret-word", templates=own)
        assert shown.has_secret and "s3cret-word" not in shown.model_dump_json()
        post.tell("called", ME, number="A017", counter="3", place="")
        faults = []
        for mood in ("refuses", "away", "rubbish", "silent"):
            gateway.mood = mood
            post.carry()
            (entry,) = post.listed()
            assert (entry.state, bodies(post)[0] is not None) == ("waiting", True)
            faults.append(entry.fault.split()[0])
            assert post.carry() == 0, "not at once again"
            post.desk.clock.forward(minutes=10)
        assert faults == ["message_refused", "message_refused", "message_no_answer", "message_no_answer"]
        assert PHONE not in str([entry.fault for entry in post.listed()])
        gateway.mood = "takes"
        post.carry()
        assert [entry.state for entry in post.listed()] == ["done"]
        assert len({json.loads(asked.body)["ref"] for asked in gateway.asked}) == 1, "the same message each time"
        last = gateway.asked[-1]
        body = json.loads(last.body)
        assert (body["to"], body["text"], body["vars"]) == ([PHONE], 'go "A017" \\ 3', {"n": "A017"})
        assert last.headers["x-key"] == "s3cret-word"
        signed = f"{last.headers['x-zhiting-timestamp']}\n{last.body}".encode()
        mac = hmac.new(b"s3cret-word", signed, hashlib.sha256).hexdigest()
        assert hmac.compare_digest(last.headers["x-zhiting-signature"], mac)
        # A form, and what becomes of one that nobody takes: given up, told of, and sent again by hand.
        post.set_up(gateway=how | FORM | {"signed": False, "headers": {}})
        gateway.mood = "away"
        post.tell("near", Recipient(PHONE, "two", good_for=timedelta(days=9)), number="A 1&2")
        for _ in range(10):
            post.carry()
            post.desk.clock.forward(hours=2)
        (entry,) = post.listed("given_up")
        assert entry.again and entry.attempts == 10
        gateway.mood = "takes"
        post.desk.database.write(lambda w: service.again(w, entry.id, WHO))
        post.carry()
        assert "A%201%262" in gateway.asked[-1].body and gateway.asked[-1].body.endswith("&key=s3cret-word")
        assert post.listed("given_up") == []
        with pytest.raises(HallError) as over:
            post.desk.database.write(lambda w: service.again(w, entry.id, WHO))
        assert over.value.code == "message_over"


def test_settings_that_could_send_nothing_or_give_a_secret_away_are_refused(post: Post) -> None:
    good = dict(address="https://sms.example/send", **FORM)
    post.set_up(channel="http", gateway=good, secret="s3cret-word")

    def refused(**rules: Any) -> str:
        with pytest.raises(HallError) as error:
            post.set_up(**rules)
        return error.value.code

    assert refused(gateway=good | {"address": "https://elsewhere.example/"}) == "upstream_secret_needed"
    assert refused(base="https://hall.example", gateway=good | {"address": "http://127.0.0.1/"}, secret="x") == (
        "upstream_address_here"
    )
    assert refused(gateway=good | {"address": ""}, secret="") == "message_address_missing"
    assert refused(gateway=good | {"body": "a={nonsense}"}) == "message_name_unknown"
    assert refused(gateway=good | {"content": "json", "body": '{"a": {phone}'}) == "message_body_wrong"
    assert refused(gateway=good | {"content": "json", "body": '"{text}"', "method": "GET"}) == "message_body_wrong"
    assert refused(gateway=good | {"headers": {"X-To": "{phone}"}}) == "message_header_personal"
    assert refused(templates={"nonsense": {"zh": "x"}}) == "message_kind_unknown"
    assert refused(templates={"near": {"zh": "{counter}"}}) == "message_name_unknown"
    assert refused(version=0) == "changed_meanwhile"
    for address in ("http://sms.example/send", "ftp://sms.example", "https://a@sms.example"):
        with pytest.raises(ValidationError):
            MessageSettingsEdit.model_validate({"version": 1, "gateway": {"address": address}})
    assert post.set_up(near_ahead=5).near_ahead == 5


def test_what_may_be_a_secret_is_sealed_and_shown_only_as_being_there(post: Post) -> None:
    headers = {"X-App": "app-k3y", "Authorization": "Bearer {secret}", "Accept": "application/json"}
    good = dict(address="https://sms.example/send?token=t0k3n", headers=headers, **FORM)
    shown = post.set_up(channel="http", gateway=good, secret="s3cret-word")
    with post.desk.database.engine.connect() as connection:
        for table in ("message_settings", "audit"):
            kept = str(connection.execute(text(f"SELECT * FROM {table}")).all())
            assert all(secret not in kept for secret in ("app-k3y", "t0k3n", "s3cret-word"))
            assert "sms.example" in kept
    assert shown.gateway.headers == headers | {"X-App": HIDDEN}
    assert shown.gateway.address == f"https://sms.example/send?{HIDDEN}"

    def used() -> Gateway:
        found: Gateway = post.desk.read(service.gateway)
        return found

    assert (used().address, used().headers) == (good["address"], headers)
    # Sent back as it was shown, all stays as it was, whatever else changes.
    back = post.set_up(near_ahead=5)
    assert (back.near_ahead, used().address, used().headers) == (5, good["address"], headers)

    def refused(**gateway: Any) -> str:
        with pytest.raises(HallError) as error:
            post.set_up(gateway=shown.gateway.model_dump() | gateway, secret="known anew")
        return error.value.code

    # Who does not know what is hidden gets it sent nowhere else, and under no other name.
    assert refused(address="https://elsewhere.example/") == "upstream_secret_needed"
    assert refused(headers={"X-Other": HIDDEN}) == "message_header_hidden"
    assert refused(address=f"https://elsewhere.example/?{HIDDEN}") == "message_header_hidden"

    # What an older version kept in clear is sealed by the next sweep, and used meanwhile.
    def as_it_was(writer: Writer) -> None:
        row = writer.session.get_one(MessageSettingsRow, writer.hall_id)
        row.settings = row.settings | {"gateway": Gateway.model_validate(good).model_dump()}
        row.gateway_cipher = None
        writer.touch_catalogue()

    post.desk.database.write(as_it_was)
    assert used().headers == headers
    post.desk.database.write(service.forget_old)
    with post.desk.database.engine.connect() as connection:
        assert "app-k3y" not in str(connection.execute(text("SELECT * FROM message_settings")).all())
    assert used().headers == headers
