"""Whom the worked example tells what: its `notify_customer`, by the rules of §9.6 on its real log (domain.md §10.2)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crossdock.app.fold.dossier import unpack
from crossdock.app.fold.run import Run
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.canonical.events.last_mile import DeliveryOutForDelivery
from crossdock.canonical.parts import Contact
from crossdock.canonical.wire import decode_fact
from crossdock.process.notification.decide import Heard, Recipients, notices
from crossdock.testing.golden.cast import PARTNERS, POLICY
from crossdock.testing.golden.trace import TRACE
from crossdock.testing.world import World

ORDER = "order||SO-100234"
BY = (Contact(kind="consignee_sms", value="-", consent=True), Contact(kind="email", value="-", consent=True))


async def heard() -> list[Heard]:
    """The order's log, every row told when it came."""
    world = World(PARTNERS, policy=POLICY, now=datetime(2026, 6, 1, tzinfo=UTC))
    for row in TRACE:
        if row.partner:
            world.clock.at = max(world.clock.at, row.received)
            await world.take([(row.partner, row.body())])
    dossier = next(one for one in world.store.dossiers.values() if one.ident == ORDER)
    run = Run(ORDER, REGISTRIES["order"], POLICY)
    run.aliases = unpack(dossier.state).aliases
    log = []
    for (owner, seq), event in sorted(world.store.events.items()):
        if owner == dossier.id:
            fact = decode_fact(event.body, event.received, f"{owner}.{seq}")
            log.append(Heard(fact, event.disposition, event.received, run.group_of(fact)))
    return log


@pytest.mark.proves("SHP-15", "SHP-17", "RUN-03")
async def test_the_consignee_hears_of_both_runs_of_our_own_vehicle() -> None:
    """R28 and R45, by day; and which run it was."""
    log = await heard()
    told = [
        (one.values["attempt_no"], one.values["group"], one.due)
        for one in notices(log, Recipients("SO-100234", BY, "GB"), POLICY.notifications)
        if one.rule == "out_for_delivery"
    ]
    assert told == [
        ("1", "WH-GB1/1", datetime(2026, 6, 2, 7, tzinfo=UTC)),
        ("2", "WH-GB1/1", datetime(2026, 6, 3, 7, tzinfo=UTC)),
    ]
    out = [one.fact.payload.run_id for one in log if isinstance(one.fact.payload, DeliveryOutForDelivery)]
    assert out == ["RUN-5521", "RUN-5530"]


async def test_each_step_of_the_example_tells_its_customer_once() -> None:
    rules = [one.rule for one in notices(await heard(), Recipients("SO-100234", BY, "GB"), POLICY.notifications)]
    assert rules == [
        "released", "backordered", "shipped", "out_for_delivery", "failed_sms", "failed", "departed",
        "out_for_delivery", "delivered", "delivered",
    ]  # fmt: skip
