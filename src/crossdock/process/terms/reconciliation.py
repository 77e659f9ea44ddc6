"""Terms of reconciliation (domain.md §6). Durations are seconds.

[reconciliation]
settle_s = 60
off = ["RC-13"]

[reconciliation.checks.RC-07]
every_s = 14400
grace_s = 3600
"""

from __future__ import annotations

import msgspec


class CheckTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a project changes of one check; absent is as the specification has it."""

    every_s: int | None = None
    grace_s: int | None = None


class ReconciliationTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`settle_s`: so far behind the right side our side is rebuilt. `off` are checks that only run when asked for."""

    settle_s: int = 60
    off: tuple[str, ...] = ()
    checks: dict[str, CheckTerms] = {}
