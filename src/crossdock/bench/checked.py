"""Whether a pipeline run did what it had to: every command of every order, once. No speed is reported before this
holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from crossdock.bench.trace import COMMANDS_PER_ORDER
from crossdock.kernel.errors import Bug


def check_commands(found: Mapping[str, int], keys: int, orders: int) -> None:
    """Compare commands by type with what the orders must have sent.

    Args:
        found: commands by type; `keys` how many different idempotency keys they have.

    Raises:
        Bug: a command is missing, or one was issued twice.
    """
    wanted = {name: count * orders for name, count in COMMANDS_PER_ORDER.items()}
    wrong = {name: (found.get(name, 0), count) for name, count in wanted.items() if found.get(name, 0) != count}
    if wrong:
        raise Bug(f"commands differ from what {orders} orders must send (found, wanted): {wrong}")
    total = sum(Counter(found).values())
    if keys != total:
        raise Bug(f"{total - keys} commands were issued twice")
