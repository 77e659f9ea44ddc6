"""How Tryton words a no."""

from __future__ import annotations

import msgspec

from crossdock.ports.connector import Outcome, OutcomeKind
from crossdock.ports.json_calls import Told, outcome_of
from crossdock.ports.reaching import harmless
from crossdock.ports.transport import HttpReply


class _Answer(msgspec.Struct, frozen=True):
    message: str = ""
    description: str = ""


_answers = msgspec.json.Decoder(_Answer)

# Somebody else wrote the record meanwhile, or holds it: nothing was done, and it may be tried again.
BUSY = frozenset({409, 423})
KEY = "Tryton does not accept our key: make one for the hub's user and name it in the partner file"
RIGHTS = "Tryton does not let our user do this: give it the groups the connector's page asks for"
EXPLAINED = {401: KEY, 403: RIGHTS}


def explain(body: bytes) -> Told:
    """Its sentence; warnings and refusals both come as HTTP 400 `{"status", "message", "description"}`."""
    try:
        answer = _answers.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Told()
    return Told(detail=f"{answer.message} {answer.description}".strip())


def judge(reply: HttpReply) -> Outcome:
    """What an answer to a writing call means; see `outcome_of` for all that is not Tryton's own."""
    if reply.status in BUSY:
        return Outcome(OutcomeKind.TRANSIENT, f"HTTP {reply.status}: the record is in use")
    outcome = outcome_of(reply, explain)
    if reply.status in EXPLAINED:
        return Outcome(outcome.kind, f"{outcome.detail}; {EXPLAINED[reply.status]}")
    return outcome


def judge_read(reply: HttpReply) -> Outcome:
    """The same for a reading call."""
    return harmless(judge(reply))
