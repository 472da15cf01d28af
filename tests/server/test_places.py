"""Where the server may connect to: none of its own doors, a private network only where that is allowed."""

from __future__ import annotations

import pytest

from server.places import Nature, allowed_places, nature
from shared.domain.errors import HallError


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("127.0.0.1", Nature.HERE), ("::1", Nature.HERE), ("::ffff:127.0.0.1", Nature.HERE),
        ("64:ff9b::7f00:1", Nature.HERE), ("2002:7f00:1::", Nature.HERE), ("::127.0.0.1", Nature.HERE),
        ("0.0.0.0", Nature.NEVER), ("::", Nature.NEVER), ("fe80::1%eth0", Nature.NEVER), ("224.0.0.1", Nature.NEVER),
        ("169.254.169.254", Nature.NEVER), ("::ffff:169.254.169.254", Nature.NEVER), ("fd00:ec2::254", Nature.NEVER),
        ("64:ff9b::a9fe:a9fe", Nature.NEVER), ("100.100.100.200", Nature.NEVER), ("168.63.129.16", Nature.NEVER),
        ("255.255.255.255", Nature.NEVER), ("64:ff9b:1::7f00:1", Nature.NEVER),
        ("10.1.2.3", Nature.INSIDE), ("192.168.0.9", Nature.INSIDE), ("172.20.0.1", Nature.INSIDE),
        ("100.64.0.1", Nature.INSIDE), ("fd00::1", Nature.INSIDE), ("::ffff:10.0.0.1", Nature.INSIDE),
        ("64:ff9b::a00:1", Nature.INSIDE), ("2002:a00:1::", Nature.INSIDE),
        ("1.1.1.1", Nature.PUBLIC), ("2606:4700::1111", Nature.PUBLIC), ("64:ff9b::101:101", Nature.PUBLIC),
    ],
)  # fmt: skip
def test_what_an_address_is_whatever_it_is_wrapped_in(address: str, found: Nature) -> None:
    assert nature(address) is found


@pytest.mark.parametrize(
    ("place", "inside", "refused"),
    [
        ("10.1.2.3", False, "guides_address_inside"), ("192.168.0.9", False, "guides_address_inside"),
        ("fd00::1", False, "guides_address_inside"), ("100.64.0.1", False, "guides_address_inside"),
        ("10.1.2.3", True, ""), ("93.184.216.34", False, ""), ("127.0.0.1", True, "upstream_address_here"),
        ("169.254.169.254", True, "upstream_address_here"),
    ],
)  # fmt: skip
def test_a_private_network_is_asked_only_where_that_is_allowed(place: str, inside: bool, refused: str) -> None:
    def ask() -> list[str]:
        return allowed_places("items.example", 443, here=False, inside=inside, names=lambda host, port: [place])

    if refused:
        with pytest.raises(HallError, match=refused):
            ask()
    else:
        assert ask() == [place]
