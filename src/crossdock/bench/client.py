"""The load: a lean HTTP/1.1 client in a process of its own, so that its work is not counted as the hub's.

`python -m crossdock.bench.client PLAN` reads a plan (JSON) and prints one line of JSON: seconds and latencies. Closed
loop for throughput (a number of requests in flight); open loop for latency (a rate, measured from the planned send
time, so that a stall is charged to every request it delays).
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
import uvloop

from crossdock.bench.trace import history
from crossdock.kernel.errors import Bug


class Plan(msgspec.Struct):
    """What to send. `per_request` 1 posts each fact alone, more posts them as a batch; `rate` 0 is a closed loop;
    `query` goes behind the address."""

    host: str
    port: int
    keys: dict[str, str]
    orders: int
    first: int
    seed: int
    per_request: int
    in_flight: int
    rate: float = 0.0
    query: str = ""


class Result(msgspec.Struct):
    """What came of it; latencies in milliseconds. `began` is the wall clock's instant of the first request, so that
    another process can say how long it took until something it sees was done."""

    events: int
    seconds: float
    p50_ms: float = 0.0
    p99_ms: float = 0.0
    began: float = 0.0


class Request(msgspec.Struct, frozen=True):
    """One request as bytes, and how many facts it carries."""

    wire: bytes
    facts: int


def requests(plan: Plan) -> list[Request]:
    """The whole history as ready requests; facts of one partner go together in a batch."""
    told = history(plan.orders, seed=plan.seed, first=plan.first)
    if plan.per_request == 1:
        return [wire(plan, one.partner, one.body, 1) for one in told]
    made: list[Request] = []
    open_batches: dict[str, list[bytes]] = {}
    for one in told:
        batch = open_batches.setdefault(one.partner, [])
        batch.append(one.body)
        if len(batch) == plan.per_request:
            made.append(wire(plan, one.partner, b"[" + b",".join(batch) + b"]", len(batch)))
            batch.clear()
    for partner, batch in open_batches.items():
        if batch:
            made.append(wire(plan, partner, b"[" + b",".join(batch) + b"]", len(batch)))
    return made


def wire(plan: Plan, partner: str, body: bytes, facts: int) -> Request:
    """HTTP/1.1 bytes of one post."""
    path = f"/v1/partners/{partner}/messages" + (":batch" if plan.per_request > 1 else "") + plan.query
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {plan.host}\r\nAuthorization: Bearer {plan.keys[partner]}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return Request(head.encode() + body, facts)


class Lane:
    """One kept-alive connection, one request at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def send(self, request: Request) -> None:
        """Post and read the answer; anything but 2xx ends the benchmark."""
        self._writer.write(request.wire)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        body = await self._reader.readexactly(length)
        if not head.startswith(b"HTTP/1.1 2"):
            raise Bug(f"the hub answered {head[:40]!r}: {body[:300]!r}")


async def closed_loop(lanes: Sequence[Lane], made: Sequence[Request]) -> Result:
    """As fast as the lanes go."""
    left = iter(made)

    async def drain(lane: Lane) -> None:
        for request in left:
            await lane.send(request)

    started = time.perf_counter()
    await asyncio.gather(*(drain(lane) for lane in lanes))
    return Result(sum(request.facts for request in made), time.perf_counter() - started)


async def open_loop(lanes: Sequence[Lane], made: Sequence[Request], rate: float) -> Result:
    """At a fixed rate of facts a second, whatever the hub does; latency from the instant it should have been sent."""
    free: asyncio.Queue[Lane] = asyncio.Queue()
    for lane in lanes:
        free.put_nowait(lane)
    latencies: list[float] = []
    started = time.perf_counter()

    async def send(request: Request, planned: float) -> None:
        lane = await free.get()
        await lane.send(request)
        latencies.append(time.perf_counter() - planned)
        free.put_nowait(lane)

    tasks: list[asyncio.Task[None]] = []
    planned = started
    for request in made:
        ahead = planned - time.perf_counter()
        if ahead > 0:
            await asyncio.sleep(ahead)
        tasks.append(asyncio.create_task(send(request, planned)))
        planned += request.facts / rate
    await asyncio.gather(*tasks)
    latencies.sort()
    p50, p99 = latencies[len(latencies) // 2], latencies[int(len(latencies) * 0.99)]
    facts = sum(request.facts for request in made)
    return Result(facts, time.perf_counter() - started, p50 * 1000, p99 * 1000)


async def run(plan: Plan) -> Result:
    """Connect and send."""
    made = requests(plan)
    pairs = [await asyncio.open_connection(plan.host, plan.port) for _ in range(plan.in_flight)]
    lanes = [Lane(reader, writer) for reader, writer in pairs]
    began = time.time()
    result = await (open_loop(lanes, made, plan.rate) if plan.rate else closed_loop(lanes, made))
    for _, writer in pairs:
        writer.close()
    result.began = began
    return result


def main() -> None:
    """Entry point of the load process."""
    plan = msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=Plan)
    sys.stdout.buffer.write(msgspec.json.encode(uvloop.run(run(plan))) + b"\n")


if __name__ == "__main__":
    main()
