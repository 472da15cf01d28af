"""Settings of messages as a flat sheet of fields, and back; and what became of a message in words."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from datetime import tzinfo
from typing import Any, Final

from shared.domain.errors import HallError
from shared.i18n import catalogue, text
from shared.i18n.errors import error_text
from shared.schemas.messages import MessageEntry, MessageList, MessageSettings

TONES: Final = {"waiting": "busy", "done": "ok", "given_up": "error", "dropped": "off"}
STATES: Final = ("", "waiting", "done", "given_up", "dropped")
GATEWAY: Final = ("address", "method", "content", "body", "ok_path", "ok_value", "signed")
PLAIN: Final = ("channel", "near_ahead", "near_minutes")


def flat(settings: MessageSettings) -> dict[str, Any]:
    """As the form shows them; headers one a line, the secret never."""
    found: dict[str, Any] = {name: getattr(settings, name) for name in PLAIN}
    found |= {name: getattr(settings.gateway, name) for name in GATEWAY}
    found["headers"] = "\n".join(f"{name}: {value}" for name, value in settings.gateway.headers.items())
    found["secret"] = ""
    return found


def edit_of(values: Mapping[str, Any], words: Mapping[str, tuple[str, str]], version: int) -> dict[str, Any]:
    """What is sent; ``words`` are (zh, en) by kind. HallError ``message_header_wrong`` for a line that is none."""
    headers = {}
    for line in str(values["headers"]).splitlines():
        name, colon, value = line.partition(":")
        if line.strip():
            if not colon or not name.strip():
                raise HallError("message_header_wrong", status=422, line=line.strip()[:40])
            headers[name.strip()] = value.strip()
    return {
        **{name: values[name] for name in PLAIN},
        "gateway": {**{name: values[name] for name in GATEWAY}, "headers": headers},
        "templates": {kind: {"zh": zh, "en": en} for kind, (zh, en) in words.items() if zh.strip() or en.strip()},
        "version": version, "secret": values["secret"] or None,
    }  # fmt: skip


def kind_words(kind: str, language: str) -> str:
    key = f"messages.kind.{kind}"
    return text(key, language) if catalogue().has(key) else kind


def rows(found: MessageList, zone: tzinfo, language: str) -> tuple[dict[str, Any], ...]:
    return tuple(
        {
            "id": str(one.id), "at": f"{one.made_at.astimezone(zone):%Y-%m-%d %H:%M:%S}",
            "kind": kind_words(one.kind, language), "phone": one.phone_masked or "–", "state": one.state,
            "state_words": text(f"messages.state.{one.state}", language), "attempts": one.attempts,
            "fault": fault_words(one, language), "again": one.again,
        }
        for one in found.items
    )  # fmt: skip


def fault_words(one: MessageEntry, language: str) -> str:
    """The outbox keeps a code and its parameters; anything else it keeps is a kind of mishap."""
    code, _, params = one.fault.partition(" ")
    if not catalogue().has(f"errors.{code}"):
        return one.fault
    try:
        found = ast.literal_eval(params)
    except (ValueError, SyntaxError):
        found = {}
    return error_text(code, language, **(found if isinstance(found, dict) else {}))
