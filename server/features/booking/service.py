"""What other features use of booking."""

from __future__ import annotations

from server.features.booking.check_in import became, check_in

__all__ = ["became", "check_in"]
