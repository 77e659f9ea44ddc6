"""The order's side of returns: eligibility, the ledger of what comes back, and what follows for ERP, warehouse and TMS.

The order knows what was delivered when and billed on which invoice; how far a return is, RET knows (domain.md §3.7,
§9.5). Accounts are keyed by return, receipt and credit note, so that the same increment twice is one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import cast

from msgspec.structs import replace

from crossdock.canonical.commands.erp import RequestCreditNote, RequestReturn
from crossdock.canonical.commands.tms import BookReturnTransport
from crossdock.canonical.commands.wms import ExpectReturn
from crossdock.canonical.envelope import Fact
from crossdock.canonical.events.money import InvoicePosted
from crossdock.canonical.events.returns import (
    ReturnCredited,
    ReturnDispositioned,
    ReturnInitiated,
    ReturnLine,
    ReturnReceived,
    ReturnRequested,
)
from crossdock.canonical.parts import ErrorItem, LineQuantity, Place
from crossdock.canonical.vocabulary import Disposition, Role
from crossdock.kernel.instant import from_micros
from crossdock.process.amounts import quantity, whole
from crossdock.process.commands import send
from crossdock.process.effects import Address, Effect, OpenCase
from crossdock.process.machine import NEW, Decision
from crossdock.process.order.header import header_of
from crossdock.process.order.ledger import account, total
from crossdock.process.order.state import Back, OrderState
from crossdock.process.policy import Policy
from crossdock.process.step import HOLD_TTL, hold, is_graced, seconds
from crossdock.process.sums import added, money, valued
from crossdock.process.terms.returns import ALWAYS, OUR_FAULT, RECEIPT

Step = Decision[OrderState]
Kept = tuple[OrderState, list[Effect]]
ERP, TMS = Address(Role.ERP), Address(Role.TMS)


def keep_returns(state: OrderState, key: str, trigger: str, fact: Fact, policy: Policy) -> Step:
    """Keep the books of a return; the statuses that rest on them are told by whoever calls this."""
    if state.state == NEW or (trigger in EARLY and _too_early(state, fact)):
        return hold(state, key, HOLD_TTL, fact, policy)
    after, effects = BOOKS[trigger](state, key, fact, policy)
    row = "ORD-19" if state.state == "COMPLETED" and trigger in REOPENS_NOTHING else ""
    return Decision(Disposition.APPLY, row, state.state, state.state, after, tuple(effects))


def _too_early(state: OrderState, fact: Fact) -> bool:
    """Whether lines are asked back nothing of which has been delivered, or came back and nothing of them has left: that
    may be on its way to us, or wait for what comes before it."""
    about = cast("ReturnRequested | ReturnReceived", fact.payload)
    accounts = [account(state, number) for number in {line.line for line in about.lines} & set(state.lines)]
    came = isinstance(about, ReturnReceived)
    nothing = bool(accounts) and not any(one.shipped if came else one.delivered for one in accounts)
    return nothing and not is_graced(state, fact)


def return_of(state: OrderState, fact: Fact) -> str:
    """Which return a fact is about: by the request it answers, or by the number the ERP gave it."""
    stated = str(getattr(fact.payload, "request_id", "") or fact.subject.id)
    if stated in state.returns:
        return stated
    return next((name for name, back in state.returns.items() if back.rma == stated), stated)


def lines_back(state: OrderState, fact: Fact) -> set[str]:
    """The order lines a return is of, as far as anybody has said."""
    back = state.returns.get(return_of(state, fact), Back())
    return {line for said in (back.asked, back.authorised, *back.receipts.values()) for line in said}


def _with(state: OrderState, name: str, back: Back) -> OrderState:
    return replace(state, returns={**state.returns, name: back})


def by_line(lines: Iterable[ReturnLine]) -> dict[str, int]:
    """Quantities by order line, whichever of its two quantities a line bears."""
    found: dict[str, int] = {}
    for line in lines:
        stated = line.qty_authorised or line.qty
        if stated is not None:
            found[line.line] = found.get(line.line, 0) + whole(stated.value)
    return found


# -- the ledger -------------------------------------------------------------------------------------------------------


def requested(state: OrderState, number: str, but: str = "") -> int:
    """What is asked for or authorised to come back of a line, in all returns that are alive or brought anything."""
    amount = 0
    for name, back in state.returns.items():
        if name != but:
            came = total(back.receipts.values(), number)
            amount += max((back.authorised or back.asked).get(number, 0), came) if back.live else came
    return amount


def received(state: OrderState, number: str) -> int:
    """What has come back of a line with returns."""
    return sum(total(back.receipts.values(), number) for back in state.returns.values())


def credited(state: OrderState, number: str) -> int:
    """What of a line has been credited because it came back."""
    return sum(total(back.credits.values(), number) for back in state.returns.values())


# -- what each fact does ----------------------------------------------------------------------------------------------


def _asked(state: OrderState, key: str, fact: Fact, policy: Policy) -> Kept:
    """RET-01: judge it (§9.5) and have the ERP decide."""
    request = cast(ReturnRequested, fact.payload)
    name = return_of(state, fact)
    findings = judged(state, request, name, fact, policy)
    fault = any(line.reason in policy.returns.fault_reasons for line in request.lines)
    ask = RequestReturn(
        request_id=request.request_id,
        order_no=key,
        lines=request.lines,
        eligible=not findings,
        we_pay=we_pay(fault, policy),
        findings=findings,
        requested_at=fact.at,
    )
    known = state.returns.get(name, Back())
    back = replace(known, asked=by_line(request.lines), fault=fault or known.fault)
    # A wish dated before its delivery waits, and the ERP may have answered what it was asked meanwhile.
    late = back.live and bool(back.rma) and not we_pay(known.fault, policy)
    return _with(state, name, back), [send(ask, ERP), *(_fetched(state, back, policy) if late else ())]


def judged(state: OrderState, request: ReturnRequested, name: str, fact: Fact, policy: Policy) -> tuple[ErrorItem, ...]:
    """What of §9.5 a request breaks, by line: item, quantity, window. Our fault skips the window."""
    found: list[ErrorItem] = []
    for line in request.lines:
        known, path = state.lines.get(line.line), f"lines[{line.line}]"
        if known is None:
            found.append(ErrorItem("unknown_line", path, "the order has no such line"))
            continue
        if known.item in policy.returns.final_items:
            found.append(ErrorItem("not_returnable", path, f"{known.item} is never taken back"))
        left = account(state, line.line).delivered - requested(state, line.line, but=name)
        if line.qty is not None and whole(line.qty.value) > left:
            found.append(ErrorItem("too_many", path, "more than was delivered and has not come back yet"))
        if line.reason not in policy.returns.fault_reasons and _window_over(state, line.line, fact, policy):
            found.append(ErrorItem("window_over", path, "the time to send it back is over"))
    return tuple(found)


def _window_over(state: OrderState, number: str, fact: Fact, policy: Policy) -> bool:
    arrived = max((group.arrived_us for group in state.groups.values() if number in group.lines), default=0)
    window: timedelta = seconds(policy, "tm_return_window")
    return bool(arrived) and fact.at > from_micros(arrived) + window


def we_pay(fault: bool, policy: Policy) -> bool:
    """Whether the way back is booked and paid by us."""
    paid = policy.returns.transport_paid
    return paid == ALWAYS or (paid == OUR_FAULT and fault)


def _authorised(state: OrderState, key: str, fact: Fact, policy: Policy) -> Kept:
    """RET-02: the warehouse expects it, the TMS fetches it where we pay."""
    rma = cast(ReturnInitiated, fact.payload)
    name = return_of(state, fact)
    known = state.returns.get(name, Back())
    fault = known.fault or any(line.reason in policy.returns.fault_reasons for line in rma.lines)
    back = replace(known, rma=rma.rma_no, authorised=by_line(rma.lines), live=True, fault=fault)
    after = _with(state, name, back)
    site = policy.returns.site or shipped_from(state, back.authorised)
    effects: list[Effect] = []
    if site:
        expect = ExpectReturn(
            rma_no=rma.rma_no,
            rev=rma.rev,
            warehouse=site,
            order_no=key,
            lines=rma.lines,
            window_until=rma.window_until,
        )
        effects.append(send(expect, Address(Role.WMS, site=site)))
    effects += _fetched(state, back, policy)
    after, notes = _credit_notes(after, key, policy)
    return after, [*effects, *notes]


def _fetched(state: OrderState, back: Back, policy: Policy) -> list[Effect]:
    """The TMS fetches what is authorised, where we pay and know where it goes."""
    site = policy.returns.site or shipped_from(state, back.authorised)
    if not site or not we_pay(back.fault, policy):
        return []
    place = Place(location_no=site, type="warehouse")
    return [send(BookReturnTransport(rma_no=back.rma, origin=header_of(state).ship_to, destination=place), TMS)]


def shipped_from(state: OrderState, lines: Mapping[str, int]) -> str:
    """The warehouse most of these lines left from; of several the first by name."""
    left: dict[str, int] = {}
    for name, group in state.groups.items():
        warehouse = name.rpartition("/")[0]
        gone = sum(total(group.handovers.values(), number) for number in lines)
        left[warehouse] = left.get(warehouse, 0) + gone
    return min(left, key=lambda one: (-left[one], one)) if any(left.values()) else ""


def _ended(state: OrderState, key: str, fact: Fact, policy: Policy) -> Kept:
    """Declined, cancelled or expired: nothing more is expected; what came in time is to be credited."""
    name = return_of(state, fact)
    back = replace(state.returns.get(name, Back()), live=False, expired=fact.type == "return.expired")
    return _credit_notes(_with(state, name, back), key, policy)


def _received(state: OrderState, key: str, fact: Fact, policy: Policy) -> Kept:
    """RET-06 … RET-08: ledger ret_received; never more than was shipped (§1.2)."""
    receipt = cast(ReturnReceived, fact.payload)
    name = return_of(state, fact)
    back = state.returns.get(name, Back())
    if receipt.receipt_no in back.receipts:
        return state, []
    lines = {line.line: whole(line.qty.value) for line in receipt.lines if line.qty is not None}
    after = _with(state, name, replace(back, receipts={**back.receipts, receipt.receipt_no: lines}))
    effects: list[Effect] = []
    odd = [one for one in lines if one not in after.lines or received(after, one) > account(after, one).shipped]
    if odd:
        detail = f"{fact.source.instance} received more of lines {', '.join(sorted(odd))} back than was shipped"
        effects.append(OpenCase("INT-05", key, f"{detail}: correct the receipt or the shipment", fact.key))
    after, notes = _credit_notes(after, key, policy)
    return after, [*effects, *notes]


def _dispositioned(state: OrderState, key: str, fact: Fact, policy: Policy) -> Kept:
    """RET-10: what was accepted is to be credited."""
    decided = cast(ReturnDispositioned, fact.payload)
    name = return_of(state, fact)
    back = state.returns.get(name, Back())
    known = back.disposed.get(decided.receipt_no, {})
    disposed = {**back.disposed, decided.receipt_no: {**known, **by_line(decided.lines)}}
    return _credit_notes(_with(state, name, replace(back, disposed=disposed)), key, policy)


def _credited(state: OrderState, key: str, fact: Fact, policy: Policy) -> Kept:
    """RET-11: everything accepted so far and not credited yet."""
    number = cast(ReturnCredited, fact.payload).credit_no
    name = return_of(state, fact)
    back = state.returns.get(name, Back())
    if number in back.credits:
        return state, []
    done = {line: total(back.credits.values(), line) for line in back.authorised}
    lines = {line: amount - done[line] for line, amount in accepted(back, policy).items() if amount > done[line]}
    return _with(state, name, replace(back, credits={**back.credits, number: lines})), []


def _invoiced(state: OrderState, key: str, fact: Fact, policy: Policy) -> Kept:
    """Remember what each invoice bills: a credit note names it."""
    invoice = cast(InvoicePosted, fact.payload)
    lines: dict[str, int] = {}
    for line in invoice.lines:
        lines[line.line] = lines.get(line.line, 0) + whole(line.qty.value)
    after = replace(state, invoices={**state.invoices, invoice.invoice_no: lines})
    return _credit_notes(after, key, policy) if state.returns else (after, [])


# -- credit notes -----------------------------------------------------------------------------------------------------


def basis(back: Back, policy: Policy) -> Mapping[str, Mapping[str, int]]:
    """What a credit rests on, by receipt: decisions, or receipts where the policy or the end of the window says so."""
    return back.receipts if back.expired or policy.returns.credit_on == RECEIPT else back.disposed


def accepted(back: Back, policy: Policy) -> dict[str, int]:
    """What is to be credited by line: never more than was authorised."""
    found = basis(back, policy)
    return {line: min(total(found.values(), line), amount) for line, amount in back.authorised.items()}


def _credit_notes(state: OrderState, key: str, policy: Policy) -> Kept:
    """Ask for what is accepted, was billed and has not been asked for, an invoice and receipt at a time."""
    effects: list[Effect] = []
    for name in sorted(state.returns):
        for receipt in basis(state.returns[name], policy):
            state, notes = _notes_of(state, key, name, receipt, policy)
            effects += notes
    return state, effects


def _notes_of(state: OrderState, key: str, name: str, receipt: str, policy: Policy) -> Kept:
    back = state.returns[name]
    asked = {line: total(back.noted.values(), line) for line in back.authorised}
    ceiling = accepted(back, policy)
    lines = {
        line: min(amount - _noted(back, receipt, line), ceiling.get(line, 0) - asked.get(line, 0))
        for line, amount in basis(back, policy)[receipt].items()
    }
    effects: list[Effect] = []
    noted = dict(back.noted)
    for invoice in sorted(state.invoices):
        part = {line: min(lines.get(line, 0), _open(state, invoice, line)) for line in lines}
        part = {line: amount for line, amount in part.items() if amount > 0}
        if not part:
            continue
        before = noted.get(f"{receipt}|{invoice}", {})
        effects.append(_note(state, key, back, _part_of(receipt, before, part), invoice, part))
        noted[f"{receipt}|{invoice}"] = added((before, part))
        for line, amount in part.items():
            lines[line] -= amount
        used = state.noted.get(invoice, {})
        state = replace(state, noted={**state.noted, invoice: {**used, **_plus(used, part)}})
    if not effects:
        return state, effects
    return _with(state, name, replace(back, noted=noted)), effects


def _noted(back: Back, receipt: str, line: str) -> int:
    return sum(lines.get(line, 0) for name, lines in back.noted.items() if name.rpartition("|")[0] == receipt)


def _part_of(receipt: str, before: Mapping[str, int], part: Mapping[str, int]) -> str:
    """The receipt; where some of these lines were asked back before, with how far: another part is another note."""
    earlier = "+".join(f"{line}={before[line]}" for line in sorted(part) if line in before)
    return f"{receipt}@{earlier}" if earlier else receipt


def _plus(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {line: one.get(line, 0) + amount for line, amount in other.items()}


def _open(state: OrderState, invoice: str, line: str) -> int:
    return state.invoices[invoice].get(line, 0) - state.noted.get(invoice, {}).get(line, 0)


def _note(state: OrderState, key: str, back: Back, receipt: str, invoice: str, lines: dict[str, int]) -> Effect:
    order = header_of(state)
    prices = {number: state.lines[number].price for number in lines if number in state.lines}
    note = RequestCreditNote(
        invoice_no=invoice,
        reason="return",
        ref=f"{back.rma}/{receipt}/{'+'.join(sorted(lines))}",
        lines=tuple(
            LineQuantity(line=number, qty=quantity(amount, state.lines[number].uom))
            for number, amount in sorted(lines.items())
        ),
        amount=money(valued(lines, prices, order.currency), order.currency) if order.currency else None,
    )
    return send(note, ERP)


Book = Callable[[OrderState, str, Fact, Policy], Kept]

BOOKS: Mapping[str, Book] = {
    "return.requested": _asked,
    "return.initiated": _authorised,
    "return.declined": _ended,
    "return.cancelled": _ended,
    "return.expired": _ended,
    "return.received": _received,
    "return.dispositioned": _dispositioned,
    "return.credited": _credited,
    "invoice.posted": _invoiced,
}
EARLY = ("return.requested", "return.received")
REOPENS_NOTHING = ("return.initiated", "return.received")
# What the ERP is told the order's statuses after.
SHOWN = ("return.received", "return.credited")
