"""Every process at once, in any order of arrival: the worked example, less some of it, with what may go otherwise.

Hypothesis leaves out rows of the trace, adds twists (corrections, retractions, cancellations, returns, stock, disputes
…), shuffles, repeats and cuts into batches; a failure shrinks to the fewest twists, the least left out and the least
disorder. Machine states (the ledgers of quantities and money are in them), headlines, clocks and open cases are equal
to the last bit; of commands only what `TRANSIENT_COMMANDS`, `MONEY_ON_THE_WAY` and `TAKEN_BACK` declare may differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from crossdock.app.fold.dossier import unpack
from crossdock.app.fold.session import Session
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.testing.golden.cast import PARTNERS, POLICY
from crossdock.testing.golden.trace import TRACE
from crossdock.testing.golden.twists import TWISTS, Told
from crossdock.testing.world import MONEY_ON_THE_WAY, TAKEN_BACK, TRANSIENT_COMMANDS, Ending, World

NOW = datetime(2026, 6, 20, tzinfo=UTC)
ROWS = {row.name: (row.partner, row.body()) for row in TRACE if row.partner}

# Twists that contradict nothing and take nothing back: with these alone, no command on goods may differ.
PLAIN = (
    "held and free", "another carrier first", "slot moved", "invoice not posted", "invoice credited and paid",
    "claimed twice", "accrual not booked", "goods come back", "stock is counted",
    "movement not booked",
)  # fmt: skip


# Goods nobody tells of packing are declared when their hand-over says that they are gone, unless customs has said by
# then that somebody did.
PACKED, UNPACKED = "R23", frozenset({"submit_declaration"})


class Came(msgspec.Struct, frozen=True):
    """What a history came to at once, and a month later."""

    machines: dict[str, bytes]
    headlines: dict[str, str]
    shown: dict[tuple[str, str], str]
    cases: frozenset[tuple[str, str, str]]
    timers: frozenset[tuple[str, str]]
    waiting: frozenset[tuple[str, str]]
    quarantined: int
    later: dict[str, str]
    effects: frozenset[str]


async def outcome(told: Sequence[Told], sizes: Sequence[int] = (), session_type: type[Session] = Session) -> Came:
    """What this order of arrival comes to, in batches of these sizes (then one fact a batch)."""
    world = World(PARTNERS, policy=POLICY, now=NOW, session_type=session_type)
    left = list(told)
    for size in [*sizes, *[1] * len(told)]:
        batch, left = left[:size], left[size:]
        await world.take(batch)
    ending: Ending = world.ending()
    # What another dossier told and took back waits too, beside its retraction; what partners said is compared.
    waiting = frozenset((row.type, row.key) for row in world.store.waiting.values() if row.partner in PARTNERS)
    await world.pass_time(NOW + timedelta(days=30))
    return Came(
        ending.machines, ending.headlines, ending.shown, ending.cases, ending.timers, waiting, ending.quarantined,
        world.ending().headlines, ending.effects,
    )  # fmt: skip


def kinds(effects: frozenset[str]) -> frozenset[str]:
    """Commands by type."""
    return frozenset(one.partition(":")[0] for one in effects)


def differences(one: Came, other: Came) -> dict[str, object]:
    """Where two ends differ, without commands."""
    return {
        name: (getattr(one, name), getattr(other, name))
        for name in one.__struct_fields__
        if name != "effects" and getattr(one, name) != getattr(other, name)
    }


def history(gone: frozenset[str], twists: Sequence[str]) -> list[Told]:
    """The trace without these rows, and these twists after it."""
    kept = [told for name, told in ROWS.items() if name not in gone]
    return [*kept, *(told for name in twists for told in TWISTS[name])]


async def compared(data: st.DataObject, names: Sequence[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Draw a history and an order of arrival, hold that both end the same, and say which commands differ and what was
    left out."""
    twists = data.draw(st.lists(st.sampled_from(names), unique=True, max_size=4), label="twists")
    gone = data.draw(st.frozensets(st.sampled_from(sorted(ROWS)), max_size=5), label="left out")
    told = history(gone, twists)
    repeats = data.draw(st.lists(st.integers(0, len(told) - 1), max_size=5), label="repeated")
    arrived = data.draw(st.permutations([*range(len(told)), *repeats]), label="order")
    sizes = data.draw(st.lists(st.integers(1, 12), max_size=8), label="batches")
    found, expected = await outcome([told[place] for place in arrived], sizes), await outcome(told)
    assert differences(found, expected) == {}
    return kinds(found.effects ^ expected.effects), gone


SLOW = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
)


@pytest.mark.proves("Y-03", "Y-04", "Y-26", "X-05", "X-06")
@SLOW
@given(data=st.data())
async def test_what_contradicts_nothing_moves_the_same_goods_in_any_order(data: st.DataObject) -> None:
    differing, gone = await compared(data, PLAIN)
    assert differing <= TRANSIENT_COMMANDS | MONEY_ON_THE_WAY | (UNPACKED if PACKED in gone else frozenset())


async def test_what_left_unpacked_is_declared_once_more_where_customs_is_heard_last() -> None:
    """Why `UNPACKED` may differ: the found history, and that nothing else does."""
    told = history(frozenset({PACKED, "R25"}), [])
    declared = [name for name in ROWS if name not in (PACKED, "R25")].index("R24")
    found, expected = await outcome([*told[:declared], *told[declared + 1 :], told[declared]]), await outcome(told)
    assert differences(found, expected) == {}
    assert kinds(found.effects ^ expected.effects) == UNPACKED


@SLOW
@given(data=st.data())
async def test_everything_at_once_ends_the_same_in_any_order(data: st.DataObject) -> None:
    differing, _ = await compared(data, [*TWISTS])
    assert differing <= TRANSIENT_COMMANDS | MONEY_ON_THE_WAY | TAKEN_BACK


@pytest.mark.parametrize("name", TWISTS)
async def test_every_twist_backwards_and_in_one_batch(name: str) -> None:
    """Each alone, in the worst order there is and in none at all."""
    told = history(frozenset(), [name])
    expected = await outcome(told)
    for found in (await outcome(told[::-1]), await outcome(told, [len(told)])):
        assert differences(found, expected) == {}
        assert kinds(found.effects ^ expected.effects) <= TRANSIENT_COMMANDS | MONEY_ON_THE_WAY | TAKEN_BACK


# Machines no row of the trace and no twist begins, and where their histories are told in any order.
ELSEWHERE = {
    "ACK": "process/test_acknowledgment.py",
    "ASK": "process/service/test_service.py",
    "CHL": "app/ingest/test_channel_orders.py",
    "CHO": "app/ingest/test_channel_orders.py",
}


async def test_what_is_shuffled_here_reaches_every_process() -> None:
    """Order, fulfilment, shipment, load, task and run, customs, invoices, freight, returns, stock, docks; and cases."""
    world = World(PARTNERS, policy=POLICY, now=NOW)
    await world.take(history(frozenset(), [*TWISTS]))
    reached = {name.partition(":")[0] for row in world.store.dossiers.values() for name in unpack(row.state).machines}
    every = {machine.name for registry in REGISTRIES.values() for machine in registry.machines}
    assert every - reached == ELSEWHERE.keys()
    assert all((Path(__file__).parents[2] / file).is_file() for file in ELSEWHERE.values())
    assert {code[:3] for code, _, _ in world.ending().cases} >= {"CUS", "FIN", "INT", "TRN", "WHS"}


async def test_what_we_told_a_run_and_took_back_leaves_no_trace() -> None:
    """A second attempt that is told before anybody knows its run is told to the first run, and taken back there."""
    told = history(frozenset(), [])
    names = [*ROWS]
    late = [told[names.index(name)] for name in ("R31", "R29", "R30", "R45")]
    early = [one for one in told if one not in late]
    found, expected = await outcome([*early, *late]), await outcome(told)
    assert differences(found, expected) == {}
