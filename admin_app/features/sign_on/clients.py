"""The clients: edit, add, switch off, new secrets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from PySide6.QtCore import Signal, Slot

from admin_app.editing.drafts import Fields
from admin_app.editing.editor import NEW, EditorPresenter, Retiring
from admin_app.features.sign_on.rules import lines
from shared.domain.errors import HallError
from shared.i18n import text
from shared.schemas.sign_on import ClientCreate, ClientEdit, SignOnClient
from shared.ui.background import run_in_background

# What may be asked for besides ``openid``, which every client gets.
SCOPES = ("profile", "organisation", "roles", "offline_access")
LISTS = ("redirect_uris", "post_logout_uris", "cas_services")


@dataclass(frozen=True)
class Made:
    """A client whose secret is known, once."""

    client: SignOnClient
    secret: str


class ClientsPresenter(EditorPresenter[SignOnClient]):
    """``secret_made(Made)``: a secret to be shown now, which neither we nor the server can show again."""

    secret_made = Signal(object)
    prefix = "client:"
    words = "registry.client"
    field_of: ClassVar = {"sign_on_client_taken": "client_id", "sign_on_service_taken": "cas_services"}
    _may_change = False

    @Slot()
    def add(self) -> None:
        self.select(NEW)

    @Slot()
    def renew(self) -> None:
        """A new secret; the old one is good for nothing from then on."""
        current = self.current
        if current is None or self.state.saving:
            return
        self.change(saving=True, refusal="", refused_field="")
        wanted = current.id
        run_in_background(lambda: self._client.renew_sign_on_secret(wanted), self._renewed, self._refused, owner=self)

    def allow(self, may_change: bool) -> None:
        """Whether whoever is signed in may change something."""
        if may_change != self._may_change:
            self._may_change = may_change
            self.change(revision=self.state.revision + 1)

    def name_of(self, item: SignOnClient) -> str:
        """Its name in the console's language."""
        return self._title(item)

    def locked(self) -> str:
        current = self.current
        if current is not None and current.own:
            return text("registry.client.own_locked", self._language)
        return "" if self._may_change else text("registry.look_only", self._language)

    def retiring(self) -> Retiring | None:
        current = self.current
        if current is None:
            return None
        facts = ("off_nobody", "off_tokens", "off_keeps")
        return Retiring(
            text("registry.client.off_title", self._language, name=self._title(current)),
            tuple(text(f"registry.client.{key}", self._language) for key in facts),
        )

    def _fetch(self, with_retired: bool) -> list[SignOnClient]:
        return [item for item in self._client.sign_on_clients() if item.enabled or with_retired]

    def _key(self, item: SignOnClient) -> str:
        return str(item.id)

    def _title(self, item: SignOnClient) -> str:
        return item.name if self._language.startswith("zh") else item.name_en or item.name

    def _fields(self, item: SignOnClient) -> Fields:
        return {
            "client_id": item.client_id, "name": item.name, "name_en": item.name_en,
            "proof": "secret" if item.confidential else "public", "backchannel_uri": item.backchannel_uri,
            "trusted": item.trusted or item.own,
            **{name: "\n".join(getattr(item, name)) for name in LISTS},
            **{f"scope_{scope}": scope in item.scopes for scope in SCOPES},
        }  # fmt: skip

    def _new_fields(self, selected: str) -> Fields:
        return {
            "client_id": "", "name": "", "name_en": "", "proof": "secret", "backchannel_uri": "", "trusted": False,
            **dict.fromkeys(LISTS, ""), **{f"scope_{scope}": scope == "profile" for scope in SCOPES},
        }  # fmt: skip

    def _send(self, selected: str, fields: Fields, key: str) -> SignOnClient:
        wanted: Fields = {name: lines(value) if name in LISTS else value for name, value in fields.items()}
        scopes = {name.removeprefix("scope_"): wanted.pop(name) for name in fields if name.startswith("scope_")}
        for name in ("client_id", "name", "name_en", "backchannel_uri"):
            if name in wanted:
                wanted[name] = wanted[name].strip()
        confidential = wanted.pop("proof", "secret") == "secret"
        if selected.startswith(NEW):
            wanted["scopes"] = ["openid", *(scope for scope in SCOPES if scopes.get(scope))]
            return self._client.add_sign_on_client(ClientCreate(**wanted, confidential=confidential))
        known = self._known(selected)
        if scopes:
            wanted["scopes"] = ["openid", *(s for s in SCOPES if scopes.get(s, s in known.scopes))]
        return self._client.edit_sign_on_client(known.id, ClientEdit(**wanted, version=known.version))

    def _set_retired(self, selected: str, retired: bool) -> SignOnClient:
        known = self._known(selected)
        return self._client.edit_sign_on_client(known.id, ClientEdit(version=known.version, enabled=not retired))

    def _words(self, what: str, item: SignOnClient) -> str:
        # All clients stand in the list: there is nothing to be looked for elsewhere.
        if what == "retired":
            return text("registry.client.off_done", self._language, name=self._title(item))
        return super()._words(what, item)

    def _known(self, selected: str) -> SignOnClient:
        found = self.item(selected)
        if found is None:
            raise HallError("sign_on_client_missing")
        return found

    def _replace(self, item: SignOnClient) -> None:
        # The secret is for whoever asked for it, not for a list that stays in memory.
        super()._replace(item.model_copy(update={"secret": None}))
        if item.secret is not None:
            self.secret_made.emit(Made(item.model_copy(update={"secret": None}), item.secret))

    def _renewed(self, item: SignOnClient) -> None:
        self.change(saving=False)
        self._replace(item)
        self.load()
