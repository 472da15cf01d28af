"""Who is called next, and why: a policy with a name and parameters chooses among the heads of a counter's lines.

``policy`` says what can be set, ``choice`` decides, ``places`` says where a ticket stands in its line and where it
comes back to, ``foresight`` reads a policy as an order of the whole hall for forecasts and "people ahead".
"""

from shared.domain.calling.choice import Candidate, Decision, Turn, choose, decide, line_up
from shared.domain.calling.groups import Grouped, GroupRule, group_of
from shared.domain.calling.policy import DEFAULT, Policy, Preference, Return, ServiceRule

__all__ = [
    "DEFAULT", "Candidate", "Decision", "GroupRule", "Grouped", "Policy", "Preference", "Return", "ServiceRule", "Turn",
    "choose", "decide", "group_of", "line_up",
]  # fmt: skip
