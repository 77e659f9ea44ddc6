"""The worked example played to a hub in memory, and what is read off after every row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import msgspec

from crossdock.app.fold.dossier import unpack
from crossdock.app.headline import Concern, Tiles
from crossdock.app.states import states_of
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.ports.store import EventRow
from crossdock.process.order.machine import MACHINE as ORD
from crossdock.process.order.state import OrderState
from crossdock.process.policy import Policy
from crossdock.testing.golden.cast import PARTNERS, POLICY, when
from crossdock.testing.golden.trace import TRACE, Row
from crossdock.testing.world import World

ORDER_IDENT = "order||SO-100234"

# The instances of §10.2 by the dossier and the name they have here.
INSTANCES = {
    "ORD": (ORDER_IDENT, "ORD"), "FON": (ORDER_IDENT, "FO:WH-NL1/1"), "FOG": (ORDER_IDENT, "FO:WH-GB1/1"),
    "SHN": (ORDER_IDENT, "SHP:WH-NL1/1"), "SHG": (ORDER_IDENT, "SHP:WH-GB1/1"), "DT": (ORDER_IDENT, "DT:WH-GB1/1"),
    "CD": (ORDER_IDENT, "CD:WH-NL1/1"), "FRT": (ORDER_IDENT, "FRT:WH-NL1/1"), "BLN": (ORDER_IDENT, "BIL:WH-NL1/1"),
    "BLG": (ORDER_IDENT, "BIL:WH-GB1/1"), "LD": ("load||LD-4501", "LD"), "APT": ("appointment||LD-4501.1.1", "APT"),
    "RA": ("run||RUN-5521", "RUN"), "RB": ("run||RUN-5530", "RUN"), "MV": ("stock||WH-NL1|IT-778", "MOV"),
}  # fmt: skip


class Seen(NamedTuple):
    """What a row came to: transitions as `SHP-13 IN_TRANSIT`, counted, and where every instance stands after it."""

    disposition: str
    taken: Counter[str]
    stands: dict[str, str]
    commands: tuple[str, ...]
    cases: tuple[tuple[str, str, bool], ...]
    tiles: Tiles | None
    order: OrderState


def steps(transitions: str) -> list[str]:
    """`FO-16 PACKED>HANDED_OVER; …` as `FO-16 HANDED_OVER`."""
    return [f"{part.split()[0]} {part.rpartition('>')[2]}" for part in transitions.split("; ") if part]


def taken_of(before: dict[tuple[int, int], EventRow], after: dict[tuple[int, int], EventRow]) -> Counter[str]:
    """The transitions of rows that are new, and of those taken from hold."""
    fresh = [row for place, row in after.items() if place not in before or not before[place].transitions]
    return Counter(step for row in fresh for step in steps(row.transitions))


def wanted_of(row: Row) -> Counter[str]:
    """The row's transitions without their instances."""
    return Counter(step.partition(" ")[2] for step in row.taken)


def stands_wanted(row: Row) -> dict[str, frozenset[str]]:
    """Where the row's instances must stand after it: one of the states it takes them to."""
    ends: dict[str, set[str]] = {}
    for step in row.taken:
        instance, _, state = step.split()
        ends.setdefault(instance, set()).add(state)
    return {instance: frozenset(states) for instance, states in ends.items()}


class Player:
    """One hub in memory to which rows are played; what each came to is in `seen`."""

    def __init__(self, policy: Policy = POLICY, now: datetime | None = None) -> None:
        self.world = World(PARTNERS, policy=policy, now=now or when("01 04:00"))
        self.seen: dict[str, Seen] = {}

    async def play(self, rows: Iterable[Row]) -> Player:
        """Each row at the instant it was received; timers due before it have rung."""
        for row in rows:
            await self._play(row)
        return self

    async def _play(self, row: Row) -> None:
        store = self.world.store
        if row.partner:
            await self.world.pass_time(row.received)
        before, sent, told = dict(store.events), len(store.deliveries), len(store.case_log)
        if not row.partner:
            await self.world.pass_time(row.received)
            disposition = "APPLY"
        else:
            (receipt,) = await self.world.tell(row.partner, row.body())
            disposition = str(receipt.disposition)
        self.seen[row.name] = Seen(
            disposition,
            taken_of(before, store.events),
            self.stands(),
            tuple(one.type for one in store.deliveries[sent:]),
            tuple((case.code, case.subject, case.open) for case in store.case_log[told:]),
            self.tiles(),
            self.order(),
        )

    def stands(self) -> dict[str, str]:
        """State by instance."""
        labels = {
            (row.ident, part.rpartition(" ")[0]): part.rpartition(" ")[2]
            for row in self.world.store.dossiers.values()
            for part in row.label.split("; ")
        }
        return {name: labels[place] for name, place in INSTANCES.items() if place in labels}

    def tiles(self) -> Tiles | None:
        """The order's business states."""
        concerns = [Concern(code, subject) for code, subject, _ in self.world.store.cases]
        row = next((row for row in self.world.store.dossiers.values() if row.ident == ORDER_IDENT), None)
        return states_of(REGISTRIES).tiles(row, concerns) if row is not None else None

    def order(self) -> OrderState:
        """ORD's stored state."""
        row = next((row for row in self.world.store.dossiers.values() if row.ident == ORDER_IDENT), None)
        packed = unpack(row.state).machines.get("ORD") if row is not None else None
        return msgspec.msgpack.decode(packed, type=ORD.state_type) if packed is not None else OrderState()

    def commands(self, name: str) -> list[dict[str, object]]:
        """Payloads of the commands of a type, in the order they were given."""
        return [msgspec.json.decode(one.payload) for one in self.world.store.deliveries if one.type == name]

    def opened(self) -> set[str]:
        """Codes of every case that was ever opened."""
        return {case.code for case in self.world.store.case_log if case.open}


def named(name: str) -> Row:
    """The row of that name."""
    return next(row for row in TRACE if row.name == name)


def upto(name: str) -> tuple[Row, ...]:
    """The rows up to this one."""
    return TRACE[: TRACE.index(named(name)) + 1]


def without(*names: str) -> tuple[Row, ...]:
    """The rows but these."""
    return tuple(row for row in TRACE if row.name not in names)
