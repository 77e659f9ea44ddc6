"""The trace on Temporal: a workflow an order, its facts as signals (the first one starts it), an activity a command.

`on_temporal PLAN work` is the worker, a process of its own as users run it; `on_temporal PLAN namespace` makes the
place the workflows live in; `on_temporal PLAN` signals every fact and waits for every workflow's result.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from datetime import timedelta

from google.protobuf.duration_pb2 import Duration
from temporalio import activity, workflow
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import Worker

with workflow.unsafe.imports_passed_through():
    from benchmarks.peers.programs.story import PAID, Clock, Fact, due, read_plan, read_trace, tell

NAMESPACE = "orders"
QUEUE = "orders"
TRIES = 60
PATIENCE = timedelta(seconds=120)


@activity.defn
async def send_command(order: str, command: str) -> str:
    """Where a user's code would call the partner."""
    return f"{order} {command}"


@workflow.defn
class OrderToCash:
    """One order until it is paid; the commands it sent, in order."""

    def __init__(self) -> None:
        self._seen: list[str] = []
        self._sent: list[str] = []

    @workflow.signal
    def take(self, step: str, partner: str, body: str) -> None:
        """A fact; one that came before changes nothing."""
        if step not in self._seen:
            self._seen.append(step)

    @workflow.run
    async def run(self, order: str) -> list[str]:
        """Send what is due until all has been said."""
        while True:
            commands = due(self._seen, self._sent)
            if not commands and set(self._seen) >= PAID:
                return self._sent
            if not commands:
                known = len(self._seen)
                await workflow.wait_condition(lambda known=known: len(self._seen) > known)
            for command in commands:
                given = [order, command]
                await workflow.execute_activity(send_command, args=given, start_to_close_timeout=PATIENCE)
                self._sent.append(command)


async def play(client: Client, facts: Sequence[Fact], in_flight: int) -> list[tuple[str, str]]:
    """Signal all facts, wait for all orders; the commands."""
    slots = asyncio.Semaphore(in_flight)

    async def signal(fact: Fact) -> None:
        async with slots:
            try:
                await client.start_workflow(
                    OrderToCash.run,
                    fact.order,
                    id=fact.order,
                    task_queue=QUEUE,
                    id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                    start_signal="take",
                    start_signal_args=[fact.step, fact.partner, fact.body],
                )
            except WorkflowAlreadyStartedError:
                # The order was paid before this duplicate came.
                return

    async with asyncio.TaskGroup() as group:
        for fact in facts:
            group.create_task(signal(fact))
    commands: list[tuple[str, str]] = []
    for order in dict.fromkeys(fact.order for fact in facts):
        result: list[str] = await client.get_workflow_handle(order, result_type=list[str]).result()
        commands += [(order, command) for command in result]
    return commands


async def make_namespace(client: Client) -> None:
    """Register it and wait until the server has taken notice, as it does within seconds."""
    request = RegisterNamespaceRequest(
        namespace=NAMESPACE, workflow_execution_retention_period=Duration(seconds=86_400)
    )
    for _ in range(TRIES):
        try:
            await client.workflow_service.register_namespace(request)
        except RPCError as error:
            if error.status is RPCStatusCode.ALREADY_EXISTS:
                break
        await asyncio.sleep(1.0)
    for _ in range(TRIES):
        try:
            await client.get_workflow_handle("none").describe()
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND and "none" in error.message:
                return
        await asyncio.sleep(1.0)


async def run() -> None:
    """Make the namespace, work, or play."""
    plan = read_plan()
    client = await Client.connect(plan.at["address"], namespace=NAMESPACE)
    if sys.argv[2:] == ["namespace"]:
        await make_namespace(client)
        return
    if sys.argv[2:] == ["work"]:
        await Worker(client, task_queue=QUEUE, workflows=[OrderToCash], activities=[send_command]).run()
    facts = read_trace(plan.trace)
    with Clock() as clock:
        commands = await play(client, facts, plan.in_flight)
    tell(len(facts), clock, len({order for order, _ in commands}), commands)


if __name__ == "__main__":
    asyncio.run(run())
