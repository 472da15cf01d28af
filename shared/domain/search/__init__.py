"""Finding things by characters, pinyin, initials or any mix of them, also mistyped: an index made once."""

from shared.domain.search.index import LONGEST, Entry, Found, Index, Match
from shared.domain.search.lists import Chosen, Lists

__all__ = ["LONGEST", "Chosen", "Entry", "Found", "Index", "Lists", "Match"]
