"""How Karrio words a no: `{"errors": [{"code", "level", "message"}]}`, with HTTP 4xx."""

from __future__ import annotations

import msgspec

from crossdock.ports.connector import Outcome
from crossdock.ports.json_calls import Told, outcome_of
from crossdock.ports.reaching import harmless
from crossdock.ports.transport import HttpReply


class _Error(msgspec.Struct, frozen=True):
    code: str = ""
    message: str = ""


class _Answer(msgspec.Struct, frozen=True):
    errors: tuple[_Error, ...] = ()


_answers = msgspec.json.Decoder(_Answer)


def explain(body: bytes) -> Told:
    """Its reasons, all of them."""
    try:
        answer = _answers.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Told()
    return Told(detail="; ".join(f"{one.code}: {one.message}" for one in answer.errors))


def judge(reply: HttpReply) -> Outcome:
    """What an answer to a writing call means."""
    return outcome_of(reply, explain)


def judge_read(reply: HttpReply) -> Outcome:
    """The same for a reading call."""
    return harmless(judge(reply))
