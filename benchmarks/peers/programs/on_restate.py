"""The trace on Restate: a virtual object an order, its state in Restate, a durable step (`ctx.run`) a command.

`app` is served to Restate as users serve it; `run` posts the facts to the ingress of the server, each with an
idempotency key, and asks every order in the end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TypedDict

import aiohttp
import restate

from benchmarks.peers.programs.story import PAID, Clock, Fact, due, read_plan, read_trace, tell

PATIENCE = aiohttp.ClientTimeout(total=120)


class Message(TypedDict):
    """A fact as it is posted."""

    step: str
    partner: str
    body: str


class Standing(TypedDict):
    """An order as Restate keeps it."""

    seen: list[str]
    sent: list[str]


order_service = restate.VirtualObject("order")


async def send_command(order: str, command: str) -> str:
    """Where a user's code would call the partner."""
    return f"{order} {command}"


@order_service.handler()
async def take(ctx: restate.ObjectContext, message: Message) -> int:
    """Take one fact; how many commands it caused."""
    standing: Standing = await ctx.get("standing", type_hint=dict) or Standing(seen=[], sent=[])
    if message["step"] in standing["seen"]:
        return 0
    standing["seen"].append(message["step"])
    commands = due(standing["seen"], standing["sent"])
    for command in commands:
        await ctx.run_typed(command, send_command, order=ctx.key(), command=command)
        standing["sent"].append(command)
    ctx.set("standing", standing)
    return len(commands)


@order_service.handler(kind="shared")
async def stand(ctx: restate.ObjectSharedContext) -> Standing:
    """How it stands."""
    standing: Standing = await ctx.get("standing", type_hint=dict) or Standing(seen=[], sent=[])
    return standing


app = restate.app([order_service])


async def play(session: aiohttp.ClientSession, facts: Sequence[Fact], in_flight: int) -> None:
    """Post all facts; the answer comes when the fact has been taken."""
    slots = asyncio.Semaphore(in_flight)

    async def post(fact: Fact) -> None:
        message = Message(step=fact.step, partner=fact.partner, body=fact.body)
        head = {"idempotency-key": f"{fact.order}/{fact.step}"}
        async with slots, session.post(f"/order/{fact.order}/take", json=message, headers=head) as answer:
            answer.raise_for_status()
            await answer.read()

    async with asyncio.TaskGroup() as group:
        for fact in facts:
            group.create_task(post(fact))


async def run() -> None:
    """Play, then ask every order."""
    plan = read_plan()
    facts = read_trace(plan.trace)
    orders = sorted({fact.order for fact in facts})
    connector = aiohttp.TCPConnector(limit=plan.in_flight)
    async with aiohttp.ClientSession(plan.at["ingress"], connector=connector, timeout=PATIENCE) as session:
        with Clock() as clock:
            await play(session, facts, plan.in_flight)
        paid, commands = 0, []
        for order in orders:
            async with session.get(f"/order/{order}/stand") as answer:
                answer.raise_for_status()
                standing: Standing = await answer.json()
            paid += set(standing["seen"]) >= PAID
            commands += [(order, command) for command in standing["sent"]]
    tell(len(facts), clock, paid, commands)


if __name__ == "__main__":
    asyncio.run(run())
