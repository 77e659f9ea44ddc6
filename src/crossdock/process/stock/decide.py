"""What MOV makes of each fact: keep positions, have the ERP book, say what can be promised, watch for differences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import cast

from msgspec.structs import replace

from crossdock.canonical.commands.erp import PostInventoryMovement
from crossdock.canonical.envelope import Fact, Subject
from crossdock.canonical.events.fulfilment import HandoverVoided
from crossdock.canonical.events.inventory import (
    InventoryAdjusted,
    InventoryAvailabilityChanged,
    InventoryCounted,
    InventoryErpPosted,
    InventoryErpPostFailed,
    InventoryMoved,
    InventorySnapshotTaken,
    InventoryStatusChanged,
    MovementType,
    StockPlace,
    StockStatus,
)
from crossdock.canonical.vocabulary import Disposition, Role
from crossdock.kernel.instant import micros
from crossdock.process.amounts import quantity, whole
from crossdock.process.commands import send
from crossdock.process.effects import Address, CloseCase, Derive, Effect, OpenCase, StartTimer, StopTimer
from crossdock.process.machine import NEW, Decision
from crossdock.process.policy import Policy
from crossdock.process.step import HOLD_TTL, hold, is_graced, latest, seconds
from crossdock.process.stock.compare import difference, judge
from crossdock.process.stock.deltas import Change, change_of, position
from crossdock.process.stock.issues import by_hand_over, is_issue, matched, waiting
from crossdock.process.stock.positions import booked, counted_in_full, moved, promised, stated_by_erp
from crossdock.process.stock.state import (
    CLOSED_MAX,
    COUNTS_MAX,
    FAILED,
    HANDOVERS_MAX,
    OPEN_MAX,
    POSTED,
    RECORDED,
    REVERSED,
    Movement,
    StockState,
)
from crossdock.process.stock.table import row_of

Step = Decision[StockState]
Effects = list[Effect]
Decide = Callable[[StockState, str, Fact, Policy], Step]
NEGATIVE, LATE = "negative", "late"


def keep(
    state: StockState, before: StockState, key: str, fact: Fact, policy: Policy, effects: Effects, **moved_row: str
) -> Step:
    """The decision on a fact that was taken, with everything that follows from the new state."""
    state, told = _promise(state, key, fact, policy)
    state, differing = judge(state, key, fact.at, _name_of(fact), policy)
    effects = [*effects, *told, *_negative(state, before, key, fact, policy), *differing]
    return Decision(
        Disposition.APPLY,
        moved_row.get("row", ""),
        moved_row.get("was", ""),
        moved_row.get("now", ""),
        state,
        tuple(effects),
    )


def _name_of(fact: Fact) -> str:
    payload = fact.payload
    return str(getattr(payload, "movement_id", "") or getattr(payload, "snapshot_id", "") or fact.key)


def _promise(state: StockState, key: str, fact: Fact, policy: Policy) -> tuple[StockState, Effects]:
    warehouse, _, item = key.partition("|")
    safety = policy.stock.safety.get(key, policy.stock.safety.get(item))
    atp = promised(state, whole(safety) if safety else 0)
    if state.known and atp == state.atp:
        return state, []
    uom = state.uom or "EA"
    changed = InventoryAvailabilityChanged(
        warehouse=warehouse,
        item=item,
        atp=quantity(atp, uom),
        previous=quantity(state.atp, uom) if state.known else None,
        cause=_name_of(fact),
    )
    told: Effects = [Derive("inventory.availability_changed", Subject("stock", key), changed)]
    return replace(state, atp=atp, known=True), told


def _negative(state: StockState, before: StockState, key: str, fact: Fact, policy: Policy) -> Effects:
    effects: Effects = []
    for name, place in state.positions.items():
        known = before.positions.get(name)
        was = known is not None and known.on_hand < 0
        if place.on_hand < 0 and not was:
            effects.append(StartTimer("negative_grace", key, latest(fact) + seconds(policy, "negative_grace"), name))
        elif was and place.on_hand >= 0:
            effects += [StopTimer("negative_grace", key, name), CloseCase("WHS-12", key, f"{name} {NEGATIVE}")]
    return effects


# -- movements --------------------------------------------------------------------------------------------------------


def statement(state: StockState, key: str, fact: Fact, policy: Policy) -> Step:
    """Stock moved, was corrected or changed its status (MOV-01, MOV-05)."""
    change = change_of(fact)
    warehouse = key.partition("|")[0]
    if change.movement in state.movements:
        return Decision(Disposition.RECORD, reason=f"movement {change.movement} is in the books already")
    counts = fact.payload.count_ref if isinstance(fact.payload, InventoryAdjusted) else ""
    if counts and counts not in state.counts and not is_graced(state, fact):
        return hold(state, key, "gap_grace_wms", fact, policy)
    uom = state.uom or cast("InventoryMoved | InventoryAdjusted | InventoryStatusChanged", fact.payload).qty.uom
    known = replace(state, uom=uom)
    if is_issue(change):
        return _issue(known, state, key, fact, change, warehouse, policy)
    if change.reverses:
        return _reversal(known, state, key, fact, change, policy)
    kept = moved(known, change)
    books = _to_book(kept, change, counts=bool(counts), policy=policy)
    after = _with_movement(kept, change.movement, Movement(RECORDED, books, bool(counts and books)))
    effects = _late(key, fact, policy)
    if books:
        effects += _post(after, key, fact, change, books, policy)
    return keep(after, state, key, fact, policy, effects, row="MOV-01", was=NEW, now=RECORDED)


def _to_book(state: StockState, change: Change, *, counts: bool, policy: Policy) -> dict[str, int]:
    """What the ERP has to book: the movement, but of an adjustment that answers a count only what the ERP lacks."""
    if str(change.kind) not in policy.stock.posted:
        return {}
    if not counts:
        return change.amounts
    lacking = {name: difference(state, name) for name in change.amounts if name in state.differs}
    return {name: amount for name, amount in {**change.amounts, **lacking}.items() if amount}


def _late(key: str, fact: Fact, policy: Policy) -> Effects:
    """What comes a day late has its item looked at again when the dust has settled."""
    if fact.received_at - fact.at <= timedelta(seconds=policy.stock.late_s):
        return []
    return [StartTimer("variance_recheck", key, fact.received_at + seconds(policy, "variance_recheck"), LATE)]


def _post(state: StockState, key: str, fact: Fact, change: Change, books: dict[str, int], policy: Policy) -> Effects:
    warehouse, _, item = key.partition("|")
    lot, origin, destination, amount = _as_moved(books)
    command = PostInventoryMovement(
        movement_id=change.movement,
        warehouse=warehouse,
        item=item,
        type=change.kind,
        qty=quantity(amount, state.uom),
        at=fact.at,
        lot=lot,
        reason=str(getattr(fact.payload, "reason", "")),
        origin=origin,
        destination=destination,
        reverses=change.reverses,
    )
    return [
        send(command, Address(Role.ERP, site=warehouse)),
        StartTimer("tm_erp_post", key, latest(fact) + seconds(policy, "tm_erp_post"), change.movement),
    ]


def _as_moved(books: dict[str, int]) -> tuple[str, StockPlace | None, StockPlace | None, int]:
    """Lot, where from, where to and how much, of amounts by position; what only comes or goes keeps its sign."""
    origin = next((name for name, amount in books.items() if amount < 0), "")
    target = next((name for name, amount in books.items() if amount > 0), "")
    lot = (origin or target).rpartition("|")[0]
    places = [StockPlace(status=_status(name)) if name else None for name in (origin, target)]
    amount = books[target] if target else books[origin]
    return lot, places[0], places[1], amount


def _status(name: str) -> StockStatus:
    return StockStatus(name.rpartition("|")[2])


def _issue(
    known: StockState, before: StockState, key: str, fact: Fact, change: Change, warehouse: str, policy: Policy
) -> Step:
    """Goods left, or did not after all: one change of stock, whichever side tells first, and no posting of its own."""
    both, ours = matched(known, change, fact, warehouse, policy), by_hand_over(fact)
    if both is not None:
        # What a hand-over took is remembered under its name whoever told first, for the case that it is void.
        after = _with_movement(both, change.movement, Movement(POSTED, change.amounts if ours else {}, handover=ours))
        return keep(after, before, key, fact, policy, [], row="MOV-01", was=NEW, now=RECORDED)
    kept = booked(waiting(moved(known, change), change, fact, warehouse, policy), change.amounts)
    after = _with_movement(kept, change.movement, Movement(POSTED, change.amounts, handover=ours))
    return keep(after, before, key, fact, policy, _late(key, fact, policy), row="MOV-01", was=NEW, now=RECORDED)


def voided(state: StockState, key: str, fact: Fact, policy: Policy) -> Step:
    """A hand-over did not happen: what it took is there, in every lot it took it from."""
    number = cast(HandoverVoided, fact.payload).handover_no
    names = [name for name in state.movements if name == number or name.startswith(f"{number}/")]
    amounts: dict[str, int] = {}
    for name in names:
        for place, amount in state.movements[name].books.items():
            amounts[place] = amounts.get(place, 0) - amount
    change = Change(f"{number}/void", MovementType.GOODS_ISSUE_REVERSAL, amounts, 0, micros(fact.at))
    if not amounts or change.movement in state.movements:
        return Decision(Disposition.RECORD, reason=f"nothing of {number} is taken from here")
    return _issue(state, state, key, fact, change, key.partition("|")[0], policy)


def _reversal(known: StockState, before: StockState, key: str, fact: Fact, change: Change, policy: Policy) -> Step:
    """A movement is taken back: its amounts go, and the ERP books the opposite of what it was asked to book."""
    target = known.movements.get(change.reverses)
    if target is None and not is_graced(known, fact):
        return hold(known, key, HOLD_TTL, fact, policy)
    kept = moved(known, change)
    was = target.state if target is not None else NEW
    row = row_of(fact.type, was) if target is not None else None
    if row is None or target is None:
        after = _with_movement(kept, change.movement, Movement(RECORDED))
        return keep(after, before, key, fact, policy, [], row="MOV-01", was=NEW, now=RECORDED)
    books = {name: -amount for name, amount in target.books.items()}
    after = _with_movement(kept, change.reverses, replace(target, state=REVERSED))
    after = _with_movement(after, change.movement, Movement(RECORDED if books else POSTED, books))
    if was == RECORDED:
        # The posting taken back is on its way and will be done; what takes it back is in flight after it.
        after = booked(after, target.books)
    effects: Effects = [StopTimer("tm_erp_post", key, change.reverses), CloseCase("FIN-08", key, change.reverses)]
    if books:
        effects += _post(after, key, fact, change, books, policy)
    return keep(after, before, key, fact, policy, effects, row=row.id, was=was, now=REVERSED)


def _with_movement(state: StockState, name: str, movement: Movement) -> StockState:
    movements = {other: one for other, one in state.movements.items() if other != name}
    movements[name] = movement
    closed = [other for other, one in movements.items() if one.state in (POSTED, REVERSED) or not one.books]
    gone = [other for other in closed if movements[other].handover]
    done = [other for other in closed if not movements[other].handover]
    still = [other for other in movements if other not in set(closed)]
    for names, most in ((done, CLOSED_MAX), (gone, HANDOVERS_MAX), (still, OPEN_MAX)):
        for other in names[: max(len(names) - most, 0)]:
            del movements[other]
    return replace(state, movements=movements, state=_label(movements))


def _label(movements: Mapping[str, Movement]) -> str:
    """The furthest behind of what the ERP has still to book."""
    states = {movement.state for movement in movements.values() if movement.books}
    return next((one for one in (FAILED, RECORDED) if one in states), POSTED)


# -- whole stock, counts, the ERP's answers ---------------------------------------------------------------------------


def snapshot(state: StockState, key: str, fact: Fact, policy: Policy) -> Step:
    """The part of a warehouse's whole stock that is about this item; the ERP's report is only compared with."""
    taken = cast(InventorySnapshotTaken, fact.payload)
    ours = fact.source.system is Role.ERP
    after = stated_by_erp(state, taken) if ours else counted_in_full(state, taken)
    if after.positions == state.positions:
        return Decision(Disposition.RECORD, reason="a later snapshot is in the books already")
    after = replace(after, state=after.state or POSTED)
    return keep(after, state, key, fact, policy, [])


def counted(state: StockState, key: str, fact: Fact, policy: Policy) -> Step:
    """A count is known: an adjustment that answers it may come."""
    count = cast(InventoryCounted, fact.payload)
    after = replace(state, counts=(*state.counts, count.count_id)[-COUNTS_MAX:], uom=state.uom or count.counted.uom)
    return Decision(Disposition.APPLY, before=state.state, after=after.state, state=after)


def posted(state: StockState, key: str, fact: Fact, policy: Policy) -> Step:
    """The ERP has booked a movement (MOV-02, MOV-04)."""
    name = cast(InventoryErpPosted, fact.payload).movement_id
    movement = state.movements.get(name)
    row = row_of(fact.type, movement.state) if movement is not None else None
    if movement is None or row is None:
        return _unasked(state, key, fact, name, policy)
    after = _with_movement(booked(state, movement.books), name, replace(movement, state=POSTED))
    if movement.correction:
        after = replace(
            after, differs={one: amount for one, amount in after.differs.items() if one not in movement.books}
        )
    effects: Effects = [StopTimer("tm_erp_post", key, name), CloseCase("FIN-08", key, name)]
    return keep(after, state, key, fact, policy, effects, row=row.id, was=movement.state, now=POSTED)


def post_failed(state: StockState, key: str, fact: Fact, policy: Policy) -> Step:
    """The ERP could not (MOV-03)."""
    failed = cast(InventoryErpPostFailed, fact.payload)
    movement = state.movements.get(failed.movement_id)
    row = row_of(fact.type, movement.state) if movement is not None else None
    if movement is None or row is None:
        return _unasked(state, key, fact, failed.movement_id, policy)
    after = _with_movement(state, failed.movement_id, replace(movement, state=FAILED))
    detail = f"the ERP did not book {failed.movement_id} ({failed.reason}): fix the period or the master, then book it"
    effects: Effects = [
        StopTimer("tm_erp_post", key, failed.movement_id),
        OpenCase("FIN-08", key, detail, failed.movement_id),
    ]
    return keep(after, state, key, fact, policy, effects, row=row.id, was=movement.state, now=FAILED)


def _unasked(state: StockState, key: str, fact: Fact, name: str, policy: Policy) -> Step:
    if name not in state.movements and not is_graced(state, fact):
        return hold(state, key, HOLD_TTL, fact, policy)
    return Decision(Disposition.RECORD, reason=f"no posting of {name} is open")


def correction(state: StockState, key: str, fact: Fact, policy: Policy) -> Step:
    """A variance is settled by a posting of its own: the ERP's side waits for the answer."""
    command = cast(PostInventoryMovement, fact.payload)
    if command.movement_id in state.movements:
        return Decision(Disposition.RECORD)
    place = command.destination or command.origin or StockPlace()
    books = {position(command.lot, place.status): whole(command.qty.value)}
    after = _with_movement(state, command.movement_id, Movement(RECORDED, books, correction=True))
    wait = StartTimer("tm_erp_post", key, latest(fact) + seconds(policy, "tm_erp_post"), command.movement_id)
    return Decision(Disposition.APPLY, before=state.state, after=after.state, state=after, effects=(wait,))


# -- time -------------------------------------------------------------------------------------------------------------


def _about(fact: Fact) -> str:
    return str(getattr(fact.payload, "about", ""))


def post_overdue(state: StockState, key: str, fact: Fact, policy: Policy) -> Step:
    """FIN-08: the ERP has not answered."""
    name = _about(fact)
    movement = state.movements.get(name)
    if movement is None or movement.state != RECORDED:
        return Decision(Disposition.RECORD)
    case = OpenCase("FIN-08", key, f"the ERP has not answered whether it booked {name}: look there, then book it", name)
    return Decision(Disposition.APPLY, before=state.state, after=state.state, effects=(case,))


def still_negative(state: StockState, key: str, fact: Fact, policy: Policy) -> Step:
    """WHS-12: less than nothing for longer than a missing movement explains."""
    name = _about(fact)
    place = state.positions.get(name)
    if place is None or place.on_hand >= 0:
        return Decision(Disposition.RECORD)
    detail = f"{name.strip('|')} is below zero: a receipt is missing, or count it"
    case = OpenCase("WHS-12", key, detail, f"{name} {NEGATIVE}")
    return Decision(Disposition.APPLY, before=state.state, after=state.state, effects=(case,))


def recheck(state: StockState, key: str, fact: Fact, policy: Policy) -> Step:
    """The item of a late movement is compared again."""
    if _about(fact) != LATE:
        return Decision(Disposition.RECORD)
    again = replace(state, differs={})
    return keep(again, state, key, fact, policy, [])
