"""How a hall publishes: who may review, and how its official account and microblog are reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from server.audit import Actor, record
from server.crypto import Vault
from server.database import Reader, Writer
from server.features.notices.models import NoticeSettingsRow
from server.sealed import seal, unseal
from shared.domain.errors import HallError
from shared.schemas.notices import CHANNELS, Channel, NoticeRules, NoticeSettings, NoticeSettingsEdit
from shared.schemas.upstreams import is_here

CIPHERS: Final[dict[Channel, str]] = {
    "wechat": "notice_settings.wechat_cipher", "weibo": "notice_settings.weibo_cipher",
}  # fmt: skip

CALLBACK: Final = "notice_settings.wechat_callback_cipher"


@dataclass(frozen=True, slots=True)
class Setting:
    """As they are kept: what is secret of them is sealed."""

    rules: NoticeRules
    version: int
    ciphers: dict[Channel, bytes | None]
    weibo_until: datetime | None = None
    weibo_asked_at: datetime | None = None
    weibo_fault: str = ""
    wechat_asked_at: datetime | None = None
    wechat_fault: str = ""
    callback_cipher: bytes | None = None


def settings(reader: Reader) -> Setting:
    """From the copy that every process keeps."""
    return reader.database.copy("notice_settings", reader, _load)


def secret(reader: Reader, channel: Channel) -> str:
    return unseal(_vault(reader), CIPHERS[channel], reader.hall_id, settings(reader).ciphers[channel]) or ""


def callback_secrets(reader: Reader) -> tuple[str, str]:
    """The token and the key that the official account proves itself with when it calls us; empty: none."""
    sealed = settings(reader).callback_cipher
    token, _, key = (unseal(_vault(reader), CALLBACK, reader.hall_id, sealed) or "").partition(" ")
    return token, key


def shown_settings(reader: Reader) -> NoticeSettings:
    now = settings(reader)
    return NoticeSettings(
        **now.rules.model_dump(), version=now.version, has_wechat_secret=now.ciphers["wechat"] is not None,
        has_weibo_token=now.ciphers["weibo"] is not None, weibo_until=now.weibo_until, weibo_fault=now.weibo_fault,
        wechat_fault=now.wechat_fault, has_wechat_callback=now.callback_cipher is not None,
    )  # fmt: skip


def put_settings(writer: Writer, base: str, wanted: NoticeSettingsEdit, who: Actor) -> NoticeSettings:
    """Replace the settings; HallError when a channel could not be reached so, or somebody else has changed them."""
    before = settings(writer)
    if wanted.version != before.version:
        raise HallError("changed_meanwhile", status=409)
    fresh: dict[Channel, str | None] = {"wechat": wanted.wechat_secret, "weibo": wanted.weibo_token}
    for channel in CHANNELS:
        old, new, kept = getattr(before.rules, channel), getattr(wanted, channel), before.ciphers[channel]
        # Who may change an address but does not know the secret must not get it sent there.
        if kept is not None and fresh[channel] is None and new.address != old.address:
            raise HallError("upstream_secret_needed", status=422)
        if new.address != old.address and not is_here(base) and is_here(new.address):
            raise HallError("upstream_address_here", status=422)
        if new.on and not (fresh[channel] or (kept is not None and fresh[channel] is None)):
            raise HallError("notice_secret_missing", status=422)
    if wanted.wechat.on and not wanted.wechat.app_id:
        raise HallError("notice_app_id_missing", status=422)
    row = writer.session.get(NoticeSettingsRow, writer.hall_id)
    if row is None:
        row = NoticeSettingsRow(
            hall_id=writer.hall_id,
            wechat_cipher=None,
            weibo_cipher=None,
            weibo_fault="",
            wechat_fault="",
            version=0,
        )
        writer.session.add(row)
    row.settings = NoticeRules.model_validate(wanted.model_dump()).model_dump(mode="json")
    for channel in CHANNELS:
        if (words := fresh[channel]) is not None:
            sealed = seal(_vault(writer), CIPHERS[channel], writer.hall_id, words or None)
            setattr(row, f"{channel}_cipher", sealed)
    if fresh["weibo"] is not None or wanted.weibo != before.rules.weibo:
        # What was known was known of another token, or of the same one elsewhere.
        row.weibo_until, row.weibo_asked_at, row.weibo_fault = None, None, ""
    if fresh["wechat"] is not None or wanted.wechat != before.rules.wechat:
        row.wechat_asked_at, row.wechat_fault = None, ""
    if wanted.wechat_callback_token is not None or wanted.wechat_callback_key is not None:
        token, key = callback_secrets(writer)
        token = token if wanted.wechat_callback_token is None else wanted.wechat_callback_token
        key = key if wanted.wechat_callback_key is None else wanted.wechat_callback_key
        # Without a token nobody calls, and a key by itself would be none's.
        row.wechat_callback_cipher = seal(
            _vault(writer), CALLBACK, writer.hall_id, f"{token} {key}" if token else None
        )  # fmt: skip
    row.version += 1
    writer.touch_catalogue()
    writer.flush()
    changed = [name for name in NoticeRules.model_fields if getattr(wanted, name) != getattr(before.rules, name)]
    secrets: list[str] = [channel for channel in CHANNELS if fresh[channel] is not None]
    if wanted.wechat_callback_token is not None or wanted.wechat_callback_key is not None:
        secrets += ["wechat_callback"]
    record(writer, who, "notices.settings_changed", "notices", fields=changed, secrets=secrets)
    return shown_settings(writer)


def is_on(reader: Reader, channel: Channel) -> bool:
    rules: Any = getattr(settings(reader).rules, channel)
    return bool(rules.on)


def _vault(reader: Reader) -> Vault:
    found = reader.database.vault
    if found is None:
        raise HallError("key_file_damaged", status=500, path="")
    return found


def _load(reader: Reader) -> Setting:
    row = reader.session.get(NoticeSettingsRow, reader.hall_id)
    if row is None:
        return Setting(NoticeRules(), 0, {"wechat": None, "weibo": None})
    return Setting(
        NoticeRules.model_validate(row.settings), row.version,
        {"wechat": row.wechat_cipher, "weibo": row.weibo_cipher}, row.weibo_until, row.weibo_asked_at, row.weibo_fault,
        row.wechat_asked_at, row.wechat_fault, row.wechat_callback_cipher,
    )  # fmt: skip
