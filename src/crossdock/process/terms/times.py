"""Terms of how far the clock of a source is believed (domain.md §4.4, §9.1).

[times]
skew_ok = 300
skew_case_count = 20
"""

from __future__ import annotations

from typing import Annotated

import msgspec

MINUTE = 60
DAY = 86_400


class TimeTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far ahead, and how old, an actual may be when it reaches us before its time is doubted.

    Attributes:
        skew_ok: seconds ahead of its receipt that are no more than two clocks that differ (TS-11).
        skew_case_count: a source that says more than so many such things in 24 hours has a clock or a zone put wrong
            (INT-08).
        past_ok: seconds after which what is told late counts as a doubtful time; it is applied all the same.
    """

    skew_ok: Annotated[int, msgspec.Meta(ge=0, le=3_600)] = 5 * MINUTE
    skew_case_count: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 20
    past_ok: Annotated[int, msgspec.Meta(ge=DAY)] = 30 * DAY
