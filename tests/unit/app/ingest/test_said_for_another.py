"""Our own people say what is theirs to say, and nothing in the name of another (domain.md §1.7, decision 40)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from crossdock.bench.trace import PARTNERS, Order
from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Source, Subject
from crossdock.canonical.events.money import FreightSettled
from crossdock.canonical.events.order import OrderCancelRequested
from crossdock.canonical.vocabulary import Disposition, Role
from crossdock.canonical.wire import make_envelope
from crossdock.kernel.instant import Occurrence
from crossdock.kernel.money import Money
from crossdock.ports.directory import Partner
from crossdock.testing.world import World

START = datetime(2026, 6, 1, 6, tzinfo=UTC)
ORDER = Order(1, START)
SIGNED = {"approval": {"by": "Ana Ruiz", "second": "Ben Okoro", "on_behalf_of": "erp1", "reason": "by telephone"}}


def paid(amount: str) -> Payload:
    """So much of the freight is booked, signed by two."""
    return FreightSettled(posted_amount=Money(Decimal(amount), "EUR"), doc_no="5105600123", ext=SIGNED)


@pytest.mark.proves("ops_override_limit")
@pytest.mark.parametrize(
    ("kind", "subject", "payload"),
    [
        ("freight.settled", Subject("freight_case", ORDER.fo), paid("0.01")),
        ("freight.settled", Subject("freight_case", ORDER.fo), paid("999.99")),
        ("freight.settled", Subject("freight_case", ORDER.fo), paid("1000.01")),
        ("order.cancel_requested", Subject("order", ORDER.number), OrderCancelRequested(request_id="X", ext=SIGNED)),
    ],
)
async def test_what_another_has_to_say_is_evidence_whatever_it_is_worth_and_whoever_signed(
    kind: str, subject: Subject, payload: Payload
) -> None:
    hub = World({**PARTNERS, "ops": Partner("ops", Role.OPS, "canonical_json")}, now=START + timedelta(days=1))
    for one in list(ORDER.facts())[:5]:
        await hub.tell(one.partner, one.body)
    before = hub.ending()
    source = Source(Role.OPS, "ops", message_id="ops-1")
    body = make_envelope(kind, subject, source, Occurrence(START + timedelta(hours=9)), payload)
    (receipt,) = await hub.tell("ops", body)
    assert receipt.disposition is Disposition.REJECT
    after = hub.ending()
    assert (after.machines, after.effects, after.timers) == (before.machines, before.effects, before.timers)
    assert {code for code, _, _ in after.cases} == {"INT-04"}
