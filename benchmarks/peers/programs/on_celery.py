"""The trace on Celery with Redis: a task a fact, a task a command; the order in Redis, under a lock of its own.

Redis writes and syncs its log at every command (`appendfsync always`), tasks are acknowledged when done (`acks_late`).
Celery keeps no state of a process, so it stands in a hash of the same Redis, written in one MULTI with what it caused.
"""

from __future__ import annotations

import os
import time

from celery import Celery
from redis import Redis

from benchmarks.peers.programs.story import PAID, Clock, due, read_plan, read_trace, tell

URL = os.environ.get("PEERS_REDIS", "redis://127.0.0.1:6379/0")
PATIENCE_S = 120.0
POLL_S = 0.02

app = Celery("orders", broker=URL)
app.conf.update(
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    worker_prefetch_multiplier=4,
    broker_connection_retry_on_startup=True,
    broker_transport_options={"visibility_timeout": 600},
)
redis = Redis.from_url(URL, decode_responses=True)


@app.task(name="send_command")
def send_command(order: str, command: str) -> None:
    """Where a user's code would call the partner; the list shows what was sent, and how often."""
    redis.rpush("sent", f"{order} {command}")


@app.task(name="take")
def take(order: str, step: str, partner: str, body: str) -> None:
    """Take one fact: under the order's lock, state and document in one transaction, then its commands."""
    with redis.lock(f"lock:{order}", timeout=60):
        standing = redis.hgetall(f"order:{order}")
        if f"fact {step}" in standing:
            return
        seen = [field.removeprefix("fact ") for field in standing if field.startswith("fact ")]
        sent = [field.removeprefix("command ") for field in standing if field.startswith("command ")]
        commands = due([*seen, step], sent)
        with redis.pipeline(transaction=True) as transaction:
            transaction.hset(f"order:{order}", f"fact {step}", f"{partner} {body}")
            for command in commands:
                transaction.hset(f"order:{order}", f"command {command}", "due")
            if {*seen, step} >= PAID:
                transaction.incr("paid")
            transaction.execute()
        for command in commands:
            send_command.delay(order, command)


def main() -> None:
    """Enqueue all facts and wait until all orders are paid and all commands sent."""
    plan = read_plan()
    facts = read_trace(plan.trace)
    orders = len({fact.order for fact in facts})
    wanted = orders * len(due(PAID, ()))
    redis.delete("sent", "paid")
    end = time.monotonic() + PATIENCE_S
    with Clock() as clock:
        for fact in facts:
            take.delay(*fact)
        while int(redis.get("paid") or 0) < orders or redis.llen("sent") < wanted:
            if time.monotonic() > end:
                break
            time.sleep(POLL_S)
    pairs = [tuple(line.split(" ", 1)) for line in redis.lrange("sent", 0, -1)]
    tell(len(facts), clock, int(redis.get("paid") or 0), [(order, command) for order, command in pairs])


if __name__ == "__main__":
    main()
