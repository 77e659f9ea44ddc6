"""What the TMS lists for reconciliation (Crossdock generic TMS dialect 2; domain.md §6 RC-05, RC-24)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import msgspec

from crossdock.ports.extracts import ExtractRow, Listing, listing, plain


class ListedLine(msgspec.Struct, frozen=True, rename="camel"):
    """One order line on a shipment."""

    line: str
    quantity: Decimal


class ListedShipment(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A shipment that is not closed; packages and weight once it knows them."""

    shipment_id: str
    lines: tuple[ListedLine, ...] = ()
    packages: int | None = None
    weight_kg: Decimal | None = None
    changed_at: datetime | None = None


class ListedMaster(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A master record: `hash` covers the fields both sides keep."""

    entity: str
    number: str
    hash: str
    changed_at: datetime | None = None


def _shipment(one: ListedShipment) -> list[ExtractRow]:
    values: dict[str, str] = {}
    if one.lines:
        lines = sorted(one.lines, key=lambda line: line.line)
        values["lines"] = " ".join(f"{line.line}={plain(line.quantity)}" for line in lines if line.quantity)
    if one.packages is not None:
        values["packages"] = str(one.packages)
    if one.weight_kg is not None:
        values["weight_kg"] = plain(one.weight_kg)
    return [ExtractRow(one.shipment_id, values, one.changed_at)]


def _master(one: ListedMaster) -> list[ExtractRow]:
    return [ExtractRow(f"{one.entity}|{one.number}", {"hash": one.hash}, one.changed_at)]


LISTINGS: dict[str, Listing] = {
    "shipments": listing("/v2/extracts/shipments", ListedShipment, _shipment),
    "masters": listing("/v2/extracts/masters", ListedMaster, _master),
}
