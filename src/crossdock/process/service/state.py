"""What ASK remembers."""

from __future__ import annotations

import msgspec


class Requests(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The case of each open request of one order, and the latest answered ones: an answer may come before its request
    where two clocks differ. Each holds at most 100."""

    open: dict[str, str] = {}
    answered: tuple[str, ...] = ()
