"""WH as the fold sees it: a warehouse's whole report, what it does not name any more, and asking for the next.

Each item's rows go to that item's own dossier when the report comes in (`app.ingest.shared`). What only the whole can
tell is told from here: an item the last report named and this one does not is gone.
"""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from msgspec.structs import replace

from crossdock.canonical.commands.wms import RequestInventorySnapshot
from crossdock.canonical.envelope import Fact, Reference, Subject
from crossdock.canonical.events.inventory import InventorySnapshotTaken
from crossdock.canonical.vocabulary import Disposition, Role
from crossdock.kernel.instant import micros
from crossdock.process.authority import foreign_warehouse
from crossdock.process.commands import send
from crossdock.process.effects import Address, CloseCase, Derive, Effect, OpenCase, StartTimer, StopTimer
from crossdock.process.machine import Decision
from crossdock.process.policy import Policy
from crossdock.process.step import latest, seconds
from crossdock.process.warehouse.state import ITEMS_MAX, WarehouseState

Step = Decision[WarehouseState]

DUE, ANSWER = "snapshot_due", "tm_cmd_ack"
CURRENT, ASKED = "CURRENT", "ASKED"


def taken(state: WarehouseState, key: str, fact: Fact, policy: Policy) -> Step:
    """A whole report: what is gone is told; the next one is waited for."""
    snapshot = cast(InventorySnapshotTaken, fact.payload)
    if fact.source.system is not Role.WMS:
        return Decision(Disposition.RECORD, reason="what the ERP books is compared item by item")
    at_us = micros(snapshot.as_of)
    if (at_us, snapshot.watermark_seq) < (state.at_us, state.seq):
        return Decision(Disposition.RECORD, reason=f"report {state.snapshot} is younger")
    items = tuple(sorted({row.item for row in snapshot.rows}))[:ITEMS_MAX]
    now = set(items)
    effects: list[Effect] = [_gone(key, item, snapshot) for item in state.items if item not in now]
    effects += [StopTimer(ANSWER, key), CloseCase("INT-06", key, "snapshot"), *_next(key, fact, policy)]
    after = WarehouseState(CURRENT, "", state.graced, snapshot.snapshot_id, at_us, snapshot.watermark_seq, items)
    return Decision(Disposition.APPLY, before=state.state, after=CURRENT, state=after, effects=tuple(effects))


def _gone(key: str, item: str, snapshot: InventorySnapshotTaken) -> Derive:
    subject = Subject("stock", f"{key}|{item}")
    told = (Reference("stock", subject.id),)
    return Derive("inventory.snapshot_taken", subject, replace(snapshot, rows=()), to=told, copied=True)


def _next(key: str, fact: Fact, policy: Policy) -> tuple[Effect, ...]:
    every = policy.stock.snapshot_every_s
    return (StartTimer(DUE, key, fact.at + timedelta(seconds=every)),) if every else ()


def ask(state: WarehouseState, key: str, fact: Fact, policy: Policy) -> Step:
    """The next report is due and has not come: ask for it, and for the one after it whatever becomes of this."""
    window = f"{fact.at:%Y-%m-%dT%H:%M}"
    command = send(RequestInventorySnapshot(warehouse=key, window=window), Address(Role.WMS, site=key))
    answer = StartTimer(ANSWER, key, latest(fact) + seconds(policy, "tm_cmd_ack"), window)
    after = replace(state, state=ASKED, window=window)
    effects = (command, answer, *_next(key, fact, policy))
    return Decision(Disposition.APPLY, before=state.state, after=ASKED, state=after, effects=effects)


def unanswered(state: WarehouseState, key: str, fact: Fact, policy: Policy) -> Step:
    """INT-06: the warehouse was asked for its stock and said nothing."""
    detail = f"{key} has not reported its stock since {state.snapshot or 'ever'}: ask its operator"
    case = OpenCase("INT-06", key, detail, "snapshot")
    return Decision(Disposition.APPLY, before=state.state, after=state.state, effects=(case,))


ON = {"inventory.snapshot_taken": taken, f"timer:{DUE}": ask, f"timer:{ANSWER}": unanswered}


class WarehouseMachine:
    """Implements `process.machine.Machine`."""

    name = "WH"
    listens = frozenset(ON)
    per_group = False
    state_type = WarehouseState

    def decide(self, state: WarehouseState | None, key: str, trigger: str, fact: Fact, policy: Policy) -> Step:
        """See `Machine.decide`."""
        refused = foreign_warehouse("", key, key, fact, policy)
        if refused is not None:
            return cast("Step", refused)
        return ON[trigger](state or WarehouseState(), key, fact, policy)

    def label(self, state: WarehouseState) -> str:
        """Whether a report is waited for."""
        return state.state


MACHINE = WarehouseMachine()
