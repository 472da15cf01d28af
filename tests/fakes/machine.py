"""A terminal's side of enrolment, by hand: so that tests can do wrong what the real program does right."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.schemas.enrolment import enrol_message, token_message
from tests.fakes.hall import RunningHall


def encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class Machine:
    """One machine with its key."""

    hall: RunningHall
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    terminal_id: UUID | None = None
    hall_id: UUID | None = None

    @classmethod
    def enrolled(cls, hall: RunningHall, kind: str, name: str, **wanted: Any) -> Machine:
        machine = cls(hall)
        answer = machine.enrol(code(hall, kind, name, **wanted))
        assert answer.status_code == 200, answer.text
        return machine

    @property
    def public_key(self) -> str:
        return encode(self.key.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> str:
        return encode(self.key.sign(message))

    def enrol(self, code: str, **changed: Any) -> requests.Response:
        signature = self.sign(enrol_message(code, self.public_key))
        body = {"code": code, "public_key": self.public_key, "signature": signature} | changed
        answer = post(self.hall, "/terminals/enrol", body)
        if answer.ok:
            self.terminal_id = UUID(answer.json()["terminal_id"])
            self.hall_id = UUID(answer.json()["hall_id"])
        return answer

    def challenge(self) -> str:
        return str(post(self.hall, "/terminals/challenge", {"terminal_id": str(self.terminal_id)}).json()["challenge"])

    def ask(self, challenge: str | None = None, **changed: Any) -> requests.Response:
        assert self.hall_id is not None
        challenge = challenge or self.challenge()
        signature = self.sign(token_message(self.hall_id, challenge))
        body = {"terminal_id": str(self.terminal_id), "challenge": challenge, "signature": signature} | changed
        return post(self.hall, "/terminals/token", body)

    def token(self) -> str:
        answer = self.ask()
        assert answer.status_code == 200, answer.text
        return str(answer.json()["token"])


def post(
    hall: RunningHall, path: str, body: dict[str, Any], token: str = "", method: str = "POST"
) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return requests.request(method, f"{hall.url}/api/v1{path}", json=body, headers=headers, timeout=10)


def manage(hall: RunningHall, path: str, body: dict[str, Any], method: str = "POST") -> requests.Response:
    return post(hall, path, body, hall.token("admin"), method)


def code(hall: RunningHall, kind: str, name: str, **wanted: Any) -> str:
    body = {"kind": kind, "name": name, "approved_beforehand": True} | wanted
    answer = manage(hall, "/terminals/codes", body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["code"])


def decide(hall: RunningHall, machine: Machine, decision: str) -> requests.Response:
    return manage(hall, f"/terminals/{machine.terminal_id}", {"decision": decision}, "PATCH")
