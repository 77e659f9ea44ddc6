"""How S/4HANA words a no (OData V2 error, SAP Gateway)."""

from __future__ import annotations

import msgspec

from crossdock.ports.connector import Outcome, OutcomeKind
from crossdock.ports.json_calls import DETAIL_CHARS_MAX, Told, outcome_of
from crossdock.ports.transport import HttpReply


class _Message(msgspec.Struct, frozen=True):
    value: str = ""


class _Error(msgspec.Struct, frozen=True):
    code: str = ""
    message: _Message = _Message()


class _Answer(msgspec.Struct, frozen=True):
    error: _Error = _Error()


_answers = msgspec.json.Decoder(_Answer)

# 412: somebody changed the entity since we read it; 423: somebody holds it. Nothing was done.
BUSY = frozenset({412, 423})
# The same for documents a person has open, which come as HTTP 400 with a message of the application.
HELD = ("currently being processed", "currently processed by", "is locked by", "locked by user")
EXPLAINED = {
    401: "S/4HANA does not accept our user: correct settings.user or secrets.token",
    403: "S/4HANA does not let our user do this: give it the services the connector's page names",
    428: "S/4HANA wants to know the version we change: this release of it gives none, tell us",
}


def explain(body: bytes) -> Told:
    """Its code and sentence, `{"error": {"code", "message": {"lang", "value"}}}`; an HTML page tells nothing."""
    try:
        error = _answers.decode(body).error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Told()
    return Told(detail=f"{error.code}: {error.message.value}" if error.code else error.message.value)


def judge(reply: HttpReply) -> Outcome:
    """What an answer means; see `outcome_of` for all that is not SAP's own."""
    told = explain(reply.body)
    if reply.status in BUSY or (reply.status == 400 and any(word in told.detail for word in HELD)):
        return Outcome(OutcomeKind.TRANSIENT, f"HTTP {reply.status}: {told.detail}"[:DETAIL_CHARS_MAX])
    outcome = outcome_of(reply, explain)
    if reply.status in EXPLAINED:
        return Outcome(outcome.kind, f"{outcome.detail}; {EXPLAINED[reply.status]}"[:DETAIL_CHARS_MAX])
    return outcome
