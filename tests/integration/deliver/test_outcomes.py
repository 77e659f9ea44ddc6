"""What becomes of a command: ended, tried again, in doubt, parked; and what is recorded with it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crossdock.app.acts.chain import verify
from crossdock.app.deliver.answers import end_answered
from crossdock.app.deliver.step import attempt, next_round
from crossdock.ports.connector import Outcome, OutcomeKind, Resolution
from crossdock.ports.outbox import BreakerState, Ending
from crossdock.postgres.acts import PostgresActs
from tests.integration.deliver.given import (
    DELIVERED,
    DOWN,
    NOON,
    REFUSED,
    TIMED_OUT,
    WMS,
    Dock,
    ScriptedPartner,
    command,
    manifest,
)


async def test_a_delivered_command_leaves_the_outbox_and_owes_its_dossier_a_fact(dock: Dock) -> None:
    await dock.put(command("create"))
    progress = await dock.step(ScriptedPartner())
    assert (progress.delivered, await dock.open()) == (1, [])
    (echo,) = await dock.outbox.echoes(10)
    assert (echo.ending, echo.reference, echo.idempotency_key) == (Ending.DELIVERED, "WMS-1", "create")
    await dock.outbox.echoed([echo])
    assert await dock.outbox.echoes(10) == []


@pytest.mark.proves("INT-07")
async def test_int_07_and_the_refusal_are_recorded_together(dock: Dock) -> None:
    await dock.put(command("create"))
    await dock.step(ScriptedPartner(REFUSED))
    assert await dock.cases() == [("INT-07", "SO-1", True)]
    assert [echo.ending for echo in await dock.outbox.echoes(10)] == [Ending.REFUSED]


@pytest.mark.proves("X-15")
async def test_a_timeout_is_resent_under_the_same_key_where_that_is_safe(dock: Dock) -> None:
    await dock.put(command("create"))
    wms = ScriptedPartner(TIMED_OUT)
    await dock.step(wms)
    assert await dock.open() == [("create", "unknown")]
    dock.clock.forward(seconds=1)
    await dock.step(wms)
    assert (wms.sent, await dock.log()) == (["create", "create"], [("create", "delivered")])


async def test_a_timeout_is_read_back_and_never_resent_when_it_took_effect(dock: Dock) -> None:
    dock.manifest = manifest(Resolution.READ_BACK)
    await dock.put(command("create"), command("update"))
    wms = ScriptedPartner(TIMED_OUT, look_ups=[DELIVERED])
    await dock.step(wms)
    dock.clock.forward(seconds=10)
    await dock.step(wms)
    assert [asked.idempotency_key for asked in wms.asked] == ["create"]
    assert await dock.log() == [("create", "delivered")]
    await dock.step(wms)
    assert wms.sent == ["create", "update"]


async def test_a_timeout_that_had_no_effect_is_sent_again_after_reading_back(dock: Dock) -> None:
    dock.manifest = manifest(Resolution.READ_BACK)
    await dock.put(command("create"))
    wms = ScriptedPartner(TIMED_OUT, look_ups=[Outcome(OutcomeKind.REFUSED, "not there")])
    for _ in range(3):
        await dock.step(wms)
        dock.clock.forward(seconds=10)
    assert (wms.sent, await dock.log()) == (["create", "create"], [("create", "delivered")])


async def test_an_awaited_acknowledgement_ends_the_delivery_whichever_way_it_comes(dock: Dock) -> None:
    dock.manifest = manifest(Resolution.AWAIT_ACKNOWLEDGEMENT)
    await dock.put(command("create"))
    await dock.step(ScriptedPartner(TIMED_OUT))
    assert await dock.open() == [("create", "awaiting")]
    await dock.hear("command.acknowledged", "create", at=dock.clock.now())
    assert await end_answered(dock.outbox, dock.clock) == 1
    assert await dock.log() == [("create", "delivered")]
    assert await dock.outbox.echoes(10) == [], "the answer itself is the dossier's fact"


async def test_an_acknowledgement_that_comes_too_late_still_closes_int_06(dock: Dock) -> None:
    dock.manifest = manifest(Resolution.PERSON)
    await dock.put(command("create"))
    await dock.step(ScriptedPartner(TIMED_OUT))
    await dock.hear("command.acknowledged", "create", at=dock.clock.now())
    assert await end_answered(dock.outbox, dock.clock) == 1
    assert await dock.cases() == [("INT-06", "SO-1", False)]


async def test_a_refusal_that_comes_by_another_way_is_int_07(dock: Dock) -> None:
    dock.manifest = manifest(Resolution.AWAIT_ACKNOWLEDGEMENT)
    await dock.put(command("create"))
    await dock.step(ScriptedPartner(TIMED_OUT))
    await dock.hear("command.refused", "create", at=dock.clock.now())
    await end_answered(dock.outbox, dock.clock)
    assert (await dock.log(), await dock.cases()) == ([("create", "refused")], [("INT-07", "SO-1", True)])


async def test_an_answer_to_an_earlier_run_or_another_command_ends_nothing(dock: Dock) -> None:
    dock.manifest = manifest(Resolution.AWAIT_ACKNOWLEDGEMENT)
    await dock.put(command("create"))
    await dock.hear("command.refused", "create", at=NOON - timedelta(minutes=1))
    await dock.hear("command.acknowledged", "recreate", at=dock.clock.now(), seq=2)
    await dock.step(ScriptedPartner(TIMED_OUT))
    assert await end_answered(dock.outbox, dock.clock) == 0
    assert await dock.open() == [("create", "awaiting")]


async def test_int_06_when_no_acknowledgement_comes_in_time_and_nothing_is_sent_again(dock: Dock) -> None:
    dock.manifest = manifest(Resolution.AWAIT_ACKNOWLEDGEMENT)
    await dock.put(command("create"), command("update"))
    wms = ScriptedPartner(TIMED_OUT)
    await dock.step(wms)
    dock.clock.forward(minutes=15)
    await dock.step(wms)
    assert wms.sent == ["create"]
    assert await dock.cases() == [("INT-06", "SO-1", True)]
    assert await dock.open() == [("create", "parked"), ("update", "open")]


async def test_a_person_is_asked_where_nothing_else_is_declared(dock: Dock) -> None:
    dock.manifest = manifest(Resolution.PERSON)
    await dock.put(command("create"))
    await dock.step(ScriptedPartner(TIMED_OUT))
    assert await dock.cases() == [("INT-06", "SO-1", True)]


async def test_a_deliverer_lost_between_send_and_record_leaves_an_unknown_outcome(dock: Dock) -> None:
    dock.manifest = manifest(Resolution.READ_BACK)
    await dock.put(command("create"))
    wms = ScriptedPartner(look_ups=[DELIVERED])
    taken = await next_round(dock.outbox, dock.route(wms), (), dock.clock, dock.dice, slots=4)
    await attempt(dock.route(wms), taken.errands[0])
    # The process is killed here: the outcome is never recorded.
    while_leased = await dock.step(wms)
    assert while_leased.taken == 0
    dock.clock.at = taken.errands[0].until
    progress = await dock.step(wms)
    assert (progress.lapsed, progress.delivered) == (1, 1)
    assert wms.sent == ["create"]
    assert await dock.log() == [("create", "delivered")]


async def test_a_command_that_kills_every_deliverer_is_parked_in_the_end(dock: Dock) -> None:
    dock.manifest = manifest(attempts_max=3)
    await dock.put(command("poison"))
    route = dock.route(ScriptedPartner())
    for _ in range(3):
        taken = await next_round(dock.outbox, route, (), dock.clock, dock.dice, slots=4)
        dock.clock.at = taken.errands[0].until
    await next_round(dock.outbox, route, (), dock.clock, dock.dice, slots=4)
    assert await dock.open() == [("poison", "parked")]
    assert await dock.cases() == [("INT-06", "SO-1", True)]


async def test_an_outcome_recorded_after_the_lease_passed_on_changes_nothing(dock: Dock) -> None:
    await dock.put(command("create"))
    route = dock.route(ScriptedPartner())
    slow = await next_round(dock.outbox, route, (), dock.clock, dock.dice, slots=4)
    late = await attempt(route, slow.errands[0])
    dock.clock.at = slow.errands[0].until
    other = await next_round(dock.outbox, route, (), dock.clock, dock.dice, slots=4)
    assert len(other.errands) == 1
    recorded = await next_round(dock.outbox, route, [late], dock.clock, dock.dice, slots=0)
    assert recorded.progress.lost == 1
    assert await dock.log() == []


async def test_recording_an_outcome_twice_counts_once(dock: Dock) -> None:
    await dock.put(command("create"))
    route = dock.route(ScriptedPartner(REFUSED))
    taken = await next_round(dock.outbox, route, (), dock.clock, dock.dice, slots=4)
    done = await attempt(route, taken.errands[0])
    await next_round(dock.outbox, route, [done], dock.clock, dock.dice, slots=0)
    again = await next_round(dock.outbox, route, [done], dock.clock, dock.dice, slots=0)
    assert again.progress.lost == 1
    assert await dock.log() == [("create", "refused")]
    assert await dock.rows("select occurrences from exception_case") == [(1,)]


async def test_a_parked_command_keeps_its_key_back_until_someone_skips_it(dock: Dock) -> None:
    dock.manifest = manifest(Resolution.PERSON)
    await dock.put(command("create"), command("update"))
    wms = ScriptedPartner(TIMED_OUT)
    await dock.step(wms)
    await dock.step(wms)
    assert wms.sent == ["create"]
    ((number,),) = await dock.rows("select id from delivery where state = 'parked'")
    assert await dock.desk().skip(int(str(number)), reason="entered by hand", by="ines", now=dock.clock.now())
    assert await dock.cases() == [("INT-06", "SO-1", False)]
    await dock.step(wms)
    assert wms.sent == ["create", "update"]


async def test_a_retried_command_runs_again_under_its_key_and_closes_its_case(dock: Dock) -> None:
    dock.manifest = manifest(Resolution.PERSON)
    await dock.put(command("create"))
    wms = ScriptedPartner(TIMED_OUT)
    await dock.step(wms)
    ((number,),) = await dock.rows("select id from delivery")
    assert await dock.desk().retry(int(str(number)), reason="mended", by="ines", now=dock.clock.now())
    assert await dock.cases() == [("INT-06", "SO-1", True)]
    await dock.step(wms)
    assert wms.sent == ["create", "create"]
    assert await dock.cases() == [("INT-06", "SO-1", False)]
    assert await dock.log() == [("create", "parked"), ("create", "delivered")]


async def test_a_refused_command_may_be_sent_again_once_the_cause_is_mended(dock: Dock) -> None:
    await dock.put(command("create"))
    wms = ScriptedPartner(REFUSED)
    await dock.step(wms)
    ((number,),) = await dock.rows("select id from delivery_log")
    assert await dock.desk().retry(int(str(number)), reason="mended", by="ines", now=dock.clock.now())
    await dock.step(wms)
    assert await dock.log() == [("create", "refused"), ("create", "delivered")]
    assert await dock.cases() == [("INT-07", "SO-1", False)]
    assert not await dock.desk().retry(int(str(number)), reason="mended", by="ines", now=dock.clock.now())


async def test_a_command_without_a_partner_is_routed_by_hand(dock: Dock) -> None:
    stray = command("create", partner="")
    await dock.put(stray)
    assert await dock.desk().route(stray.id, partner=WMS.id, reason="theirs", by="ines", now=dock.clock.now())
    await dock.step(ScriptedPartner())
    assert await dock.log() == [("create", "delivered")]


@pytest.mark.proves("X-11", "Y-22")
async def test_int_10_opens_once_and_closes_with_the_first_answer_of_a_probe(dock: Dock) -> None:
    dock.manifest = manifest(concurrency=4, breaker_failures=3, breaker_open_s=5.0)
    await dock.put(*(command(f"c-{n}", order=f"SO-{n}") for n in range(6)))
    wms = ScriptedPartner(*[DOWN] * 4)
    await dock.step(wms)
    assert (await dock.outbox.gate(WMS.id)).breaker is BreakerState.OPEN
    assert await dock.cases() == [("INT-10", "partner|wms-nl1", True)]
    await dock.step(wms)
    assert len(wms.calls) == 3
    dock.clock.forward(seconds=5)
    await dock.step(wms)
    assert wms.sent[3:] == ["c-3"], "a probe is one call, on what was tried least"
    assert (await dock.outbox.gate(WMS.id)).breaker is BreakerState.OPEN
    dock.clock.forward(seconds=10)
    await dock.step(wms)
    assert (await dock.outbox.gate(WMS.id)).breaker is BreakerState.CLOSED
    assert await dock.cases() == [("INT-10", "partner|wms-nl1", False)]
    for _ in range(3):
        await dock.step(wms)
    assert len(await dock.log()) == 6


@pytest.mark.proves("X-17", "X-24", "Y-38")
async def test_an_outage_longer_than_the_patience_of_a_class_parks_nothing_by_itself(dock: Dock) -> None:
    dock.manifest = manifest(concurrency=1, breaker_failures=1, breaker_open_s=60.0, attempts_max=3)
    await dock.put(command("create"))
    wms = ScriptedPartner(*[DOWN] * 30)
    for _ in range(30):
        await dock.step(wms)
        dock.clock.forward(minutes=2)
    assert await dock.open() == [("create", "open")]
    await dock.step(wms)
    assert await dock.log() == [("create", "delivered")]


@pytest.mark.proves("Y-42")
async def test_retry_after_holds_the_whole_partner_not_only_the_command(dock: Dock) -> None:
    await dock.put(command("a", order="SO-1"))
    wms = ScriptedPartner(Outcome(OutcomeKind.TRANSIENT, "429", retry_after_s=20.0))
    await dock.step(wms)
    await dock.put(command("b", order="SO-2"))
    dock.clock.forward(seconds=19)
    await dock.step(wms)
    assert wms.sent == ["a"]
    dock.clock.forward(seconds=1)
    await dock.step(wms)
    assert sorted(wms.sent) == ["a", "a", "b"]


async def test_the_backlog_tells_what_waits_what_is_in_doubt_and_what_is_parked(dock: Dock) -> None:
    dock.manifest = manifest(breaker_failures=9)
    await dock.put(*(command(f"c-{n}", order=f"SO-{n}") for n in range(3)), command("later", order="SO-0"))
    await dock.step(ScriptedPartner(DOWN, TIMED_OUT))
    (line,) = await dock.outbox.backlog(dock.clock.now())
    assert (line.partner, line.open, line.retrying, line.unknown, line.parked) == (WMS.id, 3, 2, 1, 0)
    assert line.oldest is not None


async def test_what_an_operator_did_is_in_the_chain_with_its_effect(dock: Dock) -> None:
    desk, acts = dock.desk(), PostgresActs(dock.outbox.pool)
    await desk.pause("wms-nl1", reason="stock take", by="ines", key="person:1", now=dock.clock.now())
    await desk.resume("wms-nl1", reason="counted", by="ana", now=dock.clock.now())
    assert not await desk.skip(999, reason="gone", by="ines", now=dock.clock.now())
    told = [
        (one.act, one.person, one.key, one.reason, one.before, one.after) for one in await acts.of("partner wms-nl1")
    ]
    assert told == [
        ("paused", "ines", "person:1", "stock take", "", "paused"),
        ("resumed", "ana", "ana", "counted", "paused", ""),
    ]
    assert (await verify(acts)).acts == 2
