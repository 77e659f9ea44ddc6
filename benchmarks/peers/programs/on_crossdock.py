"""The trace on Crossdock, three ways: in process by the thousand, over HTTP by the hundred, over HTTP one by one.

Runs with Crossdock's own Python. Each session has a database of its own, so that all of its commands can be counted.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from pathlib import Path

import uvloop

from benchmarks.peers.programs.story import COMMANDS, Clock, Fact, Plan, read_plan, read_trace, tell
from crossdock.app.access import KEY_BYTES, Scope, make_key
from crossdock.bench import client
from crossdock.bench.pipeline import run_pipeline
from crossdock.bench.trace import PARTNERS, Told
from crossdock.bootstrap.connectors import MANIFESTS
from crossdock.bootstrap.hub import Hub, open_hub
from crossdock.bootstrap.presence import pepper_of
from crossdock.bootstrap.project import read_project
from crossdock.postgres import bench as sql
from crossdock.postgres.keys import PostgresKeys

# Ours say more than the five commands of the story (they keep the ERP and the TMS informed); those are checked only for
# having been said once.
PAID = "%BIL:WH-NL1/1 PAID%"


async def run() -> None:
    """Play, then count in the database."""
    plan = read_plan()
    facts = read_trace(plan.trace)
    project = read_project(Path(plan.at["project"]), MANIFESTS)
    async with open_hub(project, plan.at["url"]) as hub:
        if per_request := int(plan.at["per_request"]):
            clock = await over_http(hub, plan, facts, per_request)
        else:
            told = [Told(fact.partner, fact.body.encode()) for fact in facts]
            with Clock() as clock:
                await run_pipeline(hub.ingest, hub.clock, told)
        found, keys = await sql.commands(hub.pool)
        paid = await sql.finished_orders(hub.pool, PAID)
    doubled = sum(found.values()) - keys
    pairs = [(str(number), name) for name in COMMANDS for number in range(found.get(name, 0))]
    tell(len(facts), clock, paid, pairs + pairs[:doubled])


async def over_http(hub: Hub, plan: Plan, facts: Sequence[Fact], per_request: int) -> Clock:
    """Post the facts to the serving role, `in_flight` requests at once."""
    host, _, port = plan.at["serving"].partition(":")
    keys = await make_keys(hub)
    ours = client.Plan(host, int(port), keys, 0, 0, 0, per_request, plan.in_flight)
    made = requests(ours, facts)
    pairs = [await asyncio.open_connection(host, int(port)) for _ in range(plan.in_flight)]
    with Clock() as clock:
        await client.closed_loop([client.Lane(reader, writer) for reader, writer in pairs], made)
    for _, writer in pairs:
        writer.close()
    return clock


def requests(plan: client.Plan, facts: Sequence[Fact]) -> list[client.Request]:
    """Ready requests; facts of one partner go together."""
    if plan.per_request == 1:
        return [client.wire(plan, fact.partner, fact.body.encode(), 1) for fact in facts]
    made: list[client.Request] = []
    waiting: dict[str, list[str]] = {}
    for fact in facts:
        waiting.setdefault(fact.partner, []).append(fact.body)
        if len(waiting[fact.partner]) == plan.per_request:
            made.append(batch(plan, fact.partner, waiting.pop(fact.partner)))
    return made + [batch(plan, partner, bodies) for partner, bodies in waiting.items()]


def batch(plan: client.Plan, partner: str, bodies: Sequence[str]) -> client.Request:
    """One request of several facts."""
    return client.wire(plan, partner, f"[{','.join(bodies)}]".encode(), len(bodies))


async def make_keys(hub: Hub) -> dict[str, str]:
    """One API key a partner."""
    pepper = pepper_of(hub.project.settings, hub.project.data)
    keys: dict[str, str] = {}
    for partner in PARTNERS:
        secret, kept = make_key(
            secrets.token_bytes(KEY_BYTES),
            pepper,
            partner=partner,
            scopes=(Scope.FACTS_WRITE,),
            label="bench",
            created=hub.clock.now(),
        )
        await PostgresKeys(hub.pool).add(kept)
        keys[partner] = secret.reveal()
    return keys


if __name__ == "__main__":
    uvloop.run(run())
