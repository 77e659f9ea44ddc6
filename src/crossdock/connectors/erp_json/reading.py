"""How the ERP's events are read, whatever they are about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple, TypeVar

import msgspec

from crossdock.canonical.envelope import Reference, Subject
from crossdock.connectors.erp_json import wire
from crossdock.kernel.codec import check_decimal, decode_json
from crossdock.kernel.errors import Rejected

T = TypeVar("T")
W = TypeVar("W", bound=wire.Wire)


class Unmapped(Rejected):
    """A word of the partner's that is not in our list (MDM-03)."""


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
    decoder = msgspec.json.Decoder(kind)

    def read(data: bytes, at: datetime) -> Said:
        try:
            return say_it(decode_json(data, decoder), at)
        except Unmapped:
            raise
        except Rejected as error:
            raise Rejected(error.detail, where=f"$.data{error.where.removeprefix('$')}") from error

    return read


def meaning(table: Mapping[str, T], word: str, where: str) -> T:
    if word not in table:
        raise Unmapped(f"{word} is not in our list: map it or use one of {', '.join(table)}", where=f"$.data.{where}")
    return table[word]


def number(value: Decimal) -> Decimal:
    """A number a ledger can hold.

    Raises:
        Rejected: too long.
    """
    check_decimal(value)
    return value
