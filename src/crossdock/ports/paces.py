"""What several serving processes admit of one caller, added up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Paces(Protocol):
    """The meters that all serving processes share."""

    async def settle(self, spent_s: Mapping[str, float], *, window_s: float) -> Mapping[str, float]:
        """Add what one process admitted in the last `window_s` seconds.

        Each caller's requests are given in the seconds of its rate that they pay for, 0 to only ask. Returns for each
        how many seconds it is ahead of its rate by now, by what every process has told.

        Raises:
            Transient: the store cannot be reached; nothing was added.
        """
