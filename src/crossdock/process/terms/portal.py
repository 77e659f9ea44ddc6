"""What customers are shown of an order, and how old it may be (domain.md §4.6, §8, §9.1; mission.md X-04).

[portal]
stale_after = 300
readthrough_budget_ms = 800
"""

from __future__ import annotations

from typing import Annotated

import msgspec

MINUTE, HOUR = 60, 3600
HIDDEN_MAX = 100


class PortalTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Durations in seconds, the budget in milliseconds.

    Attributes:
        stale_after: an answer older than this is looked up anew, or says how old it is.
        readthrough_budget_ms: how long that may take. `readthroughs_max`: how many at a time, in one process.
        eta_delta_own, eta_delta_line: how much an estimate moves before it is shown, own fleet and line-haul.
        hidden: milestones, by the code of the table of words, that customers are not shown here.
        by_instance: ERPs number their customers apart, so a customer is `<erp>/<number>`.
        link_days_max: how long a tracking link may live.
    """

    stale_after: Annotated[int, msgspec.Meta(ge=1, le=86_400)] = 5 * MINUTE
    readthrough_budget_ms: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 800
    readthroughs_max: Annotated[int, msgspec.Meta(ge=1, le=64)] = 4
    eta_delta_own: Annotated[int, msgspec.Meta(ge=0)] = 30 * MINUTE
    eta_delta_line: Annotated[int, msgspec.Meta(ge=0)] = 4 * HOUR
    hidden: Annotated[tuple[str, ...], msgspec.Meta(max_length=HIDDEN_MAX)] = ()
    by_instance: bool = False
    link_days_max: Annotated[int, msgspec.Meta(ge=1, le=366)] = 60
