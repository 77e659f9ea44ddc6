"""How far the work under way reaches: who reads on behalf of somebody limited says so once, and every store heeds it.

A variable of the task, not an argument: a query that forgets to pass it on would show everything. Nothing is set for
the hub's own work, which reaches everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from crossdock.kernel.codec import encode_json
from crossdock.ports.principal import Reach

# The reaches in JSON, as the database's policies read them; empty for no limit.
_LIMIT: ContextVar[str] = ContextVar("crossdock_reach", default="")


def limit() -> str:
    """The limit on the work under way, in JSON; empty where there is none."""
    return _LIMIT.get()


def confine(reaches: Sequence[Reach]) -> None:
    """From here on the task reaches no further than one of these; none reaches nothing."""
    _LIMIT.set("" if any(one.is_all for one in reaches) else encode_json(tuple(reaches)).decode())


@contextmanager
def confined() -> Iterator[None]:
    """A block after which the task reaches as far as before."""
    token = _LIMIT.set(_LIMIT.get())
    try:
        yield
    finally:
        _LIMIT.reset(token)
