"""What DT remembers of a delivery task."""

from __future__ import annotations

from crossdock.process.step import Instance


class TaskState(Instance, frozen=True, array_like=True, gc=False):
    """One task: whose shipment it carries, in which run, and the number of the attempt under way or next."""

    shipment: str = ""
    run: str = ""
    task: str = ""
    attempt: int = 1
    failed: tuple[int, ...] = ()
