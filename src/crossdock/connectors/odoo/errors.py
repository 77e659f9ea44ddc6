"""How Odoo words a no.

Odoo answers HTTP 200 whatever happened; what went wrong is in `error`, named by the exception's class. Every call is
one transaction that an exception rolls back, so no refusal leaves anything half done.
"""

from __future__ import annotations

import msgspec

from crossdock.ports.connector import Outcome, OutcomeKind
from crossdock.ports.json_calls import DETAIL_CHARS_MAX, Told, outcome_of
from crossdock.ports.transport import HttpReply


class _Data(msgspec.Struct, frozen=True):
    name: str = ""
    message: str = ""


class _Error(msgspec.Struct, frozen=True):
    code: int = 0
    message: str = ""
    data: _Data = _Data()


class Answer(msgspec.Struct, frozen=True):
    """An answer: what was asked for, or why not."""

    result: msgspec.Raw = msgspec.Raw(b"null")
    error: _Error | None = None


_answers = msgspec.json.Decoder(Answer)

# PostgreSQL gave the transaction up for another one: the same call may succeed in a moment.
BUSY = ("SerializationFailure", "LockNotAvailable", "DeadlockDetected", "OperationalError", "ConcurrencyError")
KEY = "odoo.exceptions.AccessDenied"
RIGHTS = "odoo.exceptions.AccessError"
EXPLAINED = {
    KEY: "Odoo does not accept our key: make one for the hub's user and name it in the partner file",
    RIGHTS: "Odoo does not let our user do this: give it the groups the connector's page asks for",
}


def answer_of(reply: HttpReply) -> Answer | Outcome:
    """The answer, or the outcome where there is none in the reply."""
    if not 200 <= reply.status < 300:
        return outcome_of(reply, lambda body: Told())
    try:
        return _answers.decode(reply.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Outcome(
            OutcomeKind.UNKNOWN, f"Odoo's answer is no JSON-RPC, a proxy's perhaps: {error}"[:DETAIL_CHARS_MAX]
        )


def judge(reply: HttpReply) -> Outcome:
    """What an answer to a writing call means."""
    answer = answer_of(reply)
    if isinstance(answer, Outcome):
        return answer
    if answer.error is None:
        return Outcome(OutcomeKind.DELIVERED)
    name = answer.error.data.name
    detail = f"{name}: {answer.error.data.message or answer.error.message}"
    if name.rpartition(".")[2] in BUSY:
        return Outcome(OutcomeKind.TRANSIENT, detail[:DETAIL_CHARS_MAX])
    if name in EXPLAINED:
        detail = f"{EXPLAINED[name]} ({detail})"
    return Outcome(OutcomeKind.REFUSED, detail[:DETAIL_CHARS_MAX])
