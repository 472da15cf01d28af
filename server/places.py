"""Where this server may connect to when somebody else has said the address: one rule for all it asks.

Judged is the address that is then really connected to, at each connection: a name can't change its mind behind a check.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from enum import Enum, auto
from functools import partial
from typing import Final

from shared.client.line import Places
from shared.domain.errors import HallError
from shared.schemas.upstreams import is_here

# Host and port to the addresses of the name; OSError or UnicodeError when there is none.
LookUp = Callable[[str, int], list[str]]
_Ip = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_COMPATIBLE: Final = ipaddress.IPv6Network("::/96")
# What clouds tell their machines, secrets among it, besides what is link-local anyway; a network's own translators.
_NEVER: Final = tuple(
    ipaddress.ip_network(one)
    for one in ("100.100.100.200/32", "168.63.129.16/32", "192.0.0.192/32", "fd00:ec2::254/128", "64:ff9b:1::/48")
)


class Nature(Enum):
    """Of an address: this machine; never to be asked; of a private network; of everybody's."""

    HERE = auto()
    NEVER = auto()
    INSIDE = auto()
    PUBLIC = auto()


def nature(address: str) -> Nature:
    """ValueError when it is none."""
    ip = _inner(ipaddress.ip_address(address.partition("%")[0]))
    if ip.is_loopback:
        return Nature.HERE
    odd = ip.is_link_local or ip.is_multicast or ip.is_unspecified or (ip.version == 4 and ip.is_reserved)
    if odd or any(ip in network for network in _NEVER):
        return Nature.NEVER
    return Nature.PUBLIC if ip.is_global else Nature.INSIDE


def _inner(ip: _Ip) -> _Ip:
    """An IPv4 address may stand inside of one that looks global."""
    if isinstance(ip, ipaddress.IPv4Address) or ip.is_loopback or ip.is_unspecified:
        return ip
    inside = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
    if inside is None and (ip in _NAT64 or ip in _COMPATIBLE):
        inside = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return inside or ip


def look_up(host: str, port: int) -> list[str]:
    """All addresses a name has now. Blocks."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(place[0]) for *_, place in found))


def allowed_places(host: str, port: int, *, here: bool, inside: bool, names: LookUp = look_up) -> list[str]:
    """The addresses a name has now, when each of them may be asked: whoever sets an address must not get the server to
    ask its own doors (but for a hall that is only ``here``), nor those of the network around it, unless that is allowed
    (``inside``). HallError ``upstream_address_here``, ``guides_address_inside``.
    """
    places = names(host, port)
    for place in places:
        refuse(place, here=here, inside=inside)
    return places


def refuse(place: str, *, here: bool, inside: bool) -> None:
    """As ``allowed_places``, of one address; ValueError when it is none."""
    found = nature(place)
    if found is Nature.NEVER or (found is Nature.HERE and not here):
        raise HallError("upstream_address_here", status=422)
    if found is Nature.INSIDE and not inside:
        raise HallError("guides_address_inside", status=422)


def outside(base: str, *, inside: bool = True, names: LookUp = look_up) -> Places:
    """What a hall may connect to whose own address is ``base``."""
    return partial(allowed_places, here=is_here(base), inside=inside, names=names)
