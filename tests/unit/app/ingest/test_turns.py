"""What shares a transaction, and how much of it while others are at the same orders."""

from __future__ import annotations

from collections import deque

import msgspec

from crossdock.app.ingest.arrival import Arrival
from crossdock.app.ingest.bundle import Bundle, bundles, facts_in
from crossdock.app.ingest.turns import AT_MOST, CROWDED, GROWTH, Pace
from crossdock.bench.trace import PARTNERS, history
from crossdock.ports.store import MessageRow
from crossdock.testing.world import World


def arrivals(count: int) -> list[Arrival]:
    world = World(PARTNERS)
    return [world.arrival(one.partner, one.body) for one in history(5, seed=1, first=1)[:count]]


def kept_message(name: str) -> MessageRow:
    at = World(PARTNERS).clock.now()
    return MessageRow(name, "erp1", "http", "application/json", at, "00" * 32, b"{}", "accepted", 1, b"[]")


def test_facts_of_one_message_stay_with_it_and_others_stand_alone() -> None:
    first, second, third, fourth = arrivals(4)
    told = [first, msgspec.structs.replace(second, message="m1"), third, msgspec.structs.replace(fourth, message="m1")]
    kept, empty = kept_message("m1"), kept_message("m2")
    formed = list(bundles(told, [kept, empty]))
    assert [(list(one.places), [row.id for row in one.messages]) for one in formed] == [
        ([], ["m2"]),
        ([0], []),
        ([1, 3], ["m1"]),
        ([2], []),
    ]


def test_halves_keep_every_fact_and_the_message_once() -> None:
    told = arrivals(3)
    (bundle,) = bundles([msgspec.structs.replace(one, message="m1") for one in told], [kept_message("m1")])
    (first,), (second,) = bundle.halves()
    assert [*first.places, *second.places] == [0, 1, 2]
    assert (len(first.messages), len(second.messages)) == (1, 0)


def test_a_transaction_is_halved_where_others_are_met_and_grows_again_by_steps() -> None:
    pace = Pace()
    portion = [Bundle([one], [place]) for place, one in enumerate(arrivals(5) * 100)]
    pace.went(portion, [])
    assert pace.size == AT_MOST
    pace.went(portion, portion[: len(portion) // 4])
    assert pace.size == len(portion) // 2
    pace.went(portion, portion[: len(portion) // 10])
    assert pace.size == len(portion) // 2 + GROWTH
    for _ in range(10):
        pace.went(portion, portion)
    assert pace.size == CROWDED


def test_a_portion_is_never_empty_and_never_parts_a_message() -> None:
    pace = Pace()
    for _ in range(10):
        pace.went([Bundle(arrivals(2), [0, 1])], [Bundle(arrivals(2), [0, 1])])
    large = Bundle(arrivals(5) * CROWDED, list(range(5 * CROWDED)))
    left = deque([large, Bundle(arrivals(1), [0])])
    assert pace.portion(left) == [large]
    assert facts_in(pace.portion(left)) == 1
    assert not left
