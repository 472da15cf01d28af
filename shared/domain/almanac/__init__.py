"""What any calendar says of a date, without a server: its lunar date, solar term and festivals. Keys, no words.

Dates are those of Beijing, which the Chinese calendar is defined by (GB/T 33661-2017), from 1900 to 2100.
"""

from shared.domain.almanac.calendar import FIRST as FIRST
from shared.domain.almanac.calendar import LAST as LAST
from shared.domain.almanac.calendar import TERMS as TERMS
from shared.domain.almanac.calendar import Lunar as Lunar
from shared.domain.almanac.calendar import lunar as lunar
from shared.domain.almanac.calendar import term as term
from shared.domain.almanac.calendar import term_day as term_day
from shared.domain.almanac.festivals import CIVIL as CIVIL
from shared.domain.almanac.festivals import TRADITIONAL as TRADITIONAL
from shared.domain.almanac.festivals import festivals as festivals
