"""Ids of what a hall's files describe: the same file gives the same ids, on every machine and after every reload."""

from __future__ import annotations

from uuid import UUID, uuid5

_NAMESPACE = UUID("6f0f2a5e-3c1b-5d57-9a54-7f1c2b8e4d10")


def object_id(hall_key: str, kind: str, key: str) -> UUID:
    """The id of one object; ``kind`` is ``hall``, ``department``, ``service``, ``counter``, ``staff``, ``zone`` …"""
    # Nested, not joined: no separator in a key can make two different objects the same name.
    return uuid5(uuid5(uuid5(_NAMESPACE, hall_key), kind), key)
