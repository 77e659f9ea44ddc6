"""What goes when: order inside a key, priority lanes, concurrency, rate, windows, batches (issue item 6)."""

from __future__ import annotations

import pytest

from crossdock.app.deliver.step import attempt, next_round
from tests.integration.deliver.given import (
    DOWN,
    REFUSED,
    TIMED_OUT,
    Dock,
    HangingPartner,
    ScriptedPartner,
    command,
    manifest,
)


async def test_a_later_command_of_a_key_is_never_sent_before_the_earlier_one_ended(dock: Dock) -> None:
    await dock.put(command("create"), command("update"), command("other", order="SO-2"))
    wms = ScriptedPartner(DOWN)
    await dock.step(wms)
    assert wms.sent == ["create", "other"]
    await dock.step(wms)
    assert wms.sent == ["create", "other"]
    dock.clock.forward(seconds=1)
    await dock.step(wms)
    await dock.step(wms)
    assert wms.sent == ["create", "other", "create", "update"]


async def test_a_refused_command_has_ended_and_lets_the_next_one_go(dock: Dock) -> None:
    await dock.put(command("create"), command("update"))
    wms = ScriptedPartner(REFUSED)
    await dock.step(wms)
    await dock.step(wms)
    assert await dock.log() == [("create", "refused"), ("update", "delivered")]


async def test_commands_of_one_key_to_two_partners_do_not_wait_for_each_other(dock: Dock) -> None:
    await dock.put(command("to-tms", partner="tms-1"), command("to-wms"))
    wms = ScriptedPartner()
    await dock.step(wms)
    assert wms.sent == ["to-wms"]


async def test_lanes_go_by_priority_and_inside_a_lane_by_age(dock: Dock) -> None:
    dock.manifest = manifest(concurrency=1)
    for number, lane in enumerate((3, 2, 1, 0, 1)):
        await dock.put(command(f"p{lane}-{number}", order=f"SO-{number}", lane=lane))
    wms = ScriptedPartner()
    for _ in range(5):
        await dock.step(wms)
    assert wms.sent == ["p0-3", "p1-2", "p1-4", "p2-1", "p3-0"]


@pytest.mark.proves("Y-27")
async def test_p0_has_a_slot_of_its_own_when_all_others_are_taken(dock: Dock) -> None:
    dock.manifest = manifest(concurrency=3)
    await dock.put(*(command(f"slow-{n}", order=f"SO-{n}", lane=2) for n in range(5)))
    hanging = dock.route(HangingPartner())
    first = await next_round(dock.outbox, hanging, (), dock.clock, dock.dice, slots=3)
    assert len(first.errands) == 2
    await dock.put(command("hold", order="SO-9", lane=0))
    second = await next_round(dock.outbox, hanging, (), dock.clock, dock.dice, slots=1)
    assert [row.idempotency_key for errand in second.errands for row in errand.rows] == ["hold"]


async def test_what_keeps_an_urgent_command_of_its_key_back_is_served_in_its_lane(dock: Dock) -> None:
    dock.manifest = manifest(concurrency=1)
    await dock.put(
        command("first", order="SO-1", lane=1),
        command("status", order="SO-2", lane=3),
        command("hold", order="SO-2", lane=0),
    )
    wms = ScriptedPartner()
    for _ in range(3):
        await dock.step(wms)
    assert wms.sent == ["status", "hold", "first"]


@pytest.mark.proves("p3_defer_max")
async def test_low_priority_work_that_waited_an_hour_does_not_starve(dock: Dock) -> None:
    dock.manifest = manifest(concurrency=1)
    await dock.put(command("eta", order="SO-1", lane=3))
    dock.clock.forward(minutes=61)
    await dock.put(*(command(f"busy-{n}", order=f"SO-{n}", lane=1) for n in range(2, 5)))
    wms = ScriptedPartner()
    await dock.step(wms)
    assert wms.sent == ["eta"]


async def test_no_more_calls_are_in_flight_than_the_partner_takes(dock: Dock) -> None:
    dock.manifest = manifest(concurrency=4)
    await dock.put(*(command(f"c-{n}", order=f"SO-{n}") for n in range(10)))
    hanging = dock.route(HangingPartner())
    first = await next_round(dock.outbox, hanging, (), dock.clock, dock.dice, slots=4)
    on_another_host = await next_round(dock.outbox, hanging, (), dock.clock, dock.dice, slots=4)
    assert (len(first.errands), len(on_another_host.errands)) == (3, 0)


async def test_the_rate_limit_holds_over_all_deliverers_and_tells_when_to_come_back(dock: Dock) -> None:
    dock.manifest = manifest(concurrency=10, rate_per_s=2.0, burst=4)
    await dock.put(*(command(f"c-{n}", order=f"SO-{n}") for n in range(10)))
    wms = ScriptedPartner()
    await dock.step(wms)
    await dock.step(wms)
    assert len(wms.calls) == 3
    quiet = await next_round(dock.outbox, dock.route(wms), (), dock.clock, dock.dice, slots=10)
    assert quiet.errands == ()
    dock.clock.forward(seconds=1)
    await dock.step(wms)
    assert len(wms.calls) == 5


async def test_commands_of_different_keys_share_a_call_where_the_connector_allows(dock: Dock) -> None:
    dock.manifest = manifest(concurrency=2, batch_max=3)
    await dock.put(*(command(f"c-{n}", order=f"SO-{n % 4}") for n in range(6)))
    wms = ScriptedPartner()
    await dock.step(wms)
    assert [[sent.idempotency_key for sent in call] for call in wms.calls] == [["c-0", "c-1", "c-2"]]


async def test_a_batch_with_one_failure_settles_each_command_by_itself(dock: Dock) -> None:
    dock.manifest = manifest(concurrency=1, batch_max=3)
    await dock.put(command("a", order="SO-1"), command("b", order="SO-2"), command("c", order="SO-3"))
    wms = ScriptedPartner(REFUSED, DOWN)
    progress = await dock.step(wms)
    assert (progress.delivered, progress.refused, progress.requeued) == (1, 1, 1)
    assert await dock.open() == [("b", "open")]


async def test_nothing_is_sent_outside_the_partners_window(dock: Dock) -> None:
    dock.manifest = manifest(window=("13:00", "18:00"))
    await dock.put(command("create"))
    wms = ScriptedPartner()
    shut = await next_round(dock.outbox, dock.route(wms), (), dock.clock, dock.dice, slots=1)
    assert shut.errands == ()
    assert shut.ready_at is not None
    dock.clock.at = shut.ready_at
    await dock.step(wms)
    assert wms.sent == ["create"]


async def test_a_pause_stops_everything_until_someone_resumes(dock: Dock) -> None:
    desk = dock.desk()
    await dock.put(command("create"), command("hold", order="SO-2", lane=0))
    await desk.pause("wms-nl1", reason="stock take", by="ines", now=dock.clock.now())
    wms = ScriptedPartner()
    await dock.step(wms)
    assert wms.sent == []
    assert [(line.partner, line.paused, line.open) for line in await dock.outbox.backlog(dock.clock.now())] == [
        ("wms-nl1", "stock take", 2)
    ]
    await desk.resume("wms-nl1", reason="counted", by="ines", now=dock.clock.now())
    await dock.step(wms)
    assert sorted(wms.sent) == ["create", "hold"]


@pytest.mark.proves("PF-10")
async def test_every_attempt_carries_the_same_key_and_trace_and_its_own_number(dock: Dock) -> None:
    await dock.put(command("create"))
    wms = ScriptedPartner(DOWN, TIMED_OUT)
    for _ in range(3):
        await dock.step(wms)
        dock.clock.forward(seconds=10)
    tries = [call[0] for call in wms.calls]
    assert [sent.attempt for sent in tries] == [1, 2, 3]
    assert len({(sent.idempotency_key, sent.traceparent, sent.payload) for sent in tries}) == 1
    assert tries[0].traceparent.startswith("00-")


async def test_an_idle_partner_opens_no_transaction_that_writes(dock: Dock) -> None:
    idle = await next_round(dock.outbox, dock.route(ScriptedPartner()), (), dock.clock, dock.dice, slots=1)
    assert (idle.errands, idle.ready_at) == ((), None)
    assert await dock.rows("select count(*) from partner_gate") == [(0,)]


async def test_a_connector_that_raises_leaves_the_outcome_unknown_not_the_delivery_lost(dock: Dock) -> None:
    await dock.put(command("create"))
    wms = ScriptedPartner(RuntimeError("bug in the mapping"))
    taken = await next_round(dock.outbox, dock.route(wms), (), dock.clock, dock.dice, slots=1)
    done = await attempt(dock.route(wms), taken.errands[0])
    await next_round(dock.outbox, dock.route(wms), [done], dock.clock, dock.dice, slots=0)
    assert await dock.open() == [("create", "unknown")]
    assert "bug in the mapping" in done.outcomes[0].detail
