"""What can be permitted: a tree of resources with their actions, the roles that ship, and what covers what.

A permission is ``resource:action``. A role holds patterns: ``catalogue:*`` covers every action of ``catalogue`` and of
everything below it, ``*:view`` every look. The server resolves patterns once; checking is a look into a set.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Final


class Reach(Enum):
    """What a grant in one unit of the organisation means for a permission."""

    # Held in any unit it is held: there is nothing to tell apart.
    ANYWHERE = "anywhere"
    # It reaches what belongs to the unit and to all units below.
    UNITS = "units"
    # Only a grant for the whole hall counts.
    HALL = "hall"


class Duty(Enum):
    """With three administrators nobody holds permissions of two duties."""

    NONE = "none"
    SYSTEM = "system"
    SECURITY = "security"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class Permission:
    """One row of the table; its words are ``access.permission.<resource>_<action>`` with dots as ``_``."""

    resource: str
    action: str
    reach: Reach = Reach.ANYWHERE
    duty: Duty = Duty.NONE
    # Held only by who is given it by name: no pattern with a star reaches it.
    by_name: bool = False

    @property
    def key(self) -> str:
        return f"{self.resource}:{self.action}"


_ANY, _UNITS, _HALL = Reach.ANYWHERE, Reach.UNITS, Reach.HALL
_SYSTEM, _SECURITY, _AUDIT = Duty.SYSTEM, Duty.SECURITY, Duty.AUDIT

TABLE: Final = (
    Permission("hall", "view"),
    Permission("profile", "use"),
    Permission("queue.tickets", "issue"),
    Permission("queue.tickets", "view"),
    Permission("queue.tickets", "find"),
    Permission("queue.tickets", "print"),
    Permission("queue.tickets", "recall_person"),
    # Somebody who still waits, out of turn: not every clerk.
    Permission("queue.tickets", "call_by_number"),
    Permission("queue.counters", "operate"),
    Permission("queue.calls", "answer"),
    # What terminals did without the server and without knowing of each other.
    Permission("queue.conflicts", "view"),
    Permission("queue.conflicts", "settle"),
    Permission("booking.appointments", "view"),
    # For somebody else: at the information desk, or by another channel such as a website.
    Permission("booking.appointments", "make"),
    # For the hall, against the holder's will.
    Permission("booking.appointments", "cancel"),
    # What people send in advance is for the department they are going to.
    Permission("booking.papers", "view", _UNITS),
    Permission("booking.papers", "review", _UNITS),
    Permission("booking.rules", "change", _HALL, _SYSTEM),
    Permission("queue.limits", "view"),
    Permission("queue.limits", "change", _HALL, _SYSTEM),
    Permission("queue.limits", "block", _HALL),
    Permission("queue.limits", "except"),
    Permission("feedback.ratings", "give"),
    Permission("figures", "view"),
    Permission("figures", "plan"),
    Permission("reports", "view", _UNITS),
    Permission("terminals", "report"),
    Permission("terminals", "view"),
    Permission("terminals", "manage", _HALL, _SYSTEM),
    Permission("catalogue.services", "change", _UNITS, _SYSTEM),
    Permission("catalogue.counters", "change", _HALL, _SYSTEM),
    # Guides of all departments at once, and where they come from; each by itself goes with its services.
    Permission("catalogue.guides", "import", _HALL, _SYSTEM),
    Permission("catalogue.numbering", "change", _HALL, _SYSTEM),
    Permission("catalogue.ticket_layouts", "change", _HALL, _SYSTEM),
    # Pictures and videos, and what displays played of them.
    Permission("content.media", "view"),
    Permission("content.media", "change"),
    # What the hall says of itself, which finished cases it shows, and whom it asks for the weather.
    Permission("content.introduction", "change", _HALL),
    Permission("content.publicity", "change", _HALL),
    Permission("content.weather", "change", _HALL, _SYSTEM),
    Permission("signage.content", "change", _HALL, _SYSTEM),
    # On every screen at once: whoever runs the hall, not only who tends its programs.
    Permission("signage.emergencies", "raise", _HALL),
    Permission("release", "view"),
    Permission("release.plans", "change", _UNITS, _SYSTEM),
    Permission("release.calendar", "change", _HALL, _SYSTEM),
    Permission("organisation.units", "view", _UNITS),
    Permission("organisation.units", "change", _UNITS, _SYSTEM),
    Permission("organisation.people", "view", _UNITS),
    Permission("organisation.people", "change", _UNITS, _SYSTEM),
    Permission("accounts", "view", _UNITS),
    Permission("accounts", "change", _UNITS, _SYSTEM),
    Permission("accounts", "review", _UNITS, _SECURITY),
    Permission("accounts", "suspend", _UNITS, _SECURITY),
    Permission("accounts", "reset", _UNITS, _SECURITY),
    Permission("accounts.sessions", "view", _UNITS),
    Permission("accounts.sessions", "end", _UNITS, _SECURITY),
    Permission("roles", "view"),
    Permission("roles", "change", _HALL, _SECURITY),
    Permission("roles", "grant", _UNITS, _SECURITY),
    # Give what one does not hold oneself: whoever entrusts need not be able to do it.
    Permission("roles", "entrust", _HALL, _SECURITY),
    Permission("policy", "view", _HALL),
    Permission("policy", "change", _HALL, _SECURITY),
    Permission("sign_on", "view", _HALL),
    Permission("sign_on", "change", _HALL, _SECURITY),
    Permission("calling", "view"),
    Permission("calling", "change", _HALL, _SYSTEM),
    Permission("messages", "view", _HALL),
    Permission("messages", "change", _HALL, _SYSTEM),
    Permission("notices", "view"),
    Permission("notices", "write"),
    Permission("notices", "review", _HALL),
    Permission("notices", "publish", _HALL),
    Permission("notices.channels", "change", _HALL, _SYSTEM),
    Permission("personal_data", "find", _HALL),
    Permission("personal_data", "reveal", _UNITS),
    Permission("personal_data", "export", _HALL, _SECURITY),
    Permission("personal_data", "erase", _HALL, _SECURITY),
    Permission("audit", "view", _HALL, _AUDIT),
    Permission("audit", "export", _HALL, _AUDIT),
    # Backups, the second machine, room on the disk.
    Permission("server", "view", _HALL),
    # All of the hall's data and its keys: a second machine's alone.
    Permission("server", "follow", _HALL, by_name=True),
)  # fmt: skip
BY_KEY: Final = {permission.key: permission for permission in TABLE}
ALL: Final = frozenset(BY_KEY)


def covers(pattern: str, key: str) -> bool:
    """Whether a role's pattern covers a permission: ``queue:*``, ``*:view``, ``audit:view``."""
    resource, _, action = pattern.partition(":")
    wanted_resource, _, wanted_action = key.partition(":")
    if action not in ("*", wanted_action) or (pattern != key and key in BY_KEY and BY_KEY[key].by_name):
        return False
    return resource == "*" or wanted_resource == resource or wanted_resource.startswith(resource + ".")


def resolve(patterns: Iterable[str]) -> frozenset[str]:
    """Every permission that the patterns cover."""
    return frozenset(key for key in ALL for pattern in patterns if covers(pattern, key))


def unknown_patterns(patterns: Iterable[str]) -> list[str]:
    """Patterns that cover nothing: a spelling mistake, or the rule of a newer version."""
    return [pattern for pattern in patterns if not resolve((pattern,))]


def duties(permissions: Iterable[str]) -> frozenset[Duty]:
    """The administrators' duties that these permissions belong to."""
    return frozenset(BY_KEY[key].duty for key in permissions if key in BY_KEY) - {Duty.NONE}


@dataclass(frozen=True, slots=True)
class BaseRole:
    """A role that ships, named ``access.role.<key>``. Who is a citizen or an enterprise holds that role by being it."""

    key: str
    patterns: tuple[str, ...]
    assigned: bool = True


_SEE: Final = ("hall:view", "profile:use", "queue.tickets:view", "figures:view", "terminals:view")
_SERVE: Final = (
    *_SEE, "queue.tickets:find", "queue.tickets:issue", "queue.tickets:print", "queue.tickets:recall_person",
    "queue.counters:operate", "booking.appointments:view", "booking.appointments:make", "booking.papers:view",
    "booking.papers:review",
)  # fmt: skip

BASE_ROLES: Final = (
    BaseRole("centre_leader", (
        *_SEE, "queue.tickets:find", "organisation:view", "roles:view", "reports:view",
        "calling:view", "figures:plan", "content.media:view",
        "queue.limits:view", "queue.conflicts:view",
        "release:view", "notices:view", "notices:review", "notices:publish", "signage.emergencies:raise",
    )),
    BaseRole("department_staff", _SERVE),
    BaseRole("citizen", ("profile:use",), assigned=False),
    BaseRole("enterprise", ("profile:use",), assigned=False),
    BaseRole("department_administrator", (
        *_SERVE, "queue.tickets:call_by_number", "catalogue.services:change", "organisation:*", "accounts:*",
        "roles:view", "roles:grant", "personal_data:reveal", "reports:view", "booking.appointments:cancel",
        "release:view", "release.plans:change",
        "queue.limits:view", "queue.limits:except", "queue.conflicts:*", "content.media:*",
        "notices:view", "notices:write",
    )),
    BaseRole("hall_administrator", ("*:*",)),
    BaseRole("system_administrator", (
        *_SEE, "organisation:*", "terminals:*", "catalogue:*", "accounts:view", "accounts:change", "roles:view",
        "release:*", "signage:*",
        "policy:view", "sign_on:view", "messages:*", "reports:view", "calling:*",
        "booking.appointments:view", "booking.rules:change",
        "queue.limits:view", "queue.limits:change", "server:view", "queue.conflicts:view", "content:*",
        "notices:view", "notices.channels:change",
    )),
    BaseRole("security_administrator", (
        "hall:view", "profile:use", "terminals:view", "organisation:view", "accounts:view", "accounts:review",
        "accounts:suspend", "accounts:reset", "accounts.sessions:*", "roles:*", "policy:*", "sign_on:*",
        "queue.limits:view", "queue.limits:block", "personal_data:*",
    )),
    BaseRole("auditor", (
        "hall:view", "profile:use", "organisation:view", "roles:view", "policy:view", "audit:*",
    )),
)  # fmt: skip

# Terminals and the tokens of the server's own machine: what each kind may do, always in the whole hall.
_TERMINAL: Final = ("hall:view", "queue.tickets:view", "terminals:report")
KIND_PATTERNS: Final = {
    "kiosk": (
        *_TERMINAL, "queue.tickets:issue", "queue.tickets:print", "queue.tickets:recall_person", "queue.calls:answer",
    ),
    "counter": (
        *_TERMINAL, "queue.tickets:issue", "queue.tickets:find", "queue.tickets:print", "queue.tickets:call_by_number",
        "queue.counters:operate", "queue.calls:answer", "feedback.ratings:give", "booking.appointments:view",
        "booking.papers:view", "booking.papers:review",
    ),
    "display": (*_TERMINAL, "queue.calls:answer"),
    "standby": ("server:follow",),
    "staff": (*_SERVE, "queue.tickets:call_by_number", "terminals:report"),
    "admin": ("*:*",),
}  # fmt: skip


@cache
def of_kind(kind: str) -> frozenset[str]:
    """What a terminal, or a token made on the server's own machine, may do."""
    return resolve(KIND_PATTERNS[kind])
