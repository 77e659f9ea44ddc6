"""Twelve ordering and money bugs planted on purpose, each one wrong decision, and the verdict that must find them.

The verdict knows nothing of a sound twin: it plays the worked example in its order and in others, each fact once and
twice, and compares with what the books of everybody must hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import cast

import msgspec
from msgspec.structs import replace

from crossdock.app.fold.dossier import unpack
from crossdock.app.fold.registry import AnyMachine, Registry
from crossdock.app.fold.session import Session
from crossdock.app.intake import Receipt
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.canonical.commands.erp import RequestInvoice
from crossdock.canonical.envelope import Fact
from crossdock.canonical.events.inventory import InventorySnapshotTaken
from crossdock.canonical.events.returns import ReturnReceived
from crossdock.canonical.vocabulary import Disposition
from crossdock.demo.planted import DROPPED_EVERY, LateStatusWins, LostTimer
from crossdock.kernel.money import Money
from crossdock.process.effects import Effect, OpenCase, Send
from crossdock.process.machine import Decision
from crossdock.process.policy import Policy
from crossdock.process.stock.machine import MACHINE as STOCK
from crossdock.process.stock.state import StockState
from crossdock.testing.golden.cast import PARTNERS, POLICY, when
from crossdock.testing.golden.trace import TRACE
from crossdock.testing.golden.twists import TWISTS, Told
from crossdock.testing.world import Ending, World

NOW = datetime(2026, 6, 20, tzinfo=UTC)
Alter = Callable[[Decision[msgspec.Struct], Fact], Decision[msgspec.Struct]]
Mislead = Callable[[Fact], Fact]


class Planted:
    """A machine whose facts or decisions are tampered with."""

    def __init__(self, sound: AnyMachine, alter: Alter, mislead: Mislead = lambda fact: fact) -> None:
        self._sound, self._alter, self._mislead = sound, alter, mislead
        self.name, self.listens, self.per_group = sound.name, sound.listens, sound.per_group
        self.state_type = sound.state_type

    def label(self, state: msgspec.Struct) -> str:
        """See `Machine.label`."""
        return self._sound.label(state)

    def decide(
        self, state: msgspec.Struct | None, key: str, trigger: str, fact: Fact, policy: Policy
    ) -> Decision[msgspec.Struct]:
        """See `Machine.decide`."""
        return self._alter(self._sound.decide(state, key, trigger, self._mislead(fact), policy), fact)


class Premature(Planted):
    """Takes a release for granted whose declaration it has not seen."""

    def decide(
        self, state: msgspec.Struct | None, key: str, trigger: str, fact: Fact, policy: Policy
    ) -> Decision[msgspec.Struct]:
        """See `Machine.decide`."""
        decision = super().decide(state, key, trigger, fact, policy)
        if fact.type != "customs.released" or decision.disposition is not Disposition.HOLD or state is None:
            return decision
        free = replace(state, state="RELEASED")
        return Decision(Disposition.APPLY, "CD-09", "DRAFT", "RELEASED", free)


def twice(name: str) -> Alter:
    """A command goes out once more under another key."""

    def alter(decision: Decision[msgspec.Struct], fact: Fact) -> Decision[msgspec.Struct]:
        sent = [one for one in decision.effects if isinstance(one, Send) and one.type == name]
        return replace(decision, effects=(*decision.effects, *(replace(one, key=f"{one.key}+") for one in sent)))

    return alter


def deaf(name: str) -> Alter:
    """A fact is noted and nothing is made of it."""
    return lambda decision, fact: Decision(Disposition.RECORD) if fact.type == name else decision


def blind(code: str) -> Alter:
    """A case is never opened."""
    return lambda decision, fact: replace(
        decision, effects=tuple(one for one in decision.effects if not (isinstance(one, OpenCase) and one.code == code))
    )


def by_float(decision: Decision[msgspec.Struct], fact: Fact) -> Decision[msgspec.Struct]:
    """Invoices are added up in binary and cut."""
    return replace(decision, effects=tuple(_floated(one) for one in decision.effects))


def _floated(effect: Effect) -> Effect:
    if not isinstance(effect, Send) or not isinstance(effect.payload, RequestInvoice) or effect.payload.amount is None:
        return effect
    cents = int(sum(float(effect.payload.amount.amount) / 7 for _ in range(7)) * 100 - 1e-9)
    wrong = Money(Decimal(cents) / 100, effect.payload.amount.currency)
    return replace(effect, payload=replace(effect.payload, amount=wrong))


def no_watermark(fact: Fact) -> Fact:
    """A whole report is read as if it held no movement."""
    if not isinstance(fact.payload, InventorySnapshotTaken):
        return fact
    return replace(fact, payload=replace(fact.payload, watermark_seq=0, as_of=when("01 05:00")))


def doubled(fact: Fact) -> Fact:
    """What came back is counted twice."""
    if not isinstance(fact.payload, ReturnReceived):
        return fact
    lines = tuple(
        replace(line, qty=replace(line.qty, value=line.qty.value * 2)) if line.qty else line
        for line in fact.payload.lines
    )
    return replace(fact, payload=replace(fact.payload, lines=lines))


def same(decision: Decision[msgspec.Struct], fact: Fact) -> Decision[msgspec.Struct]:
    """As it is."""
    return decision


class NothingIsTakenBack(Session):
    """Retractions are taken for remarks."""

    def admit(self, facts: object, turned_away: Container[int] = ()) -> list:  # type: ignore[type-arg]
        """Without what they take back."""
        return super().admit([replace(fact, retracts="") for fact in cast("list[Fact]", facts)], turned_away)


class Forgetful(World):
    """Says yes to every batch and loses some of them."""

    batches = 0

    async def take(self, told: object) -> list[Receipt]:
        """Every so often nothing is kept."""
        self.batches += 1
        if self.batches % DROPPED_EVERY == 0:
            return [Receipt("accepted", Disposition.APPLY) for _ in cast("list[Told]", told)]
        return await super().take(cast("list[Told]", told))


def planted(
    machine: str,
    alter: Alter,
    mislead: Mislead = lambda fact: fact,
    kind: type[Planted] = Planted,
    session_type: type[Session] = Session,
) -> Callable[[], World]:
    """A hub in which one machine is bad."""

    def bad(one: AnyMachine) -> AnyMachine:
        return cast("AnyMachine", kind(one, alter, mislead)) if one.name == machine else one

    registries = {name: Registry([bad(one) for one in registry.machines]) for name, registry in REGISTRIES.items()}
    return lambda: World(PARTNERS, policy=POLICY, now=NOW, registries=registries, session_type=session_type)


def session(kind: type[Session]) -> Callable[[], World]:
    """A hub that folds badly."""
    return lambda: World(PARTNERS, policy=POLICY, now=NOW, session_type=kind)


PLANTS: Mapping[str, Callable[[], World]] = {
    "late status wins": session(LateStatusWins),
    "lost timer": session(LostTimer),
    "acknowledged before commit": lambda: Forgetful(PARTNERS, policy=POLICY, now=NOW),
    "retraction ignored": planted("SHP", deaf("tracking.retracted"), session_type=NothingIsTakenBack),
    "double posting": planted("FO", twice("post_goods_issue")),
    "accrual twice": planted("FRT", twice("post_freight_accrual")),
    "credit ignored": planted("FRT", deaf("freight.credited")),
    "duplicate invoice accepted": planted("FRT", blind("FIN-10")),
    "rounding by float": planted("BIL", by_float),
    "customs released before declared": planted("CD", same, kind=Premature),
    "return counted twice": planted("RET", same, doubled),
    "snapshot ignores its watermark": planted("MOV", same, no_watermark),
}

SOUND: Callable[[], World] = lambda: World(PARTNERS, policy=POLICY, now=NOW)  # noqa: E731

STORY = [(row.partner, row.body()) for row in TRACE if row.partner]
BESIDE = [*TWISTS["goods come back"], *TWISTS["stock is counted"], *TWISTS["claimed twice"]]
NAMES = [row.name for row in TRACE if row.partner]


async def told(world: World, facts: Sequence[Told]) -> Ending:
    """What these come to, one by one."""
    for fact in facts:
        await world.take([fact])
    return world.ending()


async def verdict(make: Callable[[], World]) -> list[str]:
    """What is wrong with this hub; nothing if it is sound."""
    world = make()
    everything = [*STORY, *BESIDE]
    straight = await told(world, everything)
    found = [*_effects(world), *_states(straight), *_stock(world), *_returns(world)]
    for name, facts in (("backwards", everything[::-1]), ("said twice", [one for one in everything for _ in range(2)])):
        other = await told(make(), facts)
        if (other.machines, other.cases, other.timers) != (straight.machines, straight.cases, straight.timers):
            found.append(f"another end when {name}")
    found += await _ends(make)
    return [*found, *await _clocks(make)]


async def _ends(make: Callable[[], World]) -> list[str]:
    """Shorter stories, and a state each of them must or must not end in."""
    delivered = [one for name, one in zip(NAMES, STORY, strict=True) if NAMES.index(name) <= NAMES.index("R53")]
    undeclared = [one for name, one in zip(NAMES, STORY, strict=True) if name not in ("R24", "R25", "R26", "R42")]
    world = make()
    await told(world, STORY)
    approved = [row for row in world.store.deliveries if row.type == "approve_freight_invoice"]
    found = [] if len(approved) == 1 else ["a claim less its credit agrees, and is not approved once"]
    for what, facts, label, ends in (
        ("a delivery that was taken back stands", [*delivered, *TWISTS["delivery taken back"]],
         "SHP:WH-NL1/1 DELIVERED", False),
        ("released before it was declared", undeclared, "CD:WH-NL1/1 RELEASED", False),
    ):  # fmt: skip
        ending = await told(make(), facts)
        if (label in ending.headlines.get("order||SO-100234", "")) is not ends:
            found.append(what)
    return found


def _effects(world: World) -> list[str]:
    """§10.3: effects exactly once, with these amounts."""
    wanted = {
        "post_goods_issue": Counter({"HO-GB-77": 1, "HO-NL-3391": 1}),
        "post_freight_accrual": Counter({"1180.00": 1}),
        "request_invoice": Counter({"3200.00": 1, "6465.00": 1}),
    }
    found: dict[str, Counter[str]] = {name: Counter() for name in wanted}
    for row in world.store.deliveries:
        if row.type in found:
            payload = msgspec.json.decode(row.payload)
            found[row.type][payload.get("handover_no") or payload["amount"]["amount"]] += 1
    return [f"{name}: {dict(found[name])}" for name in wanted if found[name] != wanted[name]]


def _states(ending: Ending) -> list[str]:
    """Where the parts of the story end, and the case of the second claim."""
    label = ending.headlines.get("order||SO-100234", "")
    wanted = ("CD:WH-NL1/1 EXITED", "SHP:WH-NL1/1 CLOSED", "BIL:WH-NL1/1 POSTED", "ORD COMPLETED")
    missing = [f"not {one}" for one in wanted if one not in label]
    claimed = any(code == "FIN-10" for code, _, _ in ending.cases)
    return [*missing, *([] if claimed else ["a claim twice is no case"])]


def _stock(world: World) -> list[str]:
    """The report of the third day holds the receipt before it: 60, less 5 scrapped."""
    row = next((row for row in world.store.dossiers.values() if row.ident == "stock||WH-NL1|IT-778"), None)
    if row is None:
        return ["no stock"]
    state = msgspec.msgpack.decode(unpack(row.state).machines[STOCK.name], type=StockState)
    left = state.positions["|available"].on_hand // 1_000_000
    return [] if left == 55 else [f"{left} in stock, 55 lie there"]


def _returns(world: World) -> list[str]:
    """Two came back, and the books of the return hold two."""
    states = [
        repr(msgspec.msgpack.decode(packed))
        for row in world.store.dossiers.values()
        for name, packed in unpack(row.state).machines.items()
        if name.startswith("RET:")
    ]
    return ["more came back than left"] if any("4000000" in state for state in states) or not states else []


async def _clocks(make: Callable[[], World]) -> list[str]:
    """A carrier that left without the warehouse's word is believed after half an hour (R39)."""
    world = make()
    world.clock.at = when("01 04:00")
    for row in TRACE[: [one.name for one in TRACE].index("R39") + 1]:
        await world.pass_time(row.received)
        if row.partner:
            await world.take([(row.partner, row.body())])
    label = world.ending().headlines.get("order||SO-100234", "")
    return [] if "SHP:WH-NL1/1 IN_TRANSIT" in label else ["nobody noticed that the carrier left"]
