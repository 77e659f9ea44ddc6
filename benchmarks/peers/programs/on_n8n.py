"""The trace on n8n: every fact posted to the webhook, answered when its workflow has ended; counted in the database.

Runs with Crossdock's Python: n8n has none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import aiohttp
import psycopg

from benchmarks.peers.programs.story import STEPS, Clock, Fact, read_plan, read_trace, tell

PATIENCE = aiohttp.ClientTimeout(total=120)


async def play(session: aiohttp.ClientSession, webhook: str, facts: Sequence[Fact], in_flight: int) -> None:
    """Post all facts."""
    slots = asyncio.Semaphore(in_flight)

    async def post(fact: Fact) -> None:
        async with slots, session.post(webhook, json=fact._asdict()) as answer:
            if answer.status != 200:
                raise RuntimeError(f"n8n answered {answer.status}: {(await answer.text())[:300]}")
            await answer.read()

    async with asyncio.TaskGroup() as group:
        for fact in facts:
            group.create_task(post(fact))


async def run() -> None:
    """Play, then count what these orders have."""
    plan = read_plan()
    facts = read_trace(plan.trace)
    orders = list({fact.order for fact in facts})
    connector = aiohttp.TCPConnector(limit=plan.in_flight)
    async with aiohttp.ClientSession(connector=connector, timeout=PATIENCE) as session:
        with Clock() as clock:
            await play(session, plan.at["webhook"], facts, plan.in_flight)
    with psycopg.connect(plan.at["url"]) as connection:
        told = "select ord from fact where ord = any(%s) group by ord having count(*) = %s"
        paid = len(connection.execute(told, (orders, len(STEPS))).fetchall())
        sent = connection.execute("select ord, name from command where ord = any(%s)", (orders,)).fetchall()
    tell(len(facts), clock, paid, [(str(order), str(name)) for order, name in sent])


if __name__ == "__main__":
    asyncio.run(run())
