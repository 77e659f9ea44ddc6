"""What a dossier is found under: every identifier it is linked to, and the numbers of documents its state holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crossdock.app.reconcile.dossier import Dossier
from crossdock.canonical.references import SCHEMES, UNDECLARED_STRENGTH
from crossdock.ports.cards import TERM_CHARS
from crossdock.process.billing.state import BillingState
from crossdock.process.freight.state import FreightState
from crossdock.process.order.header import header_of
from crossdock.process.order.state import OrderState
from crossdock.process.shipment.state import ShipmentState

TERMS_MAX = 2000


def terms_of(idents: Sequence[str], dossier: Dossier) -> tuple[tuple[str, str], ...]:
    """Each term once, under the strongest scheme that has it."""
    found: dict[str, str] = {}
    for scheme, number in (*_linked(idents), *_stated(dossier)):
        term = normalised(number)
        if term and _strength(scheme) < _strength(found.get(term, "")):
            found[term] = scheme
    return tuple(sorted(found.items())[:TERMS_MAX])


def normalised(text: str) -> str:
    """A term as it is kept and looked for: capitals, no blanks around, at most 128 characters."""
    return text.strip().upper()[:TERM_CHARS]


def _strength(scheme: str) -> int:
    if not scheme:
        return UNDECLARED_STRENGTH * 100
    return SCHEMES[scheme].strength if scheme in SCHEMES else UNDECLARED_STRENGTH


def _linked(idents: Sequence[str]) -> Iterator[tuple[str, str]]:
    for ident in idents:
        scheme, _, rest = ident.partition("|")
        yield scheme, rest.partition("|")[2]


def _stated(dossier: Dossier) -> Iterator[tuple[str, str]]:
    order = dossier.one("ORD", OrderState)
    if order is not None and order.header:
        yield "po", header_of(order).customer_po
    for group in order.groups.values() if order is not None else ():
        yield from (("delivery_note", number) for number in group.handovers)
        yield from (("sscc", number) for number in group.packages)
    for back in order.returns.values() if order is not None else ():
        yield "return", back.rma
        yield from (("credit_note", number) for number in back.credits)
    for _, shipment in dossier.groups("SHP", ShipmentState):
        # A load has a dossier of its own; people who look for it want the orders on it as well.
        yield from (("load", shipment.load), ("pro", shipment.pro), ("shipment", shipment.tms_id))
    for _, item in dossier.groups("BIL", BillingState):
        for bill in item.bills.values():
            yield "invoice", bill.invoice
            yield from (("credit_note", number) for number in bill.credits)
        yield from (("invoice", number) for number in item.doubles)
    for case in _freight(dossier):
        yield from (("carrier_invoice", paper.no) for paper in case.papers.values())
        yield from (("dispute", number) for number in case.disputes)


def _freight(dossier: Dossier) -> Iterator[FreightState]:
    whole = dossier.one("FRT", FreightState)
    if whole is not None:
        yield whole
    yield from (case for _, case in dossier.groups("FRT", FreightState))
