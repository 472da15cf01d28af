"""Other providers that people may sign in through: edit, add, switch on and off, ask whether they are there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from PySide6.QtCore import QObject, Slot

from admin_app.editing.drafts import Drafts, Fields
from admin_app.editing.editor import NEW, EditorPresenter, Retiring
from admin_app.features.sign_on import rules
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.i18n import text
from shared.schemas.upstreams import (
    OAuth2Upstream,
    OidcUpstream,
    Upstream,
    UpstreamCreate,
    UpstreamEdit,
    UpstreamSettings,
)
from shared.ui.background import run_in_background

KINDS = ("oidc", "oauth2")
ALGORITHMS = ("RS256", "PS256", "ES256")
AUTHS = ("basic", "post")
# Fields of one kind only; the names are those of its settings.
OIDC = ("issuer", *(f"algorithm_{name}" for name in ALGORITHMS))
ADDRESSES = ("authorize_url", "token_url", "userinfo_url")
NAMES = ("client_id_name", "secret_name", "code_name", "token_code_name", "userinfo_token_name")
PATHS = ("subject_path", "name_path", "token_path")
PAIRS = ("authorize_more", "userinfo_more")
OAUTH2 = (*ADDRESSES, *PATHS, "token_method", "pkce", *NAMES, *PAIRS, "authorize_fragment")
# Tells in a draft that a secret was typed; the secret itself is in no draft and no state.
TYPED = "secret_typed"


def fields_of(settings: UpstreamSettings) -> Fields:
    """Settings as fields of the form; those of the other kind hold what a new provider begins with."""
    found: Fields = {"kind": settings.kind, "client_id": settings.client_id, "scope": settings.scope}
    found["auth"] = "basic" if settings.token_auth in ("client_secret_basic", "basic") else "post"
    oidc = settings if isinstance(settings, OidcUpstream) else None
    oauth2 = settings if isinstance(settings, OAuth2Upstream) else _EMPTY
    found["issuer"] = oidc.issuer if oidc else ""
    algorithms: list[str] = list(oidc.algorithms) if oidc else ["RS256"]
    found |= {f"algorithm_{name}": name in algorithms for name in ALGORITHMS}
    for name in OAUTH2:
        value = getattr(oauth2, name)
        found[name] = "\n".join(f"{key}={item}" for key, item in value.items()) if name in PAIRS else value
    return found


def settings_of(fields: Mapping[str, Any]) -> UpstreamSettings:
    """The settings that stand in the form; pydantic's ValidationError when they are none."""
    plain = {name: value.strip() if isinstance(value, str) else value for name, value in fields.items()}
    common = {"client_id": plain["client_id"], "scope": plain["scope"]}
    if plain["kind"] == "oidc":
        algorithms = [name for name in ALGORITHMS if plain[f"algorithm_{name}"]]
        auth = f"client_secret_{plain['auth']}"
        return OidcUpstream.model_validate(
            common | {"issuer": plain["issuer"], "algorithms": algorithms, "token_auth": auth}
        )
    own = {name: dict(rules.pairs(plain[name])) if name in PAIRS else plain[name] for name in OAUTH2}
    return OAuth2Upstream.model_validate(
        common | own | {"token_auth": "basic" if plain["auth"] == "basic" else "form"}
    )  # fmt: skip


_EMPTY = OAuth2Upstream.model_construct(authorize_url="", token_url="", client_id="", subject_path="")


class UpstreamsPresenter(EditorPresenter[Upstream]):
    prefix = "upstream:"
    words = "registry.upstream"
    field_of: ClassVar = {"upstream_key_taken": "key", "upstream_secret_needed": "secret"}
    _may_change = False

    def __init__(self, client: HallClient, drafts: Path, language: str, parent: QObject | None = None) -> None:
        # What was typed goes with the program: no draft may look as if it were still there.
        super().__init__(client, Drafts(drafts, frozenset({TYPED})), language, parent)
        self._typed: dict[str, str] = {}
        # What stands in the secret's field; what was typed for an item before it was left does not stand there again.
        self.secret = ""
        # What is switched off stays in sight: it begins so.
        self.change(with_retired=True)

    def allow(self, may_change: bool) -> None:
        """Whether whoever is signed in may change something."""
        if may_change != self._may_change:
            self._may_change = may_change
            self.change(revision=self.state.revision + 1)

    def name_of(self, item: Upstream) -> str:
        return self._title(item)

    @Slot()
    def add(self) -> None:
        self.select(NEW)

    @Slot(str)
    def select(self, selected: str) -> None:
        if selected != self.state.selected:
            self.secret = ""
        super().select(selected)

    @Slot(object)
    def edit(self, fields: Fields) -> None:
        """As for every item; ``secret`` is what stands in its field, and counts only when that was changed."""
        selected, fields = self.state.selected, dict(fields)
        secret = str(fields.pop("secret", self.secret))
        if not selected or self.state.saving:
            return
        if secret != self.secret:
            self.secret = secret
            if secret and rules.secret(secret) is None:
                self._typed[selected] = secret
            else:
                self._typed.pop(selected, None)
        super().edit({**fields, TYPED: selected in self._typed})

    @Slot()
    def discard_all(self) -> None:
        self._typed.clear()
        super().discard_all()

    @Slot()
    def check(self) -> None:
        """Have the server ask the provider, with what is saved."""
        current = self.current
        if current is None or self.state.saving:
            return
        self.change(saving=True, refusal="", refused_field="")
        wanted = current.id
        run_in_background(lambda: self._client.check_sign_on_upstream(wanted), self._checked, self._refused, owner=self)

    def locked(self) -> str:
        return "" if self._may_change else text("registry.look_only", self._language)

    def retiring(self) -> Retiring | None:
        current = self.current
        if current is None:
            return None
        facts = (self._t("off_links", n=current.links), self._t("off_keeps"))
        return Retiring(self._t("off_title", name=self._title(current)), facts)

    def _t(self, key: str, **params: object) -> str:
        return text(f"registry.upstream.{key}", self._language, **params)

    def _checked(self, _: None) -> None:
        self.change(saving=False)
        self.saved.emit(self._t("check_good"))

    def _fetch(self, with_retired: bool) -> list[Upstream]:
        return [item for item in self._client.sign_on_upstreams() if item.enabled or with_retired]

    def _key(self, item: Upstream) -> str:
        return str(item.id)

    def _title(self, item: Upstream) -> str:
        return item.name if self._language.startswith("zh") else item.name_en or item.name

    def _fields(self, item: Upstream) -> Fields:
        return {"key": item.key, "name": item.name, "name_en": item.name_en, TYPED: False, **fields_of(item.settings)}

    def _new_fields(self, selected: str) -> Fields:
        return {
            "key": "", "name": "", "name_en": "", TYPED: False, **fields_of(_EMPTY), "kind": "oidc",
            "scope": "openid profile", "auth": "basic",
        }  # fmt: skip

    def _send(self, selected: str, fields: Fields, key: str) -> Upstream:
        names = {name: str(fields[name]).strip() for name in ("name", "name_en") if name in fields}
        secret = self._typed.get(selected)
        if selected.startswith(NEW):
            made = UpstreamCreate(key=fields["key"].strip(), settings=settings_of(fields), secret=secret or "", **names)
            return self._client.add_sign_on_upstream(made)
        known = self._known(selected)
        before = self._fields(known)
        changed = any(name in fields for name in before.keys() - {"key", "name", "name_en", TYPED})
        settings = settings_of(before | fields) if changed else None
        wanted = UpstreamEdit(version=known.version, settings=settings, secret=secret, **names)
        return self._client.edit_sign_on_upstream(known.id, wanted)

    def _set_retired(self, selected: str, retired: bool) -> Upstream:
        known = self._known(selected)
        return self._client.edit_sign_on_upstream(known.id, UpstreamEdit(version=known.version, enabled=not retired))

    def _known(self, selected: str) -> Upstream:
        found = self.item(selected)
        if found is None:
            raise HallError("upstream_missing")
        return found

    def _forget(self, selected: str) -> None:
        self._typed.pop(selected, None)
        if selected == self.state.selected:
            self.secret = ""
        super()._forget(selected)

    def _words(self, what: str, item: Upstream) -> str:
        if what in ("retired", "restored"):
            return self._t("off_done" if what == "retired" else "on_done", name=self._title(item))
        return super()._words(what, item)
