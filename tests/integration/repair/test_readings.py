"""Messages read again by another map: what differs is restated, taken back, added; the first reading stays kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import NamedTuple

import msgspec
import pytest

from crossdock.app.audit import Refold, audit
from crossdock.app.ingest.arrival import Arrival
from crossdock.app.repair.plans import RepairDesk
from crossdock.app.repair.reading import Reader
from crossdock.bench.trace import Order
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.canonical.envelope import Envelope
from crossdock.canonical.wire import decode_fact
from crossdock.kernel.codec import encode_json
from crossdock.ports.audit import Extent
from crossdock.ports.connector import Decoded, DecodedFact, Finding, IntakeContext
from crossdock.ports.repair import How, ItemState, PlanState, Selection
from crossdock.ports.store import MessageRow
from crossdock.postgres.audit import PostgresAudit
from crossdock.postgres.views import PostgresViews
from tests.integration.repair.given import BEFORE, START, Shop, applied, items_of, proposed

ORDER = "order||SO-00000001"
_envelopes = msgspec.json.Decoder(Envelope)


class Lines(NamedTuple):
    """A dialect: a JSON list of envelopes, of which a map may change, leave out or refuse some."""

    mend: Callable[[dict[str, object]], dict[str, object] | None] = lambda envelope: envelope
    refuse: str = ""

    def decode(self, body: bytes, content_type: str, context: IntakeContext) -> Decoded:
        """See `Decoder.decode`."""
        if self.refuse:
            return Decoded(findings=[Finding("MDM-03", self.refuse)])
        mended = [self.mend(envelope) for envelope in json.loads(body)]
        return Decoded(facts=[DecodedFact(json.dumps(one).encode()) for one in mended if one is not None])


def reader(shop: Shop, dialect: Lines) -> Reader:
    return Reader({partner.connector: dialect for partner in shop.parts.directory.partners()}, shop.parts.directory)


def desk(shop: Shop, dialect: Lines) -> RepairDesk:
    return shop.desk(BEFORE, reader(shop, dialect))


async def send(shop: Shop, name: str, facts: Sequence[bytes], partner: str, *, status: str = "accepted") -> None:
    """A message of this partner with these facts in it, taken as its decoder would hand them over."""
    at = shop.world.clock.now()
    sender = shop.parts.directory.partner(partner)
    assert sender is not None
    body = b"[" + b",".join(facts) + b"]"
    used = list(facts) if status == "accepted" else []
    row = MessageRow(name, partner, "http", "application/json", at, name, body, status, len(used), b"[]")
    arrivals = [Arrival(sender, one, decode_fact(one, at), message=name) for one in used]
    await shop.world.ingest.take(arrivals, [row])


async def told(shop: Shop) -> None:
    """An order on its way, everything the TMS and the warehouse said of it in messages of their own."""
    order = Order(1, START)
    for number, fact in enumerate(order.facts()):
        shop.world.clock.at = START + timedelta(minutes=2000)
        await send(shop, f"m-{number:02}", [fact.body], fact.partner)


async def log(shop: Shop) -> list[tuple[str, str]]:
    """Type and disposition of what came in messages, in canonical order."""
    views = PostgresViews(shop.pool)
    (row,) = await views.owners(ORDER)
    return [(event.type, event.disposition.value) for event in await views.events(row.id) if event.message]


async def fine(shop: Shop) -> None:
    report = await audit(PostgresAudit(shop.pool), START, refold=Refold(REGISTRIES, BEFORE, Extent()))
    assert (report.verdict, report.discrepancies) == ("pass", ())


def weights(factor: int) -> Lines:
    """A map that reads the minute of departure otherwise."""

    def mend(envelope: dict[str, object]) -> dict[str, object]:
        payload = envelope["payload"]
        assert isinstance(payload, dict)
        if envelope["type"] == "pod.captured":
            return {**envelope, "payload": {**payload, "receiver": f"reader {factor}"}}
        return envelope

    return Lines(mend)


async def test_the_same_map_changes_nothing(build: Callable[[], Shop]) -> None:
    shop = build()
    await told(shop)
    plan = await proposed(desk(shop, Lines()))
    assert (plan.state, plan.counts.looked, plan.counts.planned) == (PlanState.DONE, 1, 0)


async def test_a_fact_said_otherwise_is_restated_and_the_last_reading_counts(build: Callable[[], Shop]) -> None:
    shop = build()
    await told(shop)
    first = desk(shop, weights(1))
    plan = await proposed(first)
    (item,) = await items_of(first, plan)
    assert [(one.how, one.key.partition("|")[0]) for one in item.statements] == [(How.RESTATED, "pod.captured")]
    assert item.outcome is not None
    assert item.outcome.out == ()
    assert (await applied(first, plan)).counts.applied == 1
    assert ("pod.captured", "SUPERSEDE") in await log(shop)
    assert (await proposed(first)).counts.planned == 0
    for factor in (2, 1):
        other = desk(shop, weights(factor))
        assert (await applied(other, await proposed(other))).counts.applied == 1
    assert [name for name, how in await log(shop) if how == "SUPERSEDE"] == ["pod.captured"] * 3
    assert (await proposed(desk(shop, weights(1)))).counts.planned == 0
    assert shop.rows("select original, facts from message where original <> ''") == [("m-12", 1)] * 3
    await fine(shop)


async def test_a_fact_no_longer_said_is_taken_back_and_said_again(build: Callable[[], Shop]) -> None:
    shop = build()
    await told(shop)
    silent = desk(shop, Lines(lambda envelope: None if envelope["type"] == "pod.captured" else envelope))
    (item,) = await items_of(silent, plan := await proposed(silent))
    assert [one.how for one in item.statements] == [How.TAKEN_BACK]
    await applied(silent, plan)
    assert ("pod.captured", "SUPERSEDE") in await log(shop)
    assert (await proposed(silent)).counts.planned == 0
    loud = desk(shop, Lines())
    (item,) = await items_of(loud, plan := await proposed(loud))
    assert [one.how for one in item.statements] == [How.SAID_AGAIN]
    await applied(loud, plan)
    assert ("pod.captured", "APPLY") in await log(shop)
    assert (await proposed(loud)).counts.planned == 0
    await fine(shop)


async def test_a_message_today_cannot_read_changes_nothing(build: Callable[[], Shop]) -> None:
    shop = build()
    await told(shop)
    assert (await proposed(desk(shop, Lines(refuse="no such code")))).counts.planned == 0


async def test_a_message_nobody_could_use_is_used_once_its_map_is_mended(build: Callable[[], Shop]) -> None:
    shop = build()
    order = list(Order(1, START).facts())
    await shop.tell(order[:-1])
    await send(shop, "m-pod", [order[-1].body], order[-1].partner, status="refused")
    mended = desk(shop, Lines())
    plan = await proposed(mended, Selection(message="m-pod"))
    (item,) = await items_of(mended, plan)
    assert (item.ident, [one.how for one in item.statements]) == (ORDER, [How.ADDED])
    await applied(mended, plan)
    assert await log(shop) == [("pod.captured", "APPLY")]
    assert (await proposed(mended, Selection(message="m-pod"))).counts.planned == 0
    await fine(shop)


async def test_what_belongs_to_nobody_yet_waits_as_it_would_have(build: Callable[[], Shop]) -> None:
    shop = build()
    pod = list(Order(1, START).facts())[-1]
    await send(shop, "m-pod", [pod.body], pod.partner, status="refused")
    mended = desk(shop, Lines())
    plan = await proposed(mended, Selection(partner=pod.partner))
    assert [item.ident for item in await items_of(mended, plan)] == ["message||m-pod"]
    await applied(mended, plan)
    assert shop.rows("select count(*) from waiting") == [(1,)]
    assert (await proposed(mended, Selection(partner=pod.partner))).counts.planned == 0
    await fine(shop)


@pytest.mark.proves("PF-09")
async def test_an_edited_message_takes_effect_once_and_its_original_stays(build: Callable[[], Shop]) -> None:
    """peers.md §5 no 9: two edits, two operators: exactly one copy."""
    shop = build()
    order = list(Order(1, START).facts())
    await shop.tell(order[:-1])
    await send(shop, "m-pod", [order[-1].body], order[-1].partner, status="refused")
    plain = desk(shop, Lines())
    edits = [b"[" + changed(order[-1].body, name) + b"]" for name in ("one", "two")]
    plans = [await proposed(plain, Selection(message="m-pod"), edited) for edited in edits]
    done = [await applied(plain, plan) for plan in plans]
    assert [(one.counts.applied, one.counts.refused) for one in done] == [(1, 0), (0, 1)]
    (item,) = await items_of(plain, plans[1])
    assert item.state is ItemState.REFUSED
    assert shop.rows("select count(*) from message where original = 'm-pod'") == [(1,)]
    ((kept, body),) = shop.rows("select status, body from message where id = 'm-pod'")
    assert (kept, bytes(body)) == ("refused", b"[" + order[-1].body + b"]")  # type: ignore[arg-type]
    ((copy,),) = shop.rows("select body from message where original = 'm-pod'")
    assert bytes(copy) == edits[0]  # type: ignore[arg-type]


@pytest.mark.proves("PF-09")
async def test_of_two_edits_the_one_that_is_approved_is_the_copy(build: Callable[[], Shop]) -> None:
    """Ana edits, then Ben does; only the second is approved: it is not ignored, and the first never goes."""
    shop = build()
    order = list(Order(1, START).facts())
    await shop.tell(order[:-1])
    await send(shop, "m-pod", [order[-1].body], order[-1].partner, status="refused")
    plain = desk(shop, Lines())
    edits = [b"[" + changed(order[-1].body, name) + b"]" for name in ("one", "two")]
    first, second = [await proposed(plain, Selection(message="m-pod"), edited) for edited in edits]
    done = await applied(plain, second)
    assert (done.counts.applied, done.counts.refused) == (1, 0)
    ((copy,),) = shop.rows("select body from message where original = 'm-pod'")
    assert bytes(copy) == edits[1]  # type: ignore[arg-type]
    late = await applied(plain, first)
    assert (late.counts.applied, late.counts.refused) == (0, 1)
    assert shop.rows("select count(*) from message where original = 'm-pod'") == [(1,)]


def changed(body: bytes, name: str) -> bytes:
    envelope = _envelopes.decode(body)
    payload = msgspec.json.decode(envelope.payload) | {"receiver": name}
    return encode_json(msgspec.structs.replace(envelope, payload=msgspec.Raw(msgspec.json.encode(payload))))


async def test_a_partner_that_is_gone_leaves_its_orders_as_they_are(build: Callable[[], Shop]) -> None:
    shop = build()
    await told(shop)

    class Nobody:
        def partner(self, partner_id: str) -> None:
            return None

        def partners(self) -> tuple[()]:
            return ()

        def resolve(self, address: object) -> None:
            return None

    read = Reader({}, Nobody())  # type: ignore[arg-type]
    assert (await proposed(shop.desk(BEFORE, read))).counts.planned == 0


@pytest.mark.parametrize("kind", ["order.approved", "shipment.planned"])
async def test_whatever_is_taken_back_can_be_said_again(build: Callable[[], Shop], kind: str) -> None:
    shop = build()
    await told(shop)
    silent = desk(shop, Lines(lambda envelope: None if envelope["type"] == kind else envelope))
    assert (await applied(silent, await proposed(silent))).counts.applied == 1
    loud = desk(shop, Lines())
    plan = await applied(loud, await proposed(loud))
    assert [(item.state, item.detail) for item in await items_of(loud, plan)] == [(ItemState.APPLIED, "")]
    assert (await proposed(loud)).counts.planned == 0
    await fine(shop)
