"""A serving role as production runs it, and the process that loads it."""

from __future__ import annotations

import asyncio
import secrets
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from crossdock.app.access import KEY_BYTES, Scope, make_key
from crossdock.bench.client import Plan, Result
from crossdock.bench.trace import PARTNERS
from crossdock.bootstrap.door import door, forget_door
from crossdock.bootstrap.hub import Hub
from crossdock.bootstrap.presence import pepper_of
from crossdock.postgres.keys import PostgresKeys
from crossdock.runtime.supervisor import Child, Supervisor

POLL_S = 0.05
STOP_S = 10.0


class Load(msgspec.Struct, frozen=True):
    """One run of the client."""

    per_second: float
    p50_ms: float
    p99_ms: float

    @classmethod
    def of(cls, result: Result) -> Load:
        """From what the client printed."""
        return cls(result.events / result.seconds, result.p50_ms, result.p99_ms)


@asynccontextmanager
async def roles(
    project: Path, data: Path, environment: Mapping[str, str], names: tuple[str, ...] = ("serve",)
) -> AsyncIterator[tuple[Supervisor, int]]:
    """These roles (`work-2` is a second `work`) as processes of their own, and the port of the door."""
    forget_door(data)
    supervisor = Supervisor(environment, on_change=quiet)
    supervisor.start([_child(name, project, data) for name in names])
    try:
        while not door(data):  # noqa: ASYNC110  (another process writes the note)
            await asyncio.sleep(POLL_S)
        yield supervisor, int(door(data).rpartition(":")[2])
    finally:
        await supervisor.stop(STOP_S)


def _child(name: str, project: Path, data: Path) -> Child:
    role = name.partition("-")[0]
    return Child(
        name,
        ("-m", "crossdock.bootstrap.child", role, str(project), str(data), "", "0" if role == "serve" else ""),
        data / "log" / f"{name}.log",
    )


async def api_keys(hub: Hub) -> dict[str, str]:
    """One API key a partner."""
    keys: dict[str, str] = {}
    pepper = pepper_of(hub.project.settings, hub.project.data)
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


async def load(project: Path, plan: Plan) -> Result:
    """Let the client process do what the plan says."""
    file = project / "plan.json"
    file.write_bytes(msgspec.json.encode(plan))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "crossdock.bench.client", str(file), stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    return msgspec.json.decode(output, type=Result)


async def quiet() -> None:
    """Nobody is told of the child."""
