"""Everything attached to a terminal, behind protocols; `registry` makes the driver a terminal's settings name."""
