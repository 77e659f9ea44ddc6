"""How a decoder writes down what a partner said: canonical payloads into envelopes, trouble into findings."""

from __future__ import annotations

from datetime import datetime

import msgspec

from crossdock.canonical.envelope import Envelope, Reference, Source, Subject
from crossdock.canonical.vocabulary import FactClass, Role
from crossdock.kernel.codec import encode_json
from crossdock.kernel.errors import Rejected
from crossdock.kernel.instant import Occurrence
from crossdock.ports.connector import Decoded, DecodedFact, Finding, IntakeContext


class Statement(msgspec.Struct, frozen=True):
    """One thing a partner said, in canonical words.

    `message_id` is the partner's id of the message, `revision` its own counter where it keeps one, `raw` how it wrote
    the time. `where` is the place in the message.
    """

    type: str
    subject: Subject
    at: datetime
    payload: msgspec.Struct
    message_id: str = ""
    refs: tuple[Reference, ...] = ()
    cls: FactClass = FactClass.ACT
    revision: int | None = None
    raw: str = ""
    where: str = "$"


def write_down(statement: Statement, context: IntakeContext, message_type: str = "") -> DecodedFact:
    """The canonical envelope of a statement, as JSON bytes; the instant keeps its offset."""
    offset = statement.at.utcoffset()
    envelope = Envelope(
        type=statement.type,
        subject=statement.subject,
        source=Source(Role(context.role), context.partner, statement.message_id, message_type),
        occurred=Occurrence(statement.at, int(offset.total_seconds() // 60) if offset else 0, raw=statement.raw),
        payload=msgspec.Raw(encode_json(statement.payload)),
        cls=statement.cls,
        revision=statement.revision,
        refs=statement.refs,
    )
    return DecodedFact(encode_json(envelope), statement.where)


def refused(code: str, error: Rejected, where: str = "") -> Decoded:
    """A message nothing could be taken from; where nobody knows the place, it is the whole of it (`$`)."""
    return Decoded(findings=[Finding(code, error.detail, error.where or where or "$")])


def reference(scheme: str, number: str, scope: str = "") -> tuple[Reference, ...]:
    """One reference, or none when the number was not said."""
    return (Reference(scheme, number, scope),) if number else ()
