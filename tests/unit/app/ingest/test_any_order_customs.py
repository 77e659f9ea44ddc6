"""Export customs in any order of arrival, with duplicates: same declarations, holds, cases, commands (domain.md §3.4).

Each history is told by everybody who has a part in it; hypothesis shuffles, repeats and cuts it into batches.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from crossdock.canonical.events.customs import CustomsHoldKind
from crossdock.canonical.events.fulfilment import FulfilmentCancelled
from crossdock.canonical.events.order import OrderCancelRequested
from crossdock.canonical.events.platform import DocumentAttached
from crossdock.canonical.parts import Mode
from crossdock.process.policy import Policy
from crossdock.testing.export import PARTNERS, Export, Told
from crossdock.testing.world import TRANSIENT_COMMANDS, Ending, World

History = Callable[[], list[Told]]


def amended() -> list[Told]:
    """Accepted with 40; a package is opened again and 38 are in it, which customs agrees to."""
    told = Export()
    return [
        *told.way_out(), told.declared(), told.accepted(), told.packed(200, 38), told.amended(230, amendment_of()),
        told.released(300), told.handed_over(600, 38), told.departed(), told.exit_confirmed(),
    ]  # fmt: skip


def amendment_of() -> str:
    """What we call the amendment of that history."""
    return "1-of-40-to-38"


def lost_race() -> list[Told]:
    """The shipment is cancelled, customs releases before it looks at the cancellation, and denies it."""
    told = Export()
    return [*told.way_out(), told.declared(), told.accepted(), told.cancelled(200), told.released(210)]


def withdrawn() -> list[Told]:
    """Cancelled in time."""
    told = Export()
    return [*told.way_out(), told.declared(), told.accepted(), told.held(), told.cancelled(200), told.withdrawn(240)]


def refused() -> list[Told]:
    """Refused, and nothing after it."""
    told = Export()
    return [*told.way_out(), told.declared(), told.accepted(), told.held(), told.documents_wanted(), told.refused()]


def contradicted() -> list[Told]:
    """Released and refused for the same version."""
    told = Export()
    return [*told.way_out(), told.declared(), told.accepted(), told.released(300), told.refused(320)]


def twice_held() -> list[Told]:
    """Held for a control, then for a query, released, and held again."""
    told = Export()
    return [
        *told.way_out(), told.declared(), told.accepted(), told.held(),
        told.held(160, kind=CustomsHoldKind.QUERY), told.released(300), told.held(310), told.released(400),
    ]  # fmt: skip


def breach() -> list[Told]:
    """Gone without a word of its release."""
    told = Export()
    return [*told.way_out(), told.declared(), told.accepted(), told.handed_over(), told.departed()]


def out_too_soon() -> list[Told]:
    """The exit is known and the release is not: it waits a day for it."""
    told = Export()
    return [*told.way_out(), told.declared(), told.accepted(), told.handed_over(), told.exit_confirmed()]


def by_parcel_after_all() -> list[Told]:
    """Planned anew by parcel, whose carrier clears: the declaration is withdrawn."""
    told = Export()
    return [
        *told.way_out(),
        told.declared(),
        told.accepted(),
        told.planned(180, mode=Mode.PARCEL, rev=2),
        told.withdrawn(220),
    ]


def papers() -> list[Told]:
    """Documents wanted, attached by the ERP, released, and asked after once gone."""
    told = Export()
    paper = DocumentAttached(type="invoice", sha256="9f86", mime="application/pdf", source="erp1", name="INV-1")
    return [
        *told.way_out(), told.declared(), told.accepted(), told.documents_wanted(), told.erp(170, paper),
        told.released(300), told.handed_over(), told.departed(), told.exit_enquiry(2000), told.exit_confirmed(2900),
    ]  # fmt: skip


def order_cancelled() -> list[Told]:
    """The whole order is cancelled while its declaration stands: customs first, then everything else (CX-05)."""
    told = Export()
    wish = OrderCancelRequested(request_id="CR-1", reason="not needed")
    gone = FulfilmentCancelled(order_no=told.number, warehouse="WH-NL1", cancel_id="CR-1")
    return [
        *told.way_out(), told.declared(), told.accepted(), told.erp(200, wish), told.withdrawn(240),
        told.warehouse(250, gone), told.cancelled(255),
    ]  # fmt: skip


HISTORIES: dict[str, History] = {
    "plain": lambda: Export().plain(),
    "stopped": lambda: Export().stopped(),
    "corrected": lambda: Export().corrected(),
    "amended": amended,
    "lost race": lost_race,
    "withdrawn": withdrawn,
    "refused": refused,
    "contradicted": contradicted,
    "twice held": twice_held,
    "breach": breach,
    "out too soon": out_too_soon,
    "by parcel after all": by_parcel_after_all,
    "papers": papers,
    "order cancelled": order_cancelled,
}
ENDS = {
    "plain": "EXITED", "stopped": "EXITED", "corrected": "EXITED", "amended": "EXITED", "lost race": "RELEASED",
    "withdrawn": "CANCELLED", "refused": "REFUSED", "contradicted": "RELEASED", "twice held": "RELEASED",
    "breach": "ACCEPTED", "out too soon": "ACCEPTED", "by parcel after all": "CANCELLED", "papers": "EXITED",
    "order cancelled": "CANCELLED",
}  # fmt: skip


async def outcome(told: Sequence[Told], sizes: Sequence[int] = ()) -> Ending:
    """What this order of arrival ends in, in batches of these sizes (then one fact a batch)."""
    world = World(PARTNERS, policy=Policy())
    left = list(told)
    for size in itertools.chain(sizes, itertools.repeat(1)):
        if not left:
            return settled(world.ending())
        batch, left = left[:size], left[size:]
        await world.take((one.partner, one.body) for one in batch)
    raise AssertionError("unreachable")


def settled(ending: Ending) -> Ending:
    """Without the commands that may differ on the way."""
    lasting = frozenset(effect for effect in ending.effects if effect.partition(":")[0] not in TRANSIENT_COMMANDS)
    return replace(ending, effects=lasting)


@pytest.mark.parametrize("name", HISTORIES)
async def test_in_order_every_history_ends_where_it_should(name: str) -> None:
    """The declaration's last state, and nothing left behind."""
    ending = await outcome(HISTORIES[name]())
    assert f"CD:WH-NL1/1 {ENDS[name]}" in ending.headlines["order||SO-7"]
    assert (ending.waiting, ending.quarantined) == (0, 0)


@pytest.mark.parametrize("name", HISTORIES)
async def test_backwards_and_in_one_batch_is_the_same(name: str) -> None:
    """The worst order there is, and no order at all."""
    told = HISTORIES[name]()
    expected = await outcome(told)
    assert await outcome(told[::-1]) == expected
    assert await outcome(told, [len(told)]) == expected


KNOWN: dict[str, Ending] = {}


async def expected(name: str) -> Ending:
    """What a history ends in when told in order; found once."""
    if name not in KNOWN:
        KNOWN[name] = await outcome(HISTORIES[name]())
    return KNOWN[name]


@pytest.mark.parametrize("name", HISTORIES)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_any_order_with_duplicates_gives_the_same(name: str, data: st.DataObject) -> None:
    """CD-01 to CD-25: shuffled, repeated and cut into batches."""
    told = HISTORIES[name]()
    repeated = data.draw(st.lists(st.integers(0, len(told) - 1), max_size=5))
    arrived = data.draw(st.permutations([*range(len(told)), *repeated]))
    sizes = data.draw(st.lists(st.integers(1, 8), max_size=6))
    assert await outcome([told[place] for place in arrived], sizes) == await expected(name)
