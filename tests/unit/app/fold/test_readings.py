"""A message read again restates its facts under their own keys: the last reading counts, whenever each arrives."""

from __future__ import annotations

import itertools

import msgspec
import pytest

from crossdock.app.fold.dossier import unpack
from crossdock.bench.trace import PARTNERS, Order
from crossdock.canonical.envelope import Envelope
from crossdock.canonical.wire import decode_fact
from crossdock.kernel.codec import encode_json
from crossdock.testing.world import World

START = Order(1, World(PARTNERS).clock.now()).start
FACTS = list(Order(1, START).facts())
POD = FACTS[-1]
_envelopes = msgspec.json.Decoder(Envelope)


def reading(number: int, receiver: str) -> bytes:
    """The proof of delivery as the message says it when it is read for the nth time."""
    envelope = _envelopes.decode(POD.body)
    payload = msgspec.json.decode(envelope.payload) | {"receiver": receiver}
    key = decode_fact(POD.body, START).key
    again = msgspec.structs.replace(
        envelope,
        payload=msgspec.Raw(msgspec.json.encode(payload)),
        corrects=key,
        causation_id=f"reading {number:06}",
    )
    return encode_json(again)


BODIES = (POD.body, reading(1, "Anna"), reading(2, "Bert"), reading(3, "Anna"))


@pytest.mark.parametrize("order", list(itertools.permutations(range(len(BODIES)))))
async def test_the_last_reading_counts_in_any_order_of_arrival(order: tuple[int, ...]) -> None:
    """I3, and that the words of an earlier reading can come back."""
    world = World(PARTNERS)
    for fact in FACTS[:-1]:
        await world.take([(fact.partner, fact.body)])
    for place in order:
        await world.take([(POD.partner, BODIES[place])])
    (row,) = [row for row in world.store.dossiers.values() if row.ident.startswith("order|")]
    called = {event.body: event.disposition.value for event in world.store.events.values()}
    assert [called[body] for body in BODIES] == ["SUPERSEDE", "SUPERSEDE", "SUPERSEDE", "APPLY"]
    assert not unpack(row.state).held
    assert not [case for case in unpack(row.state).cases if case.code == "INT-05"]


async def test_another_system_does_not_read_a_message_again() -> None:
    world = World(PARTNERS)
    for fact in FACTS:
        await world.take([(fact.partner, fact.body)])
    envelope = _envelopes.decode(BODIES[1])
    source = msgspec.structs.replace(envelope.source, instance="nvtr", system="CAR")
    await world.take([("nvtr", encode_json(msgspec.structs.replace(envelope, source=source)))])
    called = {event.body: event.disposition.value for event in world.store.events.values()}
    assert called[POD.body] == "APPLY"
