"""The trace on DBOS: a durable workflow an order that receives its facts as messages, a durable step a command.

A message carries the fact's own key as idempotency key; the workflow drops a step it has seen.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from dbos import DBOS, DBOSConfig, SetWorkflowID

from benchmarks.peers.programs.story import PAID, Clock, Fact, due, read_plan, read_trace, tell

PATIENCE_S = 120


@DBOS.step()
async def send_command(order: str, command: str) -> str:
    """Where a user's code would call the partner."""
    return f"{order} {command}"


@DBOS.workflow()
async def order_to_cash(order: str) -> list[str]:
    """Take facts until the order is paid; the commands sent, in order."""
    seen: list[str] = []
    sent: list[str] = []
    while not set(seen) >= PAID:
        message = await DBOS.recv_async("fact", timeout_seconds=PATIENCE_S)
        if message is None:
            break
        if message["step"] in seen:
            continue
        seen.append(message["step"])
        for command in due(seen, sent):
            await send_command(order, command)
            sent.append(command)
    return sent


async def play(facts: Sequence[Fact], in_flight: int) -> list[tuple[str, str]]:
    """Send all facts, wait for all orders; the commands."""
    slots = asyncio.Semaphore(in_flight)
    started: dict[str, asyncio.Task[None]] = {}

    async def start(order: str) -> None:
        with SetWorkflowID(order):
            await DBOS.start_workflow_async(order_to_cash, order)

    async def send(fact: Fact) -> None:
        async with slots:
            await started[fact.order]
            message = {"step": fact.step, "partner": fact.partner, "body": fact.body}
            await DBOS.send_async(fact.order, message, "fact", idempotency_key=f"{fact.order}/{fact.step}")

    async with asyncio.TaskGroup() as group:
        for fact in facts:
            if fact.order not in started:
                started[fact.order] = group.create_task(start(fact.order))
            group.create_task(send(fact))
    commands: list[tuple[str, str]] = []
    for order in started:
        handle = await DBOS.retrieve_workflow_async(order)
        commands += [(order, command) for command in await handle.get_result()]
    return commands


async def run() -> None:
    """Launch, play, count the orders whose workflow succeeded."""
    plan = read_plan()
    facts = read_trace(plan.trace)
    config: DBOSConfig = {"name": "orders", "system_database_url": plan.at["url"], "log_level": "ERROR"}
    DBOS(config=config)
    DBOS.launch()
    with Clock() as clock:
        commands = await play(facts, plan.in_flight)
    ended = await DBOS.list_workflows_async(status="SUCCESS", name=order_to_cash.__qualname__)
    orders = {fact.order for fact in facts}
    tell(len(facts), clock, len(orders & {one.workflow_id for one in ended}), commands)
    DBOS.destroy()


if __name__ == "__main__":
    asyncio.run(run())
