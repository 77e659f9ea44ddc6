"""Documents, invoices and returns of an order, as its customer may have them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

import msgspec

from crossdock.app.portal.words import DOCUMENTS, RETURNS, TOPICS
from crossdock.canonical.events.last_mile import PodCaptured
from crossdock.canonical.events.money import InvoicePosted
from crossdock.canonical.events.platform import DocumentAttached
from crossdock.canonical.events.returns import ReturnDeclined, ReturnInitiated, ReturnLabelIssued, ReturnRequested
from crossdock.canonical.events.service import ServiceAnswered, ServiceRequested
from crossdock.canonical.parts import DocumentRef
from crossdock.kernel.instant import from_micros
from crossdock.kernel.money import Money
from crossdock.ports.portal import ShownDocument, ShownInvoice, ShownLine, ShownProof, ShownRequest, ShownReturn
from crossdock.process.amounts import decimal
from crossdock.process.billing.state import Bill, BillingState
from crossdock.process.kpi.chronicle import Entry
from crossdock.process.returns.state import ReturnState
from crossdock.process.shipment.state import ShipmentState
from crossdock.process.sums import money, sum_of

REF_BYTES = 10
DOCUMENTS_MAX = 200
# Documents may be about the order, a shipment, a return or a bill; never about a load.
ABOUT = frozenset({"order", "shipment", "fulfilment_order", "delivery_task", "return", "billing_item", "invoice"})


def public_ref(*parts: str) -> str:
    """A short name for customers of something whose own id is internal; the same thing has the same one for ever."""
    digest = hashlib.blake2b("|".join(parts).encode(), digest_size=REF_BYTES).digest()
    return base64.b32encode(digest).decode("ascii").lower()


def documents(number: str, entries: Iterable[Entry], refs: Mapping[str, str]) -> tuple[ShownDocument, ...]:
    """Documents of the kinds customers may have; `refs` are the shipments' names by group."""
    found: dict[str, ShownDocument] = {}
    for entry in entries:
        for one in _attached(entry):
            title = DOCUMENTS.get(one.type)
            if title is not None:
                shown = _document(number, one, title, entry, refs)
                found.setdefault(shown.id, shown)
    return tuple(found.values())[:DOCUMENTS_MAX]


def _attached(entry: Entry) -> tuple[DocumentRef, ...]:
    payload = entry.fact.payload
    match payload:
        case DocumentAttached() if entry.fact.subject.type in ABOUT:
            return (DocumentRef(payload.type, payload.sha256, payload.mime, payload.name),)
        case PodCaptured():
            return payload.docs
        case ReturnLabelIssued() if payload.doc is not None:
            return (payload.doc,)
        case _:
            return ()


def _document(number: str, one: DocumentRef, title: str, entry: Entry, refs: Mapping[str, str]) -> ShownDocument:
    return ShownDocument(
        id=public_ref(number, one.type, one.key),
        type=one.type,
        title=title,
        at=entry.at,
        name=one.name,
        mime=one.mime,
        shipment=refs.get(entry.group, ""),
        sha256=one.sha256,
        source=entry.fact.source.instance,
    )


def proofs(
    entries: Iterable[Entry], group: str, state: ShipmentState, items: Mapping[str, ShownLine]
) -> list[ShownProof]:
    """What was proved of a shipment's delivery."""
    found: dict[str, ShownProof] = {}
    for entry in entries:
        pod = entry.fact.payload
        if isinstance(pod, PodCaptured) and entry.group == group and pod.pod_ref in state.pods:
            lines = [_of_line(items, line.line, line.delivered.value, line.delivered.uom) for line in pod.lines]
            kinds = tuple(str(kind) for kind in pod.proofs)
            bad = str(pod.condition) == "exceptions"
            found[pod.pod_ref] = ShownProof(pod.captured_at, pod.receiver, kinds, tuple(lines), bad)
    return list(found.values())


def _of_line(items: Mapping[str, ShownLine], number: str, delivered: Decimal, uom: str) -> ShownLine:
    known = items.get(number)
    return ShownLine(number, known.item if known else "", uom, known.description if known else "", delivered=delivered)


def invoices(entries: Iterable[Entry], bills: Iterable[BillingState]) -> tuple[ShownInvoice, ...]:
    """Invoices as the ERP posted them, with what was paid and credited of each."""
    dates = {
        entry.fact.payload.invoice_no: entry.fact.payload.date
        for entry in entries
        if isinstance(entry.fact.payload, InvoicePosted)
    }
    parts: dict[str, list[tuple[Bill, str]]] = {}
    for state in bills:
        for bill in state.bills.values():
            if bill.invoice:
                parts.setdefault(bill.invoice, []).append((bill, state.currency))
    return tuple(_invoice(number, of, dates.get(number, "")) for number, of in sorted(parts.items()))


def _invoice(number: str, parts: list[tuple[Bill, str]], date: str) -> ShownInvoice:
    currency = parts[0][1] or "EUR"
    charged = sum(bill.charged for bill, _ in parts)
    paid = sum(sum(bill.paid.values()) for bill, _ in parts)
    credited = sum(sum(bill.credits.values()) for bill, _ in parts)
    status = "open"
    if charged and credited >= charged:
        status = "credited"
    elif charged and paid + credited >= charged:
        status = "paid"
    elif paid or credited:
        status = "part_paid"
    return ShownInvoice(
        number, status, money(charged, currency), date, _plain(paid, currency), _plain(credited, currency)
    )


def _plain(amount: int, currency: str) -> Decimal:
    return money(amount, currency).amount


def total_of(total: Money | None) -> int:
    """An optional amount in ten-thousandths."""
    return sum_of(total) if total is not None else 0


def requests(entries: Iterable[Entry]) -> tuple[ShownRequest, ...]:
    """What the customer asked us to look into, and our answers."""
    found: dict[str, ShownRequest] = {}
    answers: dict[str, str] = {}
    for entry in entries:
        match entry.fact.payload:
            case ServiceRequested() as asked:
                topic = TOPICS.get(asked.topic.value, "")
                found[asked.request_id] = ShownRequest(asked.request_id, topic, entry.at, asked.text)
            case ServiceAnswered() as answered:
                answers[answered.request_id] = answered.text
    return tuple(msgspec.structs.replace(one, answer=answers.get(one.number, "")) for one in found.values())


def returns(
    entries: Iterable[Entry], states: Mapping[str, ReturnState], items: Mapping[str, ShownLine]
) -> tuple[ShownReturn, ...]:
    """Returns the customer asked for or was authorised; goods that come back undelivered are the shipment's story."""
    entries = list(entries)
    return tuple(
        _return(group, state, [entry for entry in entries if entry.group == group], items)
        for group, state in states.items()
        if not state.to_sender
    )


def _return(group: str, state: ReturnState, entries: Iterable[Entry], items: Mapping[str, ShownLine]) -> ShownReturn:
    request, instructions, reason, wanted = "", "", "", dict[str, Decimal]()
    for entry in entries:
        match entry.fact.payload:
            case ReturnRequested() as asked:
                request = asked.request_id
                wanted |= {line.line: line.qty.value for line in asked.lines if line.qty is not None}
            case ReturnInitiated() as allowed:
                instructions = allowed.instructions
            case ReturnDeclined() as declined:
                reason = declined.reason
    wanted |= {line: decimal(amount) for line, amount in state.authorised.items()}
    lines = [
        msgspec.structs.replace(_of_line(items, line, decimal(state.received(line)), ""), ordered=amount)
        for line, amount in sorted(wanted.items())
    ]
    return ShownReturn(
        number=state.rma or request or group,
        status=RETURNS.get(state.state, "Being looked at"),
        request=request,
        until=_instant(state.window_us),
        tracking=state.tracking,
        lines=tuple(lines),
        instructions=instructions,
        reason=reason,
    )


def _instant(value_us: int) -> datetime | None:
    return from_micros(value_us) if value_us else None
