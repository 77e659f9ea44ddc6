"""How servers that take JSON word a no: problem details (RFC 9457), or one of the usual members."""

from __future__ import annotations

import msgspec

from crossdock.mediation.posting import explain_text
from crossdock.ports.json_calls import Told


class _Answer(msgspec.Struct, frozen=True):
    title: object = ""
    detail: object = ""
    message: object = ""
    error: object = ""
    id: object = ""


_answers = msgspec.json.Decoder(_Answer)


def explain(body: bytes) -> Told:
    """Its reason and its id of what it did; a line of text where the answer is no JSON."""
    try:
        answer = _answers.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return explain_text(body)
    words = [one for one in (answer.title, answer.detail, answer.message, answer.error) if isinstance(one, str) and one]
    return Told(str(answer.id) if isinstance(answer.id, str | int) else "", ": ".join(words))
