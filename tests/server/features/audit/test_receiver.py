"""Where copies of the trail go is the auditors' to say, also where nobody holds two duties."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from server.main import BASE
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.schemas.access import SecurityPolicy
from tests.fakes.hall import RunningHall
from tests.fakes.people import add_account, signed_in

AUDIT = ("receiver-auditor", "auditor")
SECURITY = ("receiver-security", "security_administrator")
SYSTEM = ("receiver-system", "system_administrator")
HERE = "tcp://[2001:db8::1]:601"


def put(hall: RunningHall, token: str, path: str, body: dict[str, Any]) -> tuple[int, str]:
    answer = requests.put(
        f"{hall.url}{BASE}{path}", json=body, headers={"Authorization": f"Bearer {token}"}, timeout=10
    )
    return answer.status_code, "" if answer.ok else answer.json()["code"]


@pytest.fixture
def apart(shared_hall: RunningHall) -> RunningHall:
    for name, role in (AUDIT, SECURITY, SYSTEM):
        add_account(shared_hall, name, role=role)
    shared_hall.client("admin").set_policy(SecurityPolicy(three_administrators=True))
    return shared_hall


def test_the_auditor_says_where_copies_go_and_no_other_administrator(apart: RunningHall) -> None:
    with signed_in(apart, AUDIT[0]) as person:
        auditor = HallClient(apart.url, person)
        assert auditor.set_audit_receiver(HERE).target == HERE
        for wrong in ("http://host", "udp://", "host:514", "tcp://host:99999"):
            with pytest.raises(HallError) as refused:
                auditor.set_audit_receiver(wrong)
            assert (refused.value.code, refused.value.status) == ("syslog_address_wrong", 422)
        assert put(apart, person.token(), "/policy", {"syslog": ""}) == (403, "not_permitted")
        for name in (SECURITY[0], SYSTEM[0]):
            with signed_in(apart, name) as other:
                assert put(apart, other.token(), "/audit/receiver", {"target": ""}) == (403, "not_permitted")
        with signed_in(apart, SECURITY[0]) as security:
            # As a console of before did: the rest of the policy is theirs, this is passed over.
            three = {"three_administrators": True, "syslog": "udp://elsewhere:514"}
            assert put(apart, security.token(), "/policy", three) == (200, "")
        assert auditor.audit_state().target == HERE, "the policy and where copies go do not touch each other"
        assert auditor.set_audit_receiver("").target == ""
        told = auditor.audit(action="audit.receiver_changed").items
        assert [entry.detail for entry in told] == [{"before": HERE, "target": ""}, {"before": "", "target": HERE}]
        assert auditor.set_audit_receiver("").target == ""
        assert len(auditor.audit(action="audit.receiver_changed").items) == 2, "nothing changed, nothing told"
        auditor.close()
