"""Canonical commands to EDIFACT messages, by the partner's maps. Pure: the same command under the same number always
gives the same bytes.
"""

from __future__ import annotations

import re

from crossdock.canonical.envelope import Source
from crossdock.canonical.vocabulary import Role
from crossdock.canonical.wire import decode_command
from crossdock.connectors.edifact.acknowledgement import control_id
from crossdock.connectors.edifact.config import Settings, envelope
from crossdock.formats.edifact.writer import Draft, compose, rows_of
from crossdock.kernel.errors import Rejected
from crossdock.mapping.run import ERROR, MapContext
from crossdock.mediation.drafting import File
from crossdock.mediation.library import MapBook
from crossdock.ports.connector import IntakeContext, Outbound

# Control references have up to fourteen characters; nine digits are what most partners' systems keep.
NUMBER_MAX = 999_999_999
TOLD_MAX = 3
_UNSAFE = re.compile(r"[^A-Za-z0-9.-]")


def write_document(
    command: Outbound, book: MapBook, settings: Settings, partner: IntakeContext, number: int
) -> tuple[str, bytes]:
    """The message type, and the interchange with one message for one command.

    UNB 0020 and UNH 0062 both are `number`, so that a CONTRL as well as an APERAK names the command; dates are those
    of the command.

    Raises:
        Rejected: no map writes this command, settings without parties, or a value EDIFACT or the map cannot carry.
    """
    writer = book.writer(command.type)
    if writer is None:
        able = ", ".join(book.commands) or "none"
        raise Rejected(f"{command.type} has no EDIFACT message here; there are maps for: {able}", where="type")
    control = str(wrapped(number))
    around = envelope(settings, control, command.created)
    words = {**settings.said, "created": command.created.isoformat()}
    context = MapContext(Source(Role(partner.role), partner.partner), command.created, partner.tz, values=words)
    written = writer.write(decode_command(command.type, command.payload), context)
    if written.root is None:
        wrong = [one for one in written.findings if one.severity == ERROR][:TOLD_MAX]
        raise Rejected("; ".join(f"{one.place.words}: {one.detail}" for one in wrong), where=wrong[0].rule)
    draft = Draft(written.kind, settings.version, control, rows_of(written.root))
    return written.kind, compose(around, [draft])


def write_file(command: Outbound, book: MapBook, settings: Settings, partner: IntakeContext, number: int) -> File:
    """The interchange of `write_document` as a file, with the reference it is answered under."""
    kind, body = write_document(command, book, settings, partner, number)
    return File(file_name(kind, command, number), body, control_id(wrapped(number)))


def file_name(kind: str, command: Outbound, number: int) -> str:
    """`IFTMIN-000000017-transmit_tender_LD-5_T-77.edi`: one command has one name, however often it is sent."""
    key = _UNSAFE.sub("_", command.idempotency_key)
    return f"{kind}-{wrapped(number):09d}-{key[:120]}.edi"


def wrapped(number: int) -> int:
    """Counters have nine digits and begin again at 1."""
    return (number - 1) % NUMBER_MAX + 1
