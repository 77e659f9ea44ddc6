"""How Dynamics 365 words a no."""

from __future__ import annotations

import msgspec

from crossdock.ports.connector import Outcome, OutcomeKind
from crossdock.ports.json_calls import DETAIL_CHARS_MAX, Told, outcome_of
from crossdock.ports.transport import HttpReply


class _Inner(msgspec.Struct, frozen=True):
    message: str = ""


class _Error(msgspec.Struct, frozen=True):
    code: str = ""
    message: str = ""
    innererror: _Inner = _Inner()


class _Answer(msgspec.Struct, frozen=True):
    error: _Error | str = ""
    error_description: str = ""
    Message: str = ""


_answers = msgspec.json.Decoder(_Answer)

# Somebody else wrote the record meanwhile: nothing was done.
CHANGED = 412
CONFLICT = ("UpdateConflict", "update conflict", "deadlock")
# What an entity refuses comes as HTTP 500 with the log of the transaction, which was rolled back.
LOGGED = "Infolog:"
EXPLAINED = {
    401: "Dynamics does not accept our application: register client_id there and correct secrets.token",
    403: "Dynamics does not let our application do this: give its user the roles the connector's page names",
}


def explain(body: bytes) -> Told:
    """The sentence of an entity, a service or the token endpoint; an HTML page tells nothing."""
    try:
        answer = _answers.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Told()
    if isinstance(answer.error, str):
        return Told(detail=f"{answer.error} {answer.error_description} {answer.Message}".strip())
    return Told(detail=f"{answer.error.message} {answer.error.innererror.message}".strip())


def judge(reply: HttpReply) -> Outcome:
    """What an answer means; see `outcome_of` for all that is not Dynamics' own."""
    detail = f"HTTP {reply.status}: {explain(reply.body).detail}"[:DETAIL_CHARS_MAX]
    if reply.status == CHANGED or (reply.status >= 400 and any(word in detail for word in CONFLICT)):
        return Outcome(OutcomeKind.TRANSIENT, detail)
    if reply.status >= 500 and LOGGED in detail:
        return Outcome(OutcomeKind.REFUSED, detail)
    outcome = outcome_of(reply, explain)
    if reply.status in EXPLAINED:
        return Outcome(outcome.kind, f"{outcome.detail}; {EXPLAINED[reply.status]}"[:DETAIL_CHARS_MAX])
    return outcome
