"""The one error tree: the class says who must act, and the runtime reacts to nothing else.

CrossdockError
├── Rejected    the sender must change what it said; never retried
├── Transient   nobody: try again, perhaps after `retry_after_s`
├── Permanent   a person of ours: parked with a reason and an owner
└── Bug         we: the step stops, the message is kept in quarantine
"""

from __future__ import annotations


class CrossdockError(Exception):
    """Root of every error we raise; `detail` is one plain sentence that says who must do what."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class Rejected(CrossdockError):
    """The sender must change the message; retrying the same bytes gives the same answer."""

    def __init__(self, detail: str, *, where: str = "") -> None:
        super().__init__(detail)
        self.where = where


class BeyondReach(Rejected):
    """Whoever asks is limited to part of the business, and this is not in it."""


class Transient(CrossdockError):
    """It may work later. `retry_after_s` is the other side's wish, 0 when it named none."""

    def __init__(self, detail: str, *, retry_after_s: float = 0.0) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s


class Permanent(CrossdockError):
    """It will not work without a person; the work item is parked with this reason."""


class Bug(CrossdockError):
    """An invariant of ours broke. The step crashes, the message is kept."""


class Conflict(Transient):
    """Another worker moved a row we had read (version fence); reload and try again at once."""


class Overloaded(Transient):
    """A bounded queue is full. The caller is told to come back, nothing is buffered."""


class Throttled(Transient):
    """A rate limit of ours was reached; `retry_after_s` says when the next call is admitted."""
