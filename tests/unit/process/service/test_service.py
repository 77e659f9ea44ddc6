"""A customer's request is one case until it is answered, whichever comes first; and it says nothing of the goods."""

from __future__ import annotations

import itertools

import pytest

from crossdock.bench.trace import PARTNERS, Told
from crossdock.canonical.envelope import Subject
from crossdock.canonical.events.service import ServiceAnswered, ServiceRequested, ServiceTopic
from crossdock.canonical.vocabulary import Role
from crossdock.ports.directory import Partner
from crossdock.testing.world import World
from tests.unit.app.portal.given import CustomersOrder, tell

PORTAL = Partner("portal", Role.PRT, "canonical_json")


def story(topic: ServiceTopic) -> tuple[CustomersOrder, list[Told]]:
    order = CustomersOrder(1)
    about = Subject("order", order.number)
    asked = ServiceRequested(request_id="RQ-1", topic=topic, text="where is it?", order_no=order.number)
    answered = ServiceAnswered(request_id="RQ-1", text="it is at your neighbour's")
    return order, [
        order.say(asked, "service.requested", 1600, partner="portal", subject=about),
        order.say(answered, "service.answered", 1700, partner="erp1", subject=about),
    ]


@pytest.mark.proves("W-24.4")
@pytest.mark.parametrize(
    ("topic", "code"),
    [
        (ServiceTopic.NOT_RECEIVED, "CSR-06"),
        (ServiceTopic.PROOF_WRONG, "CSR-06"),
        (ServiceTopic.DAMAGED, "TRN-14"),
        (ServiceTopic.ADDRESS_WRONG, "CSR-03"),
    ],
)
async def test_a_request_is_a_case_until_it_is_answered(topic: ServiceTopic, code: str) -> None:
    order, (asked, answered) = story(topic)
    world = World(PARTNERS | {"portal": PORTAL})
    await tell(world, *order.all())
    before = world.ending()
    await tell(world, asked, asked)
    assert {case for case in world.ending().cases if case[2] == "RQ-1"} == {(code, order.number, "RQ-1")}
    after = world.ending()
    assert after.effects == before.effects
    # The order alone knows of grave cases: it is not complete while one is open.
    changed = {name for name, state in after.machines.items() if before.machines.get(name) != state}
    assert {name.rpartition(":")[2] for name in changed} <= {"ASK", "ORD"}
    await tell(world, answered)
    assert not [case for case in world.ending().cases if case[2] == "RQ-1"]


async def test_the_order_of_arrival_does_not_matter() -> None:
    endings = []
    for told in itertools.permutations(story(ServiceTopic.DAMAGED)[1]):
        world = World(PARTNERS | {"portal": PORTAL})
        await tell(world, *CustomersOrder(1).all(), *told)
        endings.append(world.ending())
    assert endings[0] == endings[1]
    assert not [case for case in endings[0].cases if case[2] == "RQ-1"]
