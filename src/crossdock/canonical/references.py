"""The correlation graph as data (domain.md §1.8): kinds of identifiers, strongest first, and how links come to be."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from crossdock.canonical.envelope import Reference


class Scheme(msgspec.Struct, frozen=True):
    """A kind of identifier.

    Attributes:
        strength: lower decides first; the first that exactly one dossier owns is taken, never "the latest".
        scoped: whether equal numbers of two issuers differ, so that `scope` names the issuer (a SCAC).
        shared: whether several dossiers may bear it, as a load or a purchase order may; such a one never decides alone.
    """

    name: str
    strength: int
    scoped: bool
    shared: bool
    meaning: str


_ROWS = (
    Scheme("request", 10, False, False, "the id we sent with a command: order_no/warehouse/seq"),
    Scheme("order", 12, False, False, "the ERP's order number"),
    Scheme("channel_order", 13, False, False, "a sales channel's order: channel/number"),
    Scheme("fulfilment_order", 14, False, False, "order_no/warehouse/release_no"),
    Scheme("delivery_task", 16, False, False, "the last-mile platform's task"),
    Scheme("declaration", 18, False, False, "LRN, ours"),
    Scheme("mrn", 19, False, False, "MRN or ITN, customs'"),
    Scheme("shipment", 20, False, False, "the TMS's shipment id"),
    Scheme("load", 24, False, True, "the TMS's load id"),
    Scheme("run", 26, False, True, "the last-mile platform's run"),
    Scheme("pro", 30, True, False, "the carrier's own number, per SCAC"),
    Scheme("tracking", 32, True, False, "parcel tracking number, per SCAC"),
    Scheme("bol", 40, False, False, "bill of lading"),
    Scheme("sscc", 50, False, False, "GS1 serial shipping container code"),
    Scheme("package", 52, False, False, "the warehouse's own package number"),
    Scheme("container", 60, False, True, "ISO 6346 container or equipment, while its load is open"),
    Scheme("freight_case", 64, False, False, "shipment or load, and carrier"),
    Scheme("billing_item", 66, False, False, "shipment, or a line of it"),
    Scheme("invoice", 68, False, False, "the ERP's invoice number"),
    Scheme("return", 70, False, False, "the ERP's RMA number"),
    Scheme("appointment", 72, False, True, "the dock's appointment"),
    Scheme("wave", 74, True, True, "the warehouse's wave, per warehouse"),
    Scheme("po", 80, False, True, "the customer's purchase order"),
    Scheme("portal", 90, False, False, "what the customer's deep link names"),
)

SCHEMES: Mapping[str, Scheme] = MappingProxyType({row.name: row for row in _ROWS})

# What an answer to a document of ours names: our control number, per partner. It finds the command, never a dossier.
CONTROL = "control"
# A scheme nobody declared is weaker than all that are.
UNDECLARED_STRENGTH = 100


class Link(msgspec.Struct, frozen=True):
    """One kind of edge: which step establishes it, and where its id is found in documents."""

    id: str
    origin: str
    target: str
    established_by: str
    found_in: str


LINKS = (
    Link("CG-01", "order/line", "fulfilment_order", "create_fulfilment_order", "940 W05-02, 945 W06-02/-03, N9"),
    Link("CG-02", "fulfilment_order", "shipment", "plan_shipment: request id echoed", "TMS external_ref"),
    Link("CG-03", "shipment", "sscc", "pack.completed or ASN", "856 and 945 MAN*GM, DESADV PAC/GIN"),
    Link("CG-04", "shipment", "load", "load.built, load.changed", "204 B2-04, 214 L11 LO/SI"),
    Link("CG-05", "load", "pro, tracking", "990 or 214 first response, label purchase", "214 B10-01/-02, L11 BM/PO/SO"),
    Link("CG-06", "shipment", "delivery_task, run", "create_delivery_task", "task metadata, run manifest"),
    Link("CG-07", "shipment", "declaration, mrn", "create_declaration, customs.accepted", "LRN, MRN, UCR"),
    Link("CG-08", "shipment or load", "freight_case", "rating, carrier invoice", "210 B3-02/-03, N9 CN/BM"),
    Link("CG-09", "shipment", "billing_item, invoice", "request_invoice", "ERP external_key"),
    Link("CG-10", "shipment line", "return", "return.initiated", "RMA on label, 180 and 944 references"),
    Link("CG-11", "order", "portal", "order.approved", "deep link, notification"),
)


def ident(scheme: str, number: str, scope: str = "") -> str:
    """The graph's node key, `scheme|scope|number`."""
    return f"{scheme}|{scope}|{number}"


def strength(reference: Reference) -> int:
    """How early this reference decides; lower is earlier."""
    scheme = SCHEMES.get(reference.scheme)
    return scheme.strength if scheme else UNDECLARED_STRENGTH


def strongest_first(references: tuple[Reference, ...]) -> tuple[Reference, ...]:
    """The references in the order in which they may decide; equal strength keeps the source's order."""
    return tuple(sorted(references, key=strength))
