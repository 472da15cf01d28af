"""When a terminal is on, how it is woken, and what of its machine's state is an alarm."""

from shared.domain.power.acting import Act, Seen, next_act
from shared.domain.power.alarms import GRACE, LIMITS, Kept, Limit, next_kept, raised
from shared.domain.power.expected import Expected, expected
from shared.domain.power.magic import MacAddress, magic_packet, read_mac
from shared.domain.power.schedule import DAYS, KINDS, PowerNow, Span, Week, on_spans, power_at, read_span

__all__ = [
    "DAYS",
    "GRACE",
    "KINDS",
    "LIMITS",
    "Act",
    "Expected",
    "Kept",
    "Limit",
    "MacAddress",
    "PowerNow",
    "Seen",
    "Span",
    "Week",
    "expected",
    "magic_packet",
    "next_act",
    "next_kept",
    "on_spans",
    "power_at",
    "raised",
    "read_mac",
    "read_span",
]
