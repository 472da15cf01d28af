"""The part of the hall client that speaks of the registry of single sign-on."""

from __future__ import annotations

from uuid import UUID

from shared.client.accounts import _Line
from shared.schemas.base import Page
from shared.schemas.sign_on import ClientCreate, ClientEdit, OutboxEntry, SigningKey, SignOnClient


class SignOnCalls:
    """Mixed into ``HallClient``."""

    def sign_on_clients(self: _Line) -> list[SignOnClient]:
        return self._get("/sign-on/clients", Page[SignOnClient]).items

    def add_sign_on_client(self: _Line, wanted: ClientCreate) -> SignOnClient:
        """With its secret, which is never shown again."""
        return self._post("/sign-on/clients", SignOnClient, wanted)

    def edit_sign_on_client(self: _Line, client_id: UUID, wanted: ClientEdit) -> SignOnClient:
        text = self._send("PATCH", f"/sign-on/clients/{client_id}", body=wanted)
        return SignOnClient.model_validate_json(text)

    def renew_sign_on_secret(self: _Line, client_id: UUID) -> SignOnClient:
        """With its new secret, which is never shown again."""
        return self._post(f"/sign-on/clients/{client_id}/secret", SignOnClient)

    def signing_keys(self: _Line) -> list[SigningKey]:
        return self._get("/sign-on/keys", Page[SigningKey]).items

    def rotate_signing_keys(self: _Line) -> None:
        self._send("POST", "/sign-on/keys/rotate", body={})

    def outbox(self: _Line) -> list[OutboxEntry]:
        return self._get("/sign-on/outbox", Page[OutboxEntry]).items
