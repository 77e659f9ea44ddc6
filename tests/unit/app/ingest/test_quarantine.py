"""One bad fact stops only its own order and lane, and releasing it is as if it had never been (architecture.md §2 rule
5)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import cast

import msgspec
import pytest

from crossdock.app.fold.registry import AnyMachine, Registry
from crossdock.app.release import QuarantineKeeper
from crossdock.bench.trace import PARTNERS, Order
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.canonical.envelope import Fact
from crossdock.canonical.vocabulary import Disposition, Lane
from crossdock.kernel.errors import Bug
from crossdock.process.fulfilment.machine import MACHINE as FULFILMENT
from crossdock.process.machine import Decision
from crossdock.process.policy import Policy
from crossdock.testing.world import World

START = datetime(2026, 6, 1, 6, tzinfo=UTC)


class Brittle:
    """The fulfilment machine with a bug: it breaks on the picks of one order until it is mended."""

    def __init__(self, order_no: str) -> None:
        self.order_no = order_no
        self.mended = False
        self.name = FULFILMENT.name
        self.listens = FULFILMENT.listens
        self.per_group = FULFILMENT.per_group
        self.state_type = FULFILMENT.state_type

    def label(self, state: msgspec.Struct) -> str:
        """See `Machine.label`."""
        return FULFILMENT.label(state)  # type: ignore[arg-type]  # the registry hands back what it was given

    def decide(
        self, state: msgspec.Struct | None, key: str, trigger: str, fact: Fact, policy: Policy
    ) -> Decision[msgspec.Struct]:
        """See `Machine.decide`."""
        if trigger == "pick.completed" and key.startswith(f"{self.order_no}/") and not self.mended:
            raise Bug("divided by a pallet")
        return FULFILMENT.decide(state, key, trigger, fact, policy)  # type: ignore[arg-type, return-value]  # as above


@pytest.fixture
def brittle() -> Brittle:
    """Breaks on the first order."""
    return Brittle("SO-00000001")


@pytest.fixture
def world(brittle: Brittle) -> World:
    """A hub with that bug."""
    flawed = cast("AnyMachine", brittle)
    machines = [flawed if one.name == brittle.name else one for one in REGISTRIES["order"].machines]
    registries = {**REGISTRIES, "order": Registry(machines)}
    return World(PARTNERS, now=START + timedelta(days=3), registries=registries)


def told(number: int) -> list[tuple[str, bytes]]:
    """All facts of one order."""
    return [(one.partner, one.body) for one in Order(number, START).facts()]


async def test_only_its_own_order_and_lane_stop(world: World) -> None:
    """In one batch with another order: the other arrives, this one waits behind its pick, the rest of it goes on."""
    receipts = await world.take([*told(1), *told(2)])
    mine = [receipt.disposition for receipt in receipts[:13]]
    assert mine[5] is Disposition.QUARANTINE
    assert mine[6:8] == [Disposition.HOLD, Disposition.HOLD], "pack and hand-over wait behind the pick"
    assert "SHP:WH-NL1/1 CLOSED" in world.ending().headlines["order||SO-00000002"]
    (row,) = world.store.quarantine.values()
    assert (row.id, row.lane, row.reason) == (receipts[5].event_id, Lane.WAREHOUSE, "divided by a pallet")
    assert ("INT-02", "SO-00000001/WH-NL1/1", "wms-nl1 pick.completed") in world.store.cases


@pytest.mark.proves("PF-11")
async def test_later_facts_of_the_lane_are_kept_behind_it_in_later_batches_too(world: World) -> None:
    """One by one: the same places."""
    dispositions = [(await world.take([one]))[0].disposition for one in told(1)]
    assert dispositions[5:8] == [Disposition.QUARANTINE, Disposition.HOLD, Disposition.HOLD]


@pytest.mark.proves("PF-11")
async def test_released_after_the_mend_it_is_as_if_it_had_never_been(world: World, brittle: Brittle) -> None:
    """Every state, ledger and command is what it would have been (peers.md §5 no 11)."""
    await world.take(told(1))
    brittle.mended = True
    (row,) = world.store.quarantine.values()
    receipt = await QuarantineKeeper(world.parts, world.ingest).release(row.id, reason="mended", by="u.hart")
    assert receipt is not None
    assert receipt.disposition is Disposition.APPLY
    straight = World(PARTNERS, now=START + timedelta(days=3))
    await straight.take(told(1))
    found, expected = world.ending(), straight.ending()
    assert (found.machines, found.effects, found.shown) == (expected.machines, expected.effects, expected.shown)
    assert not world.store.quarantine
    assert found.cases == expected.cases, "the case of the quarantine is closed by the release"


async def test_released_too_early_it_goes_back(world: World) -> None:
    """A release that changes nothing loses nothing."""
    await world.take(told(1))
    (row,) = world.store.quarantine.values()
    receipt = await QuarantineKeeper(world.parts, world.ingest).release(row.id, reason="hope", by="u.hart")
    assert receipt is not None
    assert receipt.disposition is Disposition.QUARANTINE
    assert list(world.store.quarantine) == [row.id]


async def test_skipped_the_lane_flows_without_it(world: World) -> None:
    """Given up by a person, with the reason kept: what waited behind it is folded."""
    await world.take(told(1))
    (row,) = world.store.quarantine.values()
    assert await QuarantineKeeper(world.parts, world.ingest).skip(row.id, reason="picked by hand", by="u.hart")
    dossier, _, seq = row.id.partition(".")
    event = world.store.events[int(dossier), int(seq)]
    assert event.disposition is Disposition.QUARANTINE
    assert "picked by hand" in event.reason
    behind = [event.disposition for event in world.store.events.values() if event.type == "pack.completed"]
    assert behind != [Disposition.QUARANTINE]
    assert not world.store.quarantine


async def test_a_released_fact_nobody_knows_is_not_found(world: World) -> None:
    """Two operators at once: the second is told there is nothing left to do."""
    keeper = QuarantineKeeper(world.parts, world.ingest)
    assert await keeper.release("1.99", reason="twice", by="u.hart") is None
    assert not await keeper.skip("1.99", reason="twice", by="u.hart")


async def test_what_makes_a_fact_of_the_log_break_waits_and_the_log_stays_as_it_was(
    world: World, brittle: Brittle
) -> None:
    """A newer version breaks on an old fact: what comes late is quarantined in its place, and nothing runs for ever."""
    brittle.mended = True
    late, *others = sorted(told(1), key=lambda one: b'"allocation.confirmed"' not in one[1])
    await world.take(others)
    before = world.ending()
    brittle.mended = False
    (receipt,) = await world.take([late])
    assert receipt.disposition is Disposition.QUARANTINE
    assert "pick.completed breaks, which stands in the log" in receipt.reason
    assert world.ending().machines == before.machines
    brittle.mended = True
    released = await QuarantineKeeper(world.parts, world.ingest).release(receipt.event_id, reason="mended", by="u.hart")
    assert released is not None
    straight = World(PARTNERS, now=START + timedelta(days=3))
    await straight.take(told(1))
    assert world.ending().machines == straight.ending().machines
