"""What RUN remembers of a delivery run."""

from __future__ import annotations

from crossdock.process.step import Instance


class RunState(Instance, frozen=True, array_like=True, gc=False):
    """One run.

    Attributes:
        rev: the newest plan. `tasks`: shipment by task, as last planned or dispatched; empty where none was named.
        done: how each shipment's or task's attempt ended, by the word of the driver's platform.
        ends_us: when the last stop is expected, in microseconds since 1970; 0 for not known.
        closed: the platform said the run is over.
    """

    rev: int = 0
    tasks: dict[str, str] = {}
    done: dict[str, str] = {}
    ends_us: int = 0
    closed: bool = False

    @property
    def open_tasks(self) -> tuple[str, ...]:
        """Tasks nobody has told the outcome of."""
        return tuple(task for task, shipment in sorted(self.tasks.items()) if not {task, shipment} & self.done.keys())
