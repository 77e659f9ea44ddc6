"""What a changed project makes of history: what differs, by class, and nothing where all says the same."""

from __future__ import annotations

import json
from collections.abc import Callable

import msgspec
import pytest

from crossdock.app.repair.impact import Class, Difference, Impact, Side, differences
from crossdock.app.repair.reading import Reader
from crossdock.bench.trace import PARTNERS, Order
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.ports.audit import StoredDossier
from crossdock.ports.connector import Decoded, DecodedFact, IntakeContext
from crossdock.ports.messages import KeptMessage
from crossdock.ports.repair import Origin, Recorded
from crossdock.ports.store import StoredFact
from crossdock.process.policy import Policy
from crossdock.process.terms.money import MoneyTerms
from crossdock.testing.world import World

START = Order(1, World(PARTNERS).clock.now()).start
TODAY = Policy(money=MoneyTerms(invoiced_by="erp"))
Mend = Callable[[dict[str, object]], dict[str, object] | None]


class Dialect:
    """A message is a list of envelopes; a map may change or drop some."""

    def __init__(self, mend: Mend = lambda envelope: envelope) -> None:
        self._mend = mend

    def decode(self, body: bytes, content_type: str, context: IntakeContext) -> Decoded:
        """See `Decoder.decode`."""
        mended = [self._mend(envelope) for envelope in json.loads(body)]
        return Decoded(facts=[DecodedFact(json.dumps(one).encode()) for one in mended if one is not None])


WORLD = World(PARTNERS)


def side(policy: Policy = TODAY, mend: Mend = lambda envelope: envelope) -> Side:
    directory = WORLD.parts.directory
    reader = Reader({one.connector: Dialect(mend) for one in directory.partners()}, directory)
    return Side(policy, reader, directory)


async def history() -> tuple[StoredDossier, list[Origin]]:
    """An order delivered, its proof of delivery read from a message."""
    world = World(PARTNERS)
    facts = list(Order(1, START).facts())
    for fact in facts:
        await world.take([(fact.partner, fact.body)])
    row = next(row for row in world.store.dossiers.values() if row.ident.startswith("order|"))
    events = [event for event in world.store.events.values() if event.dossier == row.id]
    log = tuple(
        StoredFact(one.dossier, one.seq, one.body, one.received, one.disposition, one.cause, one.folded)
        for one in events
    )
    idents = frozenset(ident for ident, owners in world.store.links.items() if row.id in owners)
    pod = next(one for one in events if one.body == facts[-1].body)
    kept = KeptMessage(
        "m-1", pod.partner, "http", "application/json", pod.received, "", "accepted", "", b"[]", b"[" + pod.body + b"]"
    )
    recorded = Recorded(row.id, pod.seq, pod.body, pod.received, pod.disposition.value, "m-1")
    return StoredDossier(row, log, idents=idents), [Origin(kept, (recorded,), (), ())]


async def found(after: Side) -> list[Difference]:
    stored, origins = await history()
    return differences(stored, origins, REGISTRIES["order"], side(), after)


async def test_the_same_project_and_a_map_that_says_the_same_report_nothing() -> None:
    assert await found(side()) == []
    assert await found(side(mend=lambda envelope: dict(reversed(envelope.items())))) == []


async def test_a_policy_that_bills_is_money_with_the_command_it_sends() -> None:
    told = await found(side(Policy()))
    money = [one for one in told if one.cls is Class.MONEY]
    assert any(one.what.startswith("command request_invoice:") and one.before == "is not sent" for one in money)
    assert {one.ident for one in told} == {"order||SO-00000001"}


async def test_a_map_that_drops_a_fact_is_a_change_of_state_that_names_the_fact() -> None:
    told = await found(side(mend=lambda envelope: None))
    assert any(one.what.startswith("fact pod.captured|") and one.after == "is not there" for one in told)
    assert max(told, key=lambda one: one.cls.weight).cls.weight >= Class.STATE.weight


async def test_every_changed_field_of_a_fact_is_found() -> None:
    def earlier(envelope: dict[str, object]) -> dict[str, object]:
        payload = envelope["payload"]
        assert isinstance(payload, dict)
        return {**envelope, "payload": {**payload, "pod_ref": "POD-OTHER"}}

    told = await found(side(mend=earlier))
    assert told
    assert any("POD-OTHER" in f"{one.what} {one.after}" for one in told)


async def test_a_longer_timer_is_timing() -> None:
    stored, _ = await history()
    early = StoredDossier(stored.row, stored.log[:4], idents=stored.idents)
    timers = msgspec.structs.replace(Policy().timers, tm_pick=12 * 3600, tm_allocate=9 * 3600, tm_pick_start=9 * 3600)
    later = Policy(money=TODAY.money, timers=timers)
    told = differences(early, [], REGISTRIES["order"], side(), side(later))
    assert told
    assert {one.cls for one in told} <= {Class.TIMING}


@pytest.mark.parametrize(("cls", "fails"), [(Class.WORDING, True), (Class.TIMING, True), (Class.MONEY, False)])
def test_the_gate_fails_on_a_class_or_a_graver_one(cls: Class, fails: bool) -> None:
    impact = Impact()
    impact.add([Difference("order||SO-1", Class.COMMANDS, "command x", "a", "b")])
    impact.add([])
    assert impact.reaches(cls) is fails
    assert impact.dossiers == {"commands": 1, "none": 1}
