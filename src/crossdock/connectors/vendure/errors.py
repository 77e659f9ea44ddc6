"""How Vendure words a no.

GraphQL answers HTTP 200 whatever happened: what broke is in `errors`, what Vendure refuses is an error result in
`data`. A mutation is one transaction, which both roll back.
"""

from __future__ import annotations

import msgspec

from crossdock.ports.connector import Outcome, OutcomeKind
from crossdock.ports.json_calls import DETAIL_CHARS_MAX, Told, outcome_of
from crossdock.ports.transport import HttpReply


class _Extensions(msgspec.Struct, frozen=True):
    code: str = ""


class _Error(msgspec.Struct, frozen=True):
    message: str = ""
    extensions: _Extensions = _Extensions()


class Answer(msgspec.Struct, frozen=True):
    """An answer: what was asked for, or why not."""

    data: dict[str, msgspec.Raw] | None = None
    errors: tuple[_Error, ...] = ()


class _Result(msgspec.Struct, frozen=True, rename="camel"):
    error_code: str = ""
    message: str = ""
    transition_error: str = ""


_answers = msgspec.json.Decoder(Answer)
_results = msgspec.json.Decoder(_Result)

FORBIDDEN = "FORBIDDEN"
EXPLAINED = "Vendure does not let our key do this: give it the permissions the connector's page asks for"
# Vendure failed on its own side, perhaps after the effect.
BROKEN = frozenset({"", "INTERNAL_SERVER_ERROR"})


def answer_of(reply: HttpReply) -> Answer | Outcome:
    """The answer's data, or the outcome where there is none."""
    try:
        answer = _answers.decode(reply.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        if not 200 <= reply.status < 300:
            return outcome_of(reply, lambda body: Told())
        return Outcome(OutcomeKind.UNKNOWN, f"no answer of Vendure's, a proxy's perhaps: {error}"[:DETAIL_CHARS_MAX])
    if not answer.errors and 200 <= reply.status < 300:
        return answer
    reasons = "; ".join(one.message for one in answer.errors)[:DETAIL_CHARS_MAX]
    named = {one.extensions.code for one in answer.errors}
    if FORBIDDEN in named:
        return Outcome(OutcomeKind.REFUSED, f"{EXPLAINED} ({reasons})")
    if not answer.errors:
        return outcome_of(reply, lambda body: Told())
    return Outcome(OutcomeKind.UNKNOWN if named & BROKEN else OutcomeKind.REFUSED, reasons)


def judge(reply: HttpReply) -> Outcome:
    """What an answer to a mutation means."""
    answer = answer_of(reply)
    if isinstance(answer, Outcome):
        return answer
    try:
        results = [_results.decode(raw) for raw in (answer.data or {}).values()]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Outcome(OutcomeKind.UNKNOWN, f"no result of Vendure's: {error}"[:DETAIL_CHARS_MAX])
    for one in results:
        if one.error_code:
            detail = ": ".join(part for part in (one.error_code, one.message, one.transition_error) if part)
            return Outcome(OutcomeKind.REFUSED, detail[:DETAIL_CHARS_MAX])
    return Outcome(OutcomeKind.DELIVERED)
