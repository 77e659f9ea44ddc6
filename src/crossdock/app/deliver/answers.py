"""Answers by another way: a functional acknowledgement in the dossier's log ends the delivery that waits for it.

It also ends a parked one: the acknowledgement that comes too late for the timer is still the proof that closes INT-06.
"""

from __future__ import annotations

from datetime import datetime

from crossdock.app.deliver.cases import REFUSED_OR_DEAD, command_case
from crossdock.ports.clock import Clock
from crossdock.ports.outbox import Answered, End, Ending, Outbox
from crossdock.ports.store import CaseRow

ANSWERS_MAX = 200


async def end_answered(outbox: Outbox, clock: Clock, *, limit: int = ANSWERS_MAX) -> int:
    """End every delivery whose partner has answered since; returns how many."""
    ended = 0
    for answer in await outbox.answered(limit):
        now = clock.now()
        ending = Ending.REFUSED if answer.refused else Ending.DELIVERED
        end = End(answer.id, 0, ending, now, f"answered by event {answer.event}")
        if await outbox.acknowledge(answer.partner, answer.idempotency_key, end, cases=_cases(answer, now)):
            ended += 1
    return ended


def _cases(answer: Answered, now: datetime) -> tuple[CaseRow, ...]:
    if not answer.refused:
        return ()
    detail = f"{answer.type} was refused in event {answer.event}. Correct the cause, then retry it"
    return (command_case(answer, REFUSED_OR_DEAD, detail, answer.event, now),)
