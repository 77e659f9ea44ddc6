"""VAR as the fold sees it: a difference is looked at again, counted, and corrected on the side that is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import cast

from msgspec.structs import replace

from crossdock.canonical.commands.erp import PostInventoryMovement
from crossdock.canonical.commands.wms import RequestCount
from crossdock.canonical.envelope import Fact, Subject
from crossdock.canonical.events.inventory import (
    InventoryAdjusted,
    InventoryCounted,
    InventoryErpPosted,
    InventoryVarianceDetected,
    InventoryVarianceResolved,
    MovementType,
    StockPlace,
    StockStatus,
)
from crossdock.canonical.vocabulary import Disposition, Role
from crossdock.process.amounts import decimal, quantity, whole
from crossdock.process.commands import send
from crossdock.process.effects import Address, CloseCase, Derive, Effect, OpenCase, StartTimer, StopTimer
from crossdock.process.machine import KEEP, NEW, Decision
from crossdock.process.policy import Policy
from crossdock.process.step import deadline, latest, seconds
from crossdock.process.variance.state import Variance, VarianceState
from crossdock.process.variance.table import ERP_ADJUST, INDEX, OPEN, RESOLVED, WMS_ADJUST

Step = Decision[VarianceState]
Effects = list[Effect]
CASE = "WHS-12"
CENTS = 100

NOTHING: Step = Decision(Disposition.RECORD)


def _taken(state: VarianceState, name: str, row: str, before: str, after: Variance | None, effects: Effects) -> Step:
    kept = {one: variance for one, variance in state.open.items() if one != name}
    if after is not None and after.state != RESOLVED:
        kept[name] = after
    now = after.state if after is not None else RESOLVED
    label = next((variance.state for variance in kept.values()), RESOLVED)
    moved = replace(state, open=kept, state=label)
    return Decision(Disposition.APPLY, row, before, now, moved, tuple(effects))


def _row(trigger: str, variance: Variance | None, *, holds: bool = True) -> tuple[str, str, str]:
    """The row this variance takes: its id, where from and where to; empty without one. `holds` is what a guard says."""
    source = variance.state if variance is not None else NEW
    for row in INDEX.get(trigger, {}).get(source, ()):
        if not row.guard or holds:
            return row.id, source, source if row.target == KEEP else row.target
    return "", source, source


def _name(payload: InventoryVarianceDetected | InventoryVarianceResolved | InventoryCounted | InventoryAdjusted) -> str:
    return f"{payload.lot}|{payload.status}"


def _settled(key: str, name: str) -> Effects:
    """Nothing is waited for any more; the fact at hand is the proof."""
    cases = [CloseCase(CASE, key, slot) for slot in (name, f"{name} aged", f"{name} count")]
    return [*(StopTimer(timer, key, name) for timer in ("tm_variance", "variance_recheck", "tm_count")), *cases]


def _resolution(key: str, name: str, variance: Variance, how: str, movement: str) -> Derive:
    warehouse, _, item = key.partition("|")
    lot, _, status = name.rpartition("|")
    payload = InventoryVarianceResolved(
        warehouse=warehouse,
        item=item,
        lot=lot,
        status=StockStatus(status),
        resolution=how,
        movement=movement,
        by="crossdock",
        case=variance.case,
    )
    return Derive("inventory.variance_resolved", Subject("stock", key), payload)


# -- facts ------------------------------------------------------------------------------------------------------------


def detected(state: VarianceState, key: str, fact: Fact, policy: Policy) -> Step:
    """VAR-01: a difference beyond tolerance, or another size of one that is known."""
    found = cast(InventoryVarianceDetected, fact.payload)
    name, known = _name(found), state.open.get(_name(found))
    row, before, after = _row(fact.type, known)
    value = int(found.value.amount * CENTS) if found.value is not None else -1
    variance = Variance(after, f"{name}@{found.as_of:%Y%m%dT%H%M%S}", whole(found.diff.value), found.diff.uom, value)
    if known is not None:
        kept = replace(known, diff=variance.diff, value=variance.value)
        return _taken(state, name, row, before, kept, [])
    detail = (
        f"{name.strip('|')}: {found.wms.value} lie there, the ERP books {found.erp.value} with what is on its way to "
        f"it: {found.diff.value} {found.diff.uom} are unexplained"
    )
    effects: Effects = [
        OpenCase(CASE, key, detail, name),
        StartTimer("tm_variance", key, deadline(policy, "tm_variance", key, fact), name),
        StartTimer("variance_recheck", key, latest(fact) + seconds(policy, "variance_recheck"), name),
    ]
    return _taken(state, name, row, before, variance, effects)


def explained(state: VarianceState, key: str, fact: Fact, policy: Policy) -> Step:
    """VAR-02: what was in flight explains it."""
    name = _name(cast(InventoryVarianceResolved, fact.payload))
    variance = state.open.get(name)
    row, before, after = _row(fact.type, variance)
    if variance is None or not row:
        return NOTHING
    return _taken(state, name, row, before, replace(variance, state=after), _settled(key, name))


def counting(state: VarianceState, key: str, fact: Fact, policy: Policy) -> Step:
    """VAR-03: a count was asked for."""
    case = cast(RequestCount, fact.payload).case
    for name, variance in state.open.items():
        row, before, after = _row(fact.type, variance)
        if variance.case == case and row:
            wait = StartTimer("tm_count", key, deadline(policy, "tm_count", key, fact), name)
            return _taken(state, name, row, before, replace(variance, state=after), [wait])
    return NOTHING


def counted(state: VarianceState, key: str, fact: Fact, policy: Policy) -> Step:
    """VAR-04, VAR-05: the count says whose books are wrong. `book` is the warehouse's at that moment."""
    count = cast(InventoryCounted, fact.payload)
    name = _name(count)
    variance = state.open.get(name)
    row, before, after = _row(fact.type, variance, holds=count.counted.value == count.book.value)
    if variance is None or not row:
        return NOTHING
    done: Effects = [
        StopTimer("tm_count", key, name),
        StopTimer("variance_recheck", key, name),
        CloseCase(CASE, key, f"{name} count"),
    ]
    variance = replace(variance, state=after, count=count.count_id)
    if after == WMS_ADJUST:
        return _taken(state, name, row, before, variance, done)
    ceiling = policy.stock.variance_value_auto * CENTS
    if variance.value > ceiling:
        worth = Decimal(variance.value) / CENTS
        detail = (
            f"{name.strip('|')}: the count agrees with the warehouse, finance approves to correct {worth} in the ERP"
        )
        return _taken(state, name, row, before, variance, [*done, OpenCase(CASE, key, detail, f"{name} aged")])
    # Named by the count: however often the difference is worked out anew, one count is one correction.
    settles = f"VAR-{key}|{name}@{count.count_id}"
    correct = send(_correction(key, name, variance, settles, fact), Address(Role.ERP, site=key.partition("|")[0]))
    return _taken(state, name, row, before, replace(variance, movement=settles), [*done, correct])


def _correction(key: str, name: str, variance: Variance, movement: str, fact: Fact) -> PostInventoryMovement:
    warehouse, _, item = key.partition("|")
    lot, _, status = name.rpartition("|")
    more = variance.diff > 0
    place = StockPlace(status=StockStatus(status))
    return PostInventoryMovement(
        movement_id=movement,
        warehouse=warehouse,
        item=item,
        type=MovementType.COUNT_GAIN if more else MovementType.COUNT_LOSS,
        qty=quantity(variance.diff, variance.uom),
        at=fact.at,
        lot=lot,
        reason=f"count {variance.count}",
        origin=None if more else place,
        destination=place if more else None,
    )


def adjusted(state: VarianceState, key: str, fact: Fact, policy: Policy) -> Step:
    """The warehouse corrects itself after the count: its posting will settle it."""
    said = cast(InventoryAdjusted, fact.payload)
    name = _name(said)
    variance = state.open.get(name)
    if variance is None or not said.count_ref or variance.count != said.count_ref:
        return NOTHING
    return _taken(state, name, "", variance.state, replace(variance, movement=said.movement_id), [])


def posted(state: VarianceState, key: str, fact: Fact, policy: Policy) -> Step:
    """VAR-06: the ERP booked what settles it."""
    movement = cast(InventoryErpPosted, fact.payload).movement_id
    for name, variance in state.open.items():
        row, before, after = _row(fact.type, variance, holds=variance.movement == movement)
        if row:
            how = "erp_adjusted" if variance.state == ERP_ADJUST else "wms_adjusted"
            told = _resolution(key, name, variance, how, movement)
            return _taken(state, name, row, before, replace(variance, state=after), [*_settled(key, name), told])
    return NOTHING


# -- time -------------------------------------------------------------------------------------------------------------


def recheck(state: VarianceState, key: str, fact: Fact, policy: Policy) -> Step:
    """Nothing has explained it meanwhile: have it counted."""
    name = str(getattr(fact.payload, "about", ""))
    variance = state.open.get(name)
    if variance is None or variance.state != OPEN:
        return NOTHING
    warehouse, _, item = key.partition("|")
    reason = f"{decimal(variance.diff)} {variance.uom} of {name.strip('|')} are unexplained"
    ask = RequestCount(warehouse=warehouse, item=item, case=variance.case, reason=reason)
    asked = send(ask, Address(Role.WMS, site=warehouse))
    return Decision(Disposition.APPLY, before=state.state, after=state.state, effects=(asked,))


def _escalate(slot: str, detail: str) -> Callable[[VarianceState, str, Fact, Policy], Step]:
    def run(state: VarianceState, key: str, fact: Fact, policy: Policy) -> Step:
        name = str(getattr(fact.payload, "about", ""))
        if name not in state.open:
            return NOTHING
        case = OpenCase(CASE, key, f"{name.strip('|')}: {detail}", f"{name} {slot}")
        return Decision(Disposition.APPLY, before=state.state, after=state.state, effects=(case,))

    return run


ON: Mapping[str, Callable[[VarianceState, str, Fact, Policy], Step]] = {
    "inventory.variance_detected": detected,
    "inventory.variance_resolved": explained,
    "cmd:request_count": counting,
    "inventory.counted": counted,
    "inventory.adjusted": adjusted,
    "inventory.erp_posted": posted,
    "timer:variance_recheck": recheck,
    "timer:tm_count": _escalate("count", "nobody has counted it: ask the warehouse again"),
    "timer:tm_variance": _escalate("aged", "it is still not settled: correct the side that is wrong"),
}


class VarianceMachine:
    """Implements `process.machine.Machine`."""

    name = "VAR"
    listens = frozenset(ON)
    per_group = False
    state_type = VarianceState

    def decide(self, state: VarianceState | None, key: str, trigger: str, fact: Fact, policy: Policy) -> Step:
        """See `Machine.decide`."""
        return ON[trigger](state or VarianceState(), key, fact, policy)

    def label(self, state: VarianceState) -> str:
        """How far the oldest difference is."""
        return state.state or RESOLVED


MACHINE = VarianceMachine()
