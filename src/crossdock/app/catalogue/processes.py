"""The process managers that have a table, with the code each of their rows runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import msgspec

from crossdock.process.appointment.machine import MACHINE as APPOINTMENT
from crossdock.process.billing.machine import MACHINE as BILLING
from crossdock.process.channel_order.machine import MACHINE as CHANNEL_ORDER
from crossdock.process.customs.machine import MACHINE as CUSTOMS
from crossdock.process.delivery_task.machine import MACHINE as DELIVERY_TASK
from crossdock.process.freight.machine import MACHINE as FREIGHT
from crossdock.process.fulfilment.machine import MACHINE as FULFILMENT
from crossdock.process.load.machine import MACHINE as LOAD
from crossdock.process.machine import NEW, Row
from crossdock.process.order.machine import MACHINE as ORDER
from crossdock.process.returns.machine import MACHINE as RETURNS
from crossdock.process.run.machine import MACHINE as RUN
from crossdock.process.shipment.machine import MACHINE as SHIPMENT
from crossdock.process.step import Instance, TableMachine
from crossdock.process.stock import state as movement
from crossdock.process.stock.machine import ON as ON_STOCK
from crossdock.process.stock.table import ROWS as STOCK_ROWS
from crossdock.process.variance import table as variance
from crossdock.process.variance.machine import ON as ON_VARIANCE

I = TypeVar("I", bound=Instance)  # noqa: E741  (as in `process.step`)
# A function of a row: which parameters it takes is the process's own matter, here it is only read.
Work = Callable[..., object]


class Process(msgspec.Struct, frozen=True):
    """One table.

    Attributes:
        code: the first part of its rows' ids.
        rank: how far each state is; states of one rank exclude each other.
        watched: triggers that move no state but are remembered or answered, with what answers them.
        work: what a row runs, by the row's place in the table.
    """

    name: str
    code: str
    about: str
    rows: tuple[Row, ...]
    rank: Mapping[str, int]
    watched: Mapping[str, Work]
    work: tuple[tuple[Work, ...], ...]

    @property
    def states(self) -> tuple[str, ...]:
        """Every state, the earliest first; `NEW` is "does not exist yet"."""
        return tuple(sorted(self.rank, key=lambda state: (self.rank[state], state)))


def _of(name: str, about: str, machine: TableMachine[I]) -> Process:
    spec = machine.spec
    used = {state for row in spec.rows for state in (*row.sources, row.target)}
    rank = {state: at for state, at in spec.progress.items() if state in used}
    work = tuple(tuple(spec.actions[action] for action in row.actions) for row in spec.rows)
    return Process(name, spec.name, about, spec.rows, rank, spec.watches, work)


def _plain(name: str, code: str, about: str, rows: Sequence[Row], ranks: str, on: Mapping[str, Work]) -> Process:
    """A process without a `Spec`: what it runs is told by trigger; `ranks` are its states in order."""
    rank = {NEW: -1, **{state: number for number, state in enumerate(ranks.split())}}
    triggers = {row.trigger for row in rows}
    watched = {trigger: work for trigger, work in on.items() if trigger not in triggers}
    work = tuple((on[row.trigger],) if row.trigger in on else () for row in rows)
    return Process(name, code, about, tuple(rows), rank, watched, work)


PROCESSES: tuple[Process, ...] = (
    _of("order", "from approval to completed: release rules, routing, changes, cancellations", ORDER),
    _of("fulfilment", "what one warehouse does for one release", FULFILMENT),
    _of("shipment", "the goods on their way: plan, tender, hand-over, milestones, delay, proof", SHIPMENT),
    _of("load", "tender and transport of several shipments", LOAD),
    _of("delivery_task", "our own vehicle's stop", DELIVERY_TASK),
    _of("run", "a vehicle's day and its tasks' outcomes", RUN),
    _of("customs", "the export declaration from draft to exit", CUSTOMS),
    _of("billing", "what may be billed, is asked for, posted, credited", BILLING),
    _of("freight", "estimate, accrual, three-way match, dispute, settlement", FREIGHT),
    _of("returns", "a return from its request to its credit", RETURNS),
    _of("channel_order", "a shop's order into the ERP, and its story back", CHANNEL_ORDER),
    _of("appointment", "a dock slot", APPOINTMENT),
    _plain(
        "stock",
        "MOV",
        "one movement of stock and its posting by the ERP",
        STOCK_ROWS,
        f"{movement.RECORDED} {movement.FAILED} {movement.POSTED} {movement.REVERSED}",
        ON_STOCK,
    ),
    _plain(
        "variance",
        "VAR",
        "a difference between two books until it is explained",
        variance.ROWS,
        f"{variance.OPEN} {variance.COUNTING} {variance.ERP_ADJUST} {variance.WMS_ADJUST} {variance.RESOLVED}",
        ON_VARIANCE,
    ),
)

BY_NAME: Mapping[str, Process] = {process.name: process for process in PROCESSES}
