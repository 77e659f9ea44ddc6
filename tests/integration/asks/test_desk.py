"""The desk of asks over real PostgreSQL: crashes between keeping and saying, two at once, how far a right reaches."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from crossdock.app.ingest.correlate import CONSOLE
from crossdock.app.intake import Intake, MessageReceipt, Receipt
from crossdock.app.orders.asking import HUB, AskDesk
from crossdock.app.orders.deeds import fact_of
from crossdock.bootstrap.ask_desk import ask_desk
from crossdock.bootstrap.hub import Hub
from crossdock.kernel.errors import Rejected, Transient
from crossdock.ports.asks import Wish
from crossdock.ports.directory import Partner
from crossdock.ports.principal import Grant, Kind, Principal, Reach, RoleName
from crossdock.ports.reach import confine, confined
from crossdock.postgres.acts import PostgresActs
from crossdock.postgres.views import PostgresViews
from crossdock.testing.world import StillClock

HOLD = Wish("hold", "", "credit", "unpaid bills")
ANA = Principal("1", "Ana", Kind.PERSON, (Grant(RoleName.OPERATOR),))
BO = Principal("2", "Bo", Kind.PERSON, (Grant(RoleName.APPROVER),))
CY = Principal("3", "Cy", Kind.PERSON, (Grant(RoleName.OPERATOR),))


class Falling:
    """The hub's own door, which falls over before or after it has taken what is said."""

    def __init__(self, inner: Intake, *, after: bool) -> None:
        self._inner = inner
        self._after = after

    async def facts(self, partner: Partner, bodies: Sequence[bytes], *, traceparent: str = "") -> list[Receipt]:
        if self._after:
            await self._inner.facts(partner, bodies, traceparent=traceparent)
        raise Transient("the power went")

    async def message(
        self, partner: Partner, body: bytes, content_type: str, *, channel: str, traceparent: str = ""
    ) -> MessageReceipt:
        return await self._inner.message(partner, body, content_type, channel=channel, traceparent=traceparent)


async def held(hub: Hub, order: str) -> list[tuple[str, str]]:
    (row,) = await PostgresViews(hub.pool).owners(f"order||{order}")
    events = await PostgresViews(hub.pool).events(row.id)
    return [(one.id, str(one.disposition)) for one in events if one.type == "order.held"]


async def commands(hub: Hub, order: str) -> int:
    (row,) = await PostgresViews(hub.pool).owners(f"order||{order}")
    return sum(one.type == "hold_fulfilment" for one in await PostgresViews(hub.pool).commands(row.id))


@pytest.mark.parametrize("after", [False, True])
async def test_a_crash_between_keeping_and_saying_ends_in_one_fact(hub: Hub, accepted: str, *, after: bool) -> None:
    """The schedule role carries on, twice even: what was said stays said once, and the ask is closed once."""
    clock = StillClock(hub.clock.now())
    desk = replace(ask_desk(hub), clock=clock)
    ask = await desk.ask(accepted, HOLD, ANA)
    cut_off = await replace(desk, intake=Falling(hub.sync, after=after)).agree(ask.id, BO, "so it is")
    assert cut_off.ended is None
    assert await desk.carry_on() == 0
    with pytest.raises(Rejected, match="is over"):
        await desk.withdraw(ask.id, ANA, "too late: it is agreed")
    clock.at += timedelta(minutes=2)
    left = await desk.asks.ready(clock.at, 10)
    assert await desk.carry_on() == 1
    assert await desk.carry_on() == 0
    (kept,) = await desk.intake.facts(*await words_of(desk, left[0].id))
    assert str(kept.disposition) == "SUPPRESS"
    assert [disposition for _, disposition in await held(hub, accepted)].count("APPLY") == 1
    assert await commands(hub, accepted) == 1
    assert [one.act for one in await PostgresActs(hub.pool).of(f"ask {ask.id}")] == [
        "ask_hold",
        "agree_hold",
        "do_hold",
    ]
    assert (await PostgresActs(hub.pool).of(f"ask {ask.id}"))[-1].person == HUB


async def test_of_two_who_agree_at_once_one_does(hub: Hub, accepted: str) -> None:
    desk = ask_desk(hub)
    ask = await desk.ask(accepted, HOLD, ANA)
    both = await asyncio.gather(*(desk.agree(ask.id, one, "so it is") for one in (BO, CY)), return_exceptions=True)
    assert sorted(isinstance(one, Rejected) for one in both) == [False, True]
    assert len(await held(hub, accepted)) == 1


async def test_nobody_agrees_with_themselves_by_another_credential_either(hub: Hub, accepted: str) -> None:
    desk = ask_desk(hub)
    ask = await desk.ask(accepted, HOLD, ANA)
    for again in (ANA, Principal("9", " ANA ", Kind.PERSON, (Grant(RoleName.APPROVER),))):
        with pytest.raises(Rejected, match="a second person"):
            await desk.agree(ask.id, again, "so it is")


async def test_a_right_goes_no_further_than_its_reach(hub: Hub, accepted: str) -> None:
    """An operator of another warehouse who may read everything asks for nothing here, and is offered nothing; somebody
    limited to this order's own systems is."""
    desk = ask_desk(hub)
    everything = Grant(RoleName.VIEWER)
    here, there = (Reach(partners=(name,)) for name in ("wms-nl1", "wms-be1"))
    near = Principal("4", "Di", Kind.PERSON, (everything, Grant(RoleName.OPERATOR, here)))
    far = Principal("5", "Ed", Kind.PERSON, (everything, Grant(RoleName.OPERATOR, there)))
    (row,) = await PostgresViews(hub.pool).owners(f"order||{accepted}")
    assert [(await desk.desk(row.ident, row.id, one)).offers != () for one in (near, far)] == [True, False]
    with pytest.raises(Rejected, match="do not let you"):
        await desk.ask(accepted, HOLD, far)
    with confined():
        confine((here,))
        ask = await desk.ask(accepted, HOLD, near)
        assert [one.ask.id for one in await desk.waiting(near, 10)] == [ask.id]
        assert [one.act for one in await PostgresActs(hub.pool).of(f"ask {ask.id}")] == ["ask_hold"]
    with confined():
        confine((there,))
        assert await desk.waiting(far, 10) == ()
        assert await PostgresActs(hub.pool).of(f"ask {ask.id}") == []
        with pytest.raises(Rejected, match="is over"):
            await desk.agree(ask.id, far, "so it is")
    await desk.agree(ask.id, BO, "so it is")
    assert [disposition for _, disposition in await held(hub, accepted)] == ["APPLY"]


async def words_of(desk: AskDesk, ask: int) -> tuple[Partner, list[bytes]]:
    """What an ask says, to say it once more."""
    kept = await desk.asks.one(ask)
    assert kept is not None
    return CONSOLE, [fact_of(kept)]


async def test_an_ask_nobody_answers_lapses_as_a_recorded_act_and_may_be_asked_again(hub: Hub, accepted: str) -> None:
    clock = StillClock(hub.clock.now())
    desk = replace(ask_desk(hub), clock=clock)
    ask = await desk.ask(accepted, HOLD, ANA)
    clock.at += timedelta(days=13, hours=23)
    assert await desk.lapse(timedelta(days=14)) == 0
    clock.at += timedelta(hours=1)
    assert await desk.lapse(timedelta(days=14)) == 1
    assert await desk.lapse(timedelta(days=14)) == 0
    shown = await desk.desk(f"order||{accepted}", ask.dossier, ANA)
    assert [one.ask.outcome for one in shown.past] == ["lapsed: nobody agreed within 14 days"]
    acts = await PostgresActs(hub.pool).of(f"ask {ask.id}")
    assert [(one.act, one.person) for one in acts] == [("ask_hold", "Ana"), ("lapse_hold", HUB)]
    with pytest.raises(Rejected, match="over"):
        await desk.agree(ask.id, BO, "too late")
    assert (await desk.ask(accepted, HOLD, ANA)).id != ask.id
    assert await held(hub, accepted) == []
