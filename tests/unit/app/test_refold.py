"""What is stored is what the log comes to, whatever came in which order and whatever time decided; and each thing that
is not is named (decisions 0001 and 0012)."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest

from crossdock.app.deliver.echo import echo_body
from crossdock.app.fold.dossier import ENTRY_BYTES, DossierState, pack, unpack
from crossdock.app.refold import TOLD_MAX, differences
from crossdock.app.release import QuarantineKeeper
from crossdock.bench.trace import PARTNERS, Order, Told
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.canonical.vocabulary import Disposition
from crossdock.ports.audit import Kind, StoredDossier
from crossdock.ports.outbox import Echo, Ending
from crossdock.process.order.state import OrderState
from crossdock.process.policy import Policy
from crossdock.testing.refolded import refolded, stored_dossier
from crossdock.testing.world import OURSELVES, Partners, World
from tests.unit.app.ingest.test_any_order import START, two_orders_one_load
from tests.unit.app.ingest.test_any_order_unhappy import EVERYBODY, unhappy
from tests.unit.app.ingest.test_quarantine import Brittle, brittle, told, world

__all__ = ["brittle", "world"]

LATE = START + timedelta(days=5)
CORPORA = {"happy": two_orders_one_load, "unhappy": unhappy}


async def after(corpus: list[Told], dice: random.Random, *, late: bool) -> World:
    """A hub after these facts, shuffled, some twice, in batches of any size, with pauses in which timers elapse; it is
    compared after every step."""
    hub = World(EVERYBODY, now=LATE if late else START)
    left = [*corpus, *dice.sample(corpus, 4)]
    dice.shuffle(left)
    while left:
        size = dice.randint(1, 5)
        await hub.take((one.partner, one.body) for one in left[:size])
        left = left[size:]
        if dice.random() < 0.3:
            await hub.pass_time(hub.clock.at + timedelta(minutes=dice.choice([1, 30, 600])))
        assert refolded(hub) == []
    return hub


@pytest.mark.parametrize("late", [True, False])
@pytest.mark.parametrize("name", CORPORA)
@pytest.mark.parametrize("seed", range(4))
async def test_the_stored_state_is_the_fold_of_the_log(name: str, seed: int, late: bool) -> None:
    await after(CORPORA[name](), random.Random(seed), late=late)


@pytest.mark.parametrize(("name", "seed", "late"), [("happy", 11, True), ("unhappy", 5, True), ("unhappy", 55, False)])
async def test_a_timer_started_by_one_that_elapsed_is_told_of_though_it_is_overdue_itself(
    name: str, seed: int, late: bool
) -> None:
    """Found by the comparison: after a pause the hub dropped such a timer with those it had told of."""
    await after(CORPORA[name](), random.Random(seed), late=late)


async def test_quarantine_is_no_difference_before_or_after_its_release(world: World, brittle: Brittle) -> None:
    await world.take(told(1))
    (row,) = world.store.quarantine.values()
    assert refolded(world) == []
    brittle.mended = True
    await QuarantineKeeper(world.parts, world.ingest).release(row.id, reason="mended", by="u.hart")
    assert refolded(world) == []


async def test_a_log_that_cannot_be_folded_is_named(world: World, brittle: Brittle) -> None:
    brittle.mended = True
    await world.take(told(1))
    brittle.mended = False
    (found,) = refolded(world)
    assert (found.kind, found.subject) == (Kind.FOLD_BROKEN, "order||SO-00000001")
    assert "pick.completed" in found.detail
    assert "divided by a pallet" in found.detail


async def test_how_a_command_ended_stays_known_when_the_log_is_read_again() -> None:
    """Found by the comparison: the deliverer names the command's cause, an event of this dossier, as its own. A fact
    that came late then had the log read without it, and an acknowledgment that stayed out was no case any more."""
    facts = list(Order(1, START).facts())
    hub = World({**EVERYBODY, "crossdock": OURSELVES}, now=START + timedelta(hours=1))
    await hub.tell("erp1", facts[0].body)
    sent = next(one for one in hub.store.deliveries if one.partner == "wms-nl1")
    ended = Echo(
        id=sent.id,
        run=1,
        ident=hub.store.dossiers[sent.dossier].ident,
        type=sent.type,
        idempotency_key=sent.idempotency_key,
        ordering_key=sent.ordering_key,
        partner=sent.partner,
        cause=sent.cause,
        traceparent="",
        payload=sent.payload,
        ending=Ending.DELIVERED,
        reference="10.1",
        detail="",
        at=START + timedelta(hours=1),
    )
    directory = Partners({"wms-nl1": msgspec.structs.replace(PARTNERS["wms-nl1"], acknowledge_within_s=60)})
    await hub.tell("crossdock", echo_body(ended, OURSELVES, directory))
    hub.parts.memory.take(sent.dossier, hub.store.dossiers[sent.dossier].state)
    await hub.take((one.partner, one.body) for one in facts[1:3])
    state = unpack(hub.store.dossiers[sent.dossier].state)
    assert "ACK" in state.machines
    assert "tm_answer" in {timer.name for timer in state.timers}
    assert refolded(hub) == []


# -- damage ---------------------------------------------------------------------------------------------------------


async def order(steps: int) -> StoredDossier:
    """The first order of the plain way after so many facts, which no difference is found in."""
    hub = World(EVERYBODY, now=START + timedelta(hours=1))
    await hub.take((one.partner, one.body) for one in two_orders_one_load()[:steps])
    row = next(row for row in hub.store.dossiers.values() if row.ident == "order||SO-00000001")
    found = stored_dossier(hub.store, row)
    assert differences(found, REGISTRIES["order"], Policy()) == []
    return found


def damaged(kept: StoredDossier, damage: Callable[[DossierState], None]) -> StoredDossier:
    """The same with another state."""
    state = unpack(kept.row.state)
    damage(state)
    return msgspec.structs.replace(kept, row=msgspec.structs.replace(kept.row, state=pack(state)))


def compare(kept: StoredDossier) -> dict[Kind, list[str]]:
    """The differences by kind."""
    found: dict[Kind, list[str]] = {}
    for one in differences(kept, REGISTRIES["order"], Policy()):
        found.setdefault(one.kind, []).append(one.detail)
    return found


def change_order(state: DossierState) -> None:
    order_state = msgspec.msgpack.decode(state.machines["ORD"], type=OrderState)
    changed = msgspec.structs.replace(order_state, state="FULFILLED")
    state.machines["ORD"] = msgspec.Raw(msgspec.msgpack.encode(changed))


async def test_a_changed_field_of_a_state_is_named_with_its_machine() -> None:
    found = compare(damaged(await order(4), change_order))
    assert found == {Kind.STATE_DIFFERS: ["ORD.state is stored as 'FULFILLED', the log makes it 'EXECUTING'"]}


async def test_a_state_that_is_missing_or_nobody_knows_is_named() -> None:
    def swap(state: DossierState) -> None:
        state.machines["SHP:WH-NL9/1"] = state.machines.pop("SHP:WH-NL1/1")

    assert compare(damaged(await order(4), swap))[Kind.STATE_DIFFERS] == [
        "SHP:WH-NL1/1 is not stored, and the log begins it",
        "SHP:WH-NL9/1 is stored, and nothing in the log begins it",
    ]


async def test_a_lost_timer_is_named_and_one_nobody_will_be_woken_for() -> None:
    kept = await order(4)
    assert unpack(kept.row.state).timers
    lost = damaged(kept, lambda state: state.timers.clear())
    (first, *_) = compare(lost)[Kind.TIMER_DIFFERS]
    assert "does not run, and the log starts it" in first
    silent = compare(msgspec.structs.replace(kept, alarm=None))[Kind.TIMER_DIFFERS]
    assert "the alarm is set for None" in silent[0]
    assert "no alarm rings in time for timer" in silent[1]


async def test_a_timer_nothing_starts_is_named() -> None:
    kept = await order(4)
    (timer, *_) = unpack(kept.row.state).timers
    strange = msgspec.structs.replace(timer, name="tm_nobody", due_us=timer.due_us + 3_600_000_000)
    found = compare(damaged(kept, lambda state: state.timers.append(strange)))
    assert list(found) == [Kind.TIMER_DIFFERS]
    assert "tm_nobody" in found[Kind.TIMER_DIFFERS][0]


async def test_cases_are_compared_with_the_log_and_with_the_list_people_work_from() -> None:
    hub = World(EVERYBODY, now=LATE)
    await hub.take((one.partner, one.body) for one in two_orders_one_load()[:4])
    await hub.pass_time(LATE + timedelta(days=2))
    row = next(row for row in hub.store.dossiers.values() if unpack(row.state).cases)
    kept = stored_dossier(hub.store, row)
    assert compare(kept) == {}
    forgotten = compare(damaged(kept, lambda state: state.cases.clear()))
    assert "is not held open, and the log opens it" in forgotten[Kind.CASE_DIFFERS][0]
    unlisted = compare(msgspec.structs.replace(kept, cases=frozenset()))
    assert "missing in the list of open cases" in unlisted[Kind.CASE_DIFFERS][0]


async def test_a_body_changed_in_the_log_is_found() -> None:
    kept = await order(4)
    log = tuple(
        msgspec.structs.replace(fact, body=fact.body.replace(b'"value":"40"', b'"value":"41"')) for fact in kept.log
    )
    assert log != kept.log
    found = compare(msgspec.structs.replace(kept, log=log))
    assert any("ORD.lines" in detail for detail in found[Kind.STATE_DIFFERS])
    assert any("is not known to have come" in detail for detail in found[Kind.MEMORY_DIFFERS])


async def test_a_fact_called_what_it_is_not_is_found() -> None:
    kept = await order(4)
    log = tuple(msgspec.structs.replace(fact, disposition=Disposition.HOLD) for fact in kept.log[:1]) + kept.log[1:]
    (detail,) = compare(msgspec.structs.replace(kept, log=log))[Kind.LOG_DIFFERS]
    assert detail.endswith("order.approved is called HOLD, the fold makes it APPLY")


async def test_applied_and_recorded_are_the_same_of_a_fact_that_came_late() -> None:
    kept = await order(4)
    log = tuple(msgspec.structs.replace(fact, disposition=Disposition.RECORD) for fact in kept.log)
    assert compare(msgspec.structs.replace(kept, log=log)) == {}


async def test_a_command_that_never_went_out_is_found_and_one_of_the_past_is_not() -> None:
    def forget(state: DossierState) -> None:
        state.emitted = state.emitted[ENTRY_BYTES:]

    def remember(state: DossierState) -> None:
        state.emitted += b"\x01" * ENTRY_BYTES

    kept = await order(4)
    (detail,) = compare(damaged(kept, forget))[Kind.TOLD_DIFFERS]
    assert detail.endswith("follows from the log and never went out")
    assert compare(damaged(kept, remember)) == {}


async def test_a_present_state_shown_wrongly_is_found() -> None:
    def show(state: DossierState) -> None:
        state.shown = dict.fromkeys(state.shown, 7)

    assert "another was shown last" in compare(damaged(await order(4), show))[Kind.TOLD_DIFFERS][0]


async def test_the_duplicate_test_is_compared_both_ways() -> None:
    def shift(state: DossierState) -> None:
        state.seen = state.seen[ENTRY_BYTES:] + b"\x02" * ENTRY_BYTES

    found = compare(damaged(await order(4), shift))[Kind.MEMORY_DIFFERS]
    assert found[0].endswith("is not known to have come: if it comes again it is applied twice")
    assert found[1] == "1 facts are taken for repetitions of what the log does not have"


async def test_numbers_place_and_links_are_compared() -> None:
    def move(state: DossierState) -> None:
        state.next_seq += 1
        state.frontier = (1, 0, 0, 0)

    kept = damaged(await order(4), move)
    found = compare(msgspec.structs.replace(kept, idents=frozenset()))[Kind.MEMORY_DIFFERS]
    assert len(found) == TOLD_MAX
    assert "the next fact gets number" in found[0]
    assert "stands at (1, 0, 0, 0)" in found[1]
    assert found[2].endswith("is linked in the log, and does not lead here")


async def test_a_lane_nobody_can_release_is_found() -> None:
    kept = damaged(await order(4), lambda state: state.blocked.append("warehouse"))
    assert compare(kept)[Kind.LOG_DIFFERS] == [
        "lane warehouse is blocked, and no fact of it stands in quarantine: nobody can release it"
    ]


@pytest.mark.parametrize("state", [b"\x90\xff", b"not msgpack"])
async def test_a_state_that_cannot_be_unpacked_is_named(state: bytes) -> None:
    kept = await order(4)
    broken = msgspec.structs.replace(kept, row=msgspec.structs.replace(kept.row, state=state))
    (detail,) = compare(broken)[Kind.FOLD_BROKEN]
    assert "restore the row from a backup" in detail
