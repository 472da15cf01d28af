"""The release of numbers: plans, single days, the calendar."""
