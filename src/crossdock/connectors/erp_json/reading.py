"""How the ERP's events are read, whatever they are about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple, TypeVar

import msgspec

from crossdock.canonical.envelope import Reference, Subject
from crossdock.connectors.erp_json import wire
from crossdock.kernel.codec import decode_part
from crossdock.ports import fields

DATA = "$.data"
T = TypeVar("T")
W = TypeVar("W", bound=wire.Wire)


class Said(NamedTuple):
    """What an event says, about which order."""

    order_no: str
    subject: Subject
    payload: msgspec.Struct
    revision: int | None = None
    refs: tuple[Reference, ...] = ()


class Event(NamedTuple):
    """The canonical fact an event states, and how its data is read."""

    fact: str
    read: Callable[[bytes, datetime], Said]


def reader(kind: type[W], say_it: Callable[[W, datetime], Said]) -> Callable[[bytes, datetime], Said]:
    """Read the data of an event, whose text was checked with the whole of it."""
    decoder = msgspec.json.Decoder(kind)
    return lambda data, at: say_it(decode_part(data, decoder, at=DATA), at)


def meaning(table: Mapping[str, T], word: str, where: str) -> T:
    """What a word of the ERP's means; `where` it stands in the data.

    Raises:
        Unmapped: it is not in our list.
    """
    return fields.meaning(table, word, f"{DATA}.{where}")


def number(value: Decimal) -> Decimal:
    """A number a ledger can hold.

    Raises:
        Rejected: too long.
    """
    return fields.checked(value, DATA)
