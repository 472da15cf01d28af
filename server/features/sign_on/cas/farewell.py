"""Telling an old system by back channel that a sign-in is over (CAS 3.0, 2.3.3)."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape  # nosec B406 (only writes)

from server.features.sign_on.outgoing import post_status
from shared.domain.errors import HallError


def logout_request(ticket: str, id_: str, now: datetime) -> str:
    """``samlp:LogoutRequest``: the service knows the sign-in by the ticket it began with."""
    return (
        '<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"'
        f' ID="LR-{id_}" Version="2.0" IssueInstant="{now.strftime("%Y-%m-%dT%H:%M:%SZ")}">'
        '<saml:NameID xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">@NOT_USED@</saml:NameID>'
        f"<samlp:SessionIndex>{escape(ticket)}</samlp:SessionIndex></samlp:LogoutRequest>"
    )


def carry_farewell(target: str, body: dict[str, Any]) -> None:
    """Post it to the service (blocks); raises when it could not be told.

    Many old systems take no such message and answer that they don't: that is their answer, it is not sent again.
    """
    request = logout_request(body["ticket"], secrets.token_hex(16), datetime.now(UTC))
    status = post_status(target, {"logoutRequest": request})
    if status >= 500:
        raise HallError("delivery_refused", status=502, answered=status)
