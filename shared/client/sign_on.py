"""The part of the hall client that speaks of the registry of single sign-on."""

from __future__ import annotations

from uuid import UUID

from shared.client.accounts import _Line
from shared.schemas.base import Page
from shared.schemas.sign_on import ClientCreate, ClientEdit, OutboxEntry, SigningKey, SignOnClient, SignOnProvider
from shared.schemas.upstreams import AccountLink, Upstream, UpstreamCreate, UpstreamEdit


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

    def sign_on_provider(self: _Line) -> SignOnProvider:
        """What the other side must know."""
        return self._get("/sign-on/provider", SignOnProvider)

    def signing_keys(self: _Line) -> list[SigningKey]:
        return self._get("/sign-on/keys", Page[SigningKey]).items

    def rotate_signing_keys(self: _Line) -> None:
        self._send("POST", "/sign-on/keys/rotate", body={})

    def sign_on_upstreams(self: _Line) -> list[Upstream]:
        """The other providers that people may sign in through; no answer holds a secret."""
        return self._get("/sign-on/upstreams", Page[Upstream]).items

    def add_sign_on_upstream(self: _Line, wanted: UpstreamCreate) -> Upstream:
        """Nobody sees it before it is enabled."""
        return self._post("/sign-on/upstreams", Upstream, wanted)

    def edit_sign_on_upstream(self: _Line, upstream_id: UUID, wanted: UpstreamEdit) -> Upstream:
        return Upstream.model_validate_json(self._send("PATCH", f"/sign-on/upstreams/{upstream_id}", body=wanted))

    def check_sign_on_upstream(self: _Line, upstream_id: UUID) -> None:
        """Have the server ask the provider; HallError says what is wrong."""
        self._send("POST", f"/sign-on/upstreams/{upstream_id}/check", body={})

    def account_links(self: _Line, account_id: UUID) -> list[AccountLink]:
        """The providers through which an account may be signed in to."""
        return self._get(f"/accounts/{account_id}/links", Page[AccountLink]).items

    def end_account_link(self: _Line, account_id: UUID, upstream_id: UUID) -> None:
        self._send("POST", f"/accounts/{account_id}/links/{upstream_id}/end", body={})

    def outbox(self: _Line) -> list[OutboxEntry]:
        return self._get("/sign-on/outbox", Page[OutboxEntry]).items
