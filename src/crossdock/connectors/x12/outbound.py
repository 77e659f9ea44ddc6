"""Canonical commands to X12 documents. Pure: the same command under the same number always gives the same bytes.

A map of the partner's book goes before our own Python (`order_940`, `tender_204`).
Source: X12 004010 and 005010; element 479 for GS01 (reference/x12-sets.md).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from crossdock.canonical.commands.tms import TransmitTender
from crossdock.canonical.commands.wms import CancelFulfilmentOrder, CreateFulfilmentOrder, UpdateFulfilmentOrder
from crossdock.canonical.declarations import Payload
from crossdock.canonical.wire import decode_command
from crossdock.connectors.x12.acknowledgement_997 import OUR_SET, control_id
from crossdock.connectors.x12.codes import functional_of
from crossdock.connectors.x12.config import Settings
from crossdock.connectors.x12.mapped_out import write_mapped
from crossdock.connectors.x12.order_940 import Rows, write_940, write_cancel_940, write_change_940
from crossdock.connectors.x12.tender_204 import write_204
from crossdock.formats.x12.writer import Cell, Draft, Envelope, compose
from crossdock.kernel.errors import Rejected
from crossdock.mediation.drafting import File
from crossdock.mediation.library import MapBook
from crossdock.ports.connector import Outbound

SET_OF = {
    "create_fulfilment_order": "940",
    "update_fulfilment_order": "940",
    "cancel_fulfilment_order": "940",
    "transmit_tender": "204",
}
NUMBER_MAX = 999_999_999
_UNSAFE = re.compile(r"[^A-Za-z0-9.-]")


def write_document(command: Outbound, settings: Settings, number: int, book: MapBook | None = None) -> bytes:
    """The bytes of `write_file`."""
    return write_file(command, settings, number, book).body


def write_file(command: Outbound, settings: Settings, number: int, book: MapBook | None = None) -> File:
    """The interchange for one command; ISA13 and GS06 carry `number`, ST02 is 0001, dates are those of the command.

    Raises:
        Rejected: a command this connector does not speak, settings without parties, or a value X12 cannot carry.
    """
    if not settings.isa_sender or not settings.isa_receiver:
        raise Rejected(
            "the partner's settings need isa_sender and isa_receiver before anything can be sent", where="settings"
        )
    code, rows = _drafted(command, settings, book)
    envelope = Envelope(
        sender=settings.us,
        receiver=settings.partner,
        at=command.created,
        isa_control=_wrapped(number),
        group_control=_wrapped(number),
        functional=functional_of(code),
        version=settings.version,
        usage=settings.usage or "P",
        delimiters=settings.delimiters,
    )
    body = compose(envelope, [Draft(code, OUR_SET, rows)])
    return File(file_name(command, number, code), body, control_id(_wrapped(number)))


def file_name(command: Outbound, number: int, code: str) -> str:
    """`940-000000017-create_fulfilment_order_SO-1_WH-1_1.edi`: one command has one name, however often it is sent."""
    key = _UNSAFE.sub("_", command.idempotency_key)
    return f"{code}-{_wrapped(number):09d}-{key[:120]}.edi"


def _wrapped(number: int) -> int:
    """Counters have nine digits and begin again at 1 (x12-envelope.md §2)."""
    return (number - 1) % NUMBER_MAX + 1


def _drafted(command: Outbound, settings: Settings, book: MapBook | None) -> tuple[str, Sequence[Sequence[Cell]]]:
    """Which set a command is, and its segments."""
    found = book.writer(command.type) if book is not None else None
    if found is None and command.type not in SET_OF:
        raise Rejected(f"{command.type} has no X12 document here: route it to another connector", where="type")
    payload = decode_command(command.type, command.payload)
    if found is not None:
        return write_mapped(found, payload, command, settings)
    return SET_OF[command.type], _rows(payload, settings)


def _rows(payload: Payload, settings: Settings) -> Rows:
    match payload:
        case CreateFulfilmentOrder():
            return write_940(payload, settings)
        case UpdateFulfilmentOrder():
            return write_change_940(payload, settings)
        case CancelFulfilmentOrder():
            return write_cancel_940(payload, settings)
        case TransmitTender():
            return write_204(payload, settings)
        case _:
            raise Rejected(f"{type(payload).__name__} has no X12 document here", where="type")
