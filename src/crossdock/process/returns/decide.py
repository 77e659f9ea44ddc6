"""Guards and actions of RET by the names its table uses, and what it answers without moving."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from msgspec.structs import replace

from crossdock.canonical.commands.erp import PostReturnReceipt
from crossdock.canonical.commands.tms import CancelShipment
from crossdock.canonical.commands.wms import ExpectReturn
from crossdock.canonical.envelope import Fact, Reference, Subject
from crossdock.canonical.events.inventory import InventoryErpPosted, InventoryErpPostFailed
from crossdock.canonical.events.returns import (
    ReturnClosed,
    ReturnDispositioned,
    ReturnExpired,
    ReturnInitiated,
    ReturnInspected,
    ReturnLine,
    ReturnReceived,
    ReturnUnannouncedReceived,
)
from crossdock.canonical.vocabulary import Role
from crossdock.kernel.instant import from_micros
from crossdock.process.commands import send
from crossdock.process.effects import Address, CloseCase, Derive, Effect, Link, OpenCase, StartTimer, StopTimer
from crossdock.process.policy import Policy
from crossdock.process.returns.evolve import by_line, credited, dispositioned, received
from crossdock.process.returns.state import ReturnState
from crossdock.process.step import Action, is_graced, latest, seconds, start, stop
from crossdock.process.terms.returns import RECEIPT

Effects = tuple[Effect, ...]
ERP, TMS = Address(Role.ERP), Address(Role.TMS)
DISCREPANCY, DECISION = "WHS-13", "CSR-02"


def group_of(key: str) -> str:
    """The return's own id, which is its group."""
    return key.partition("/")[2]


def named(state: ReturnState, key: str) -> str:
    """The authorisation, before it the request."""
    return state.rma or group_of(key)


# -- guards -----------------------------------------------------------------------------------------------------------


def graced(state: ReturnState, fact: Fact, policy: Policy) -> bool:
    """The time to wait for the receipt is over."""
    return is_graced(state, fact)


def newer(state: ReturnState, fact: Fact, policy: Policy) -> bool:
    """A later revision of the authorisation."""
    return cast(ReturnInitiated, fact.payload).rev > state.rev


def all_lines(state: ReturnState, fact: Fact, policy: Policy) -> bool:
    """With this receipt, everything authorised has come."""
    return received(state, fact).complete


def on_receipt(state: ReturnState, fact: Fact, policy: Policy) -> bool:
    """What came is credited before anybody looked at it."""
    return policy.returns.credit_on == RECEIPT


def in_advance(state: ReturnState, fact: Fact, policy: Policy) -> bool:
    """A credit may come before the goods."""
    return policy.returns.advance_credit


def nothing_to_credit(state: ReturnState, fact: Fact, policy: Policy) -> bool:
    """Nothing of it was accepted, or it is credited already, or it never was a matter of credit."""
    return state.to_sender or not state.accepted or bool(state.credits)


def sent_back(state: ReturnState, fact: Fact, policy: Policy) -> bool:
    """The shipment came back to its sender, without an authorisation."""
    return fact.subject.type == "shipment"


GUARDS = {
    guard.__name__: guard for guard in (graced, newer, all_lines, on_receipt, in_advance, nothing_to_credit, sent_back)
}


# -- actions ----------------------------------------------------------------------------------------------------------


def link_request(state: ReturnState, key: str, fact: Fact, policy: Policy) -> Effects:
    """What names this request, or this receipt, is about this return."""
    return (Link(Reference("return", group_of(key)), group_of(key)),)


def link_rma(state: ReturnState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The ERP's number leads here (CG-10)."""
    return (Link(Reference("return", state.rma), group_of(key)), *link_request(state, key, fact, policy))


def link_label(state: ReturnState, key: str, fact: Fact, policy: Policy) -> Effects:
    """So does the label's."""
    return tuple(Link(Reference("tracking", number), group_of(key)) for number in state.tracking)


def answered(state: ReturnState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The ERP has decided on the request."""
    return (StopTimer("tm_rma", key), CloseCase(DECISION, key, "request"))


def start_window(state: ReturnState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Until when the goods may come: as authorised, else the policy's time."""
    due = from_micros(state.window_us) if state.window_us else latest(fact) + seconds(policy, "tm_return_window")
    return (StartTimer("tm_return_window", key, max(due, latest(fact))),)


def announced_after_all(state: ReturnState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Goods that came first are received under their authorisation now."""
    effects: list[Effect] = [CloseCase(DISCREPANCY, key, "unannounced")]
    payload = ReturnReceived(receipt_no=state.receipt, lines=state.contents, at=fact.at, rma_no=state.rma)
    return (*effects, Derive("return.received", Subject("return", state.rma), payload, inferred=True))


def post_receipt(state: ReturnState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The ERP books what came; its answer may name the receipt."""
    receipt = cast("ReturnReceived | ReturnInspected", fact.payload)
    return book_receipt(state, key, fact, policy, receipt.receipt_no, receipt.lines)


def book_receipt(
    state: ReturnState, key: str, fact: Fact, policy: Policy, number: str, lines: tuple[ReturnLine, ...]
) -> Effects:
    """Have the ERP book this receipt, and expect its answer."""
    command = PostReturnReceipt(
        receipt_no=number,
        warehouse=state.warehouse or site_of(fact, policy),
        lines=tuple(ReturnLine(line=line.line, qty=line.qty, condition=line.condition) for line in lines),
        rma_no=state.rma,
        order_no=key.partition("/")[0],
    )
    due = latest(fact) + seconds(policy, "tm_erp_post")
    return (
        send(command, ERP),
        StartTimer("tm_erp_post", key, due, number),
        Link(Reference("return", number), group_of(key)),
    )


def site_of(fact: Fact, policy: Policy) -> str:
    """The warehouse a system speaks for, where the project says which; else the system's own name."""
    instance = fact.source.instance
    return next((site for site, wms in policy.wms_instances.items() if wms == instance), instance)


def check_receipt(state: ReturnState, key: str, fact: Fact, policy: Policy) -> Effects:
    """WHS-13 where something came that was not authorised, or more of it: only what was authorised is credited."""
    if state.to_sender:
        return ()
    receipt = cast(ReturnReceived, fact.payload)
    odd = [line for line in by_line(receipt.lines) if state.received(line) > state.authorised.get(line, 0)]
    if not odd:
        return ()
    detail = f"receipt {receipt.receipt_no}: lines {', '.join(sorted(odd))}: more came than {state.rma} authorises"
    return (OpenCase(DISCREPANCY, key, f"{detail}: accept, credit in part or reject", receipt.receipt_no),)


def credit_on_receipt(state: ReturnState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Where the receipt is enough for a credit, its time runs from now."""
    return start("tm_credit")(state, key, fact, policy) if on_receipt(state, fact, policy) else ()


def infer_receipt(state: ReturnState, key: str, fact: Fact, policy: Policy) -> Effects:
    """It was looked at, so it came."""
    return (*post_receipt(state, key, fact, policy), *stop("tm_return_window")(state, key, fact, policy))


def check_inspection(state: ReturnState, key: str, fact: Fact, policy: Policy) -> Effects:
    """WHS-13 where the goods are not what the receipt says: another line, quantity or condition."""
    looked_at = cast(ReturnInspected, fact.payload)
    came = state.receipts.get(looked_at.receipt_no, {})
    odd = [line for line, amount in by_line(looked_at.lines).items() if came.get(line) != amount]
    for line in looked_at.lines:
        said = state.conditions.get(f"{looked_at.receipt_no}|{line.line}", "")
        if said and line.condition and said != line.condition:
            odd.append(line.line)
    late = CloseCase(DISCREPANCY, key, "inspect")
    if not odd:
        return (late,)
    findings = "; ".join(line.findings for line in looked_at.lines if line.findings)
    lines = ", ".join(sorted(set(odd)))
    detail = f"receipt {looked_at.receipt_no}: lines {lines} are not as received ({findings or 'no findings given'})"
    return (late, OpenCase(DISCREPANCY, key, f"{detail}: accept, credit in part or reject", looked_at.receipt_no))


def await_credit(state: ReturnState, key: str, fact: Fact, policy: Policy) -> Effects:
    """What was accepted is to be credited in time."""
    if state.to_sender or not state.accepted or state.credits:
        return ()
    return start("tm_credit")(state, key, fact, policy)


def await_part_credit(state: ReturnState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The part that came in time is to be credited."""
    return start("tm_credit")(state, key, fact, policy) if state.receipts else ()


def credit_known(state: ReturnState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The ERP has credited it: nobody has to decide or to remind any more."""
    return (
        StopTimer("tm_credit", key),
        CloseCase("FIN-09", key),
        CloseCase(DECISION, key, "late"),
        CloseCase(DECISION, key, "sent back"),
    )


def close_if_done(state: ReturnState, key: str, fact: Fact, policy: Policy) -> Effects:
    """`return.closed` once nothing more can come, all that came was decided on, and what was accepted is credited."""
    decided = all(receipt in state.disposed for receipt in state.receipts)
    everything = state.complete or state.over or state.to_sender
    if not (decided and everything) or not (state.state == "CREDITED" or nothing_to_credit(state, fact, policy)):
        return ()
    return close(state, key)


def close_part(state: ReturnState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The part that came in time is credited: that was all."""
    return close(state, key)


def close(state: ReturnState, key: str) -> Effects:
    """Nothing is left to do."""
    summary = f"{len(state.receipts)} receipts, {len(state.credits)} credits"
    name = named(state, key)
    return (Derive("return.closed", Subject("return", name), ReturnClosed(rma_no=name, summary=summary)),)


def end(state: ReturnState, key: str, fact: Fact, policy: Policy) -> Effects:
    """The differences found on the way are settled with it."""
    cases = [CloseCase(DISCREPANCY, key, slot) for slot in (*state.receipts, "inspect")]
    timers = stop("tm_credit", "tm_inspect", "tm_return_window")(state, key, fact, policy)
    return (*timers, *cases)


def too_late(state: ReturnState, key: str, fact: Fact, policy: Policy) -> Effects:
    """It came after its window: customer service decides whether it is credited."""
    detail = f"{state.rma} came after its window had closed: decide whether it is credited"
    return (OpenCase(DECISION, key, detail, "late"), *stop("tm_credit")(state, key, fact, policy))


def decide_for_customer(state: ReturnState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Goods nobody took are back: somebody asks the customer."""
    return (OpenCase(DECISION, key, "it came back undelivered: send it again, or credit it", "sent back"),)


def unannounced(state: ReturnState, key: str, fact: Fact, policy: Policy) -> Effects:
    """WHS-13: there is no authorisation for it."""
    came = cast(ReturnUnannouncedReceived, fact.payload)
    detail = f"receipt {came.receipt_no} was not announced: have the ERP authorise it, or reject it"
    return (OpenCase(DISCREPANCY, key, detail, "unannounced"),)


def call_off(state: ReturnState, key: str, fact: Fact, policy: Policy) -> Effects:
    """Neither the warehouse waits for it any more nor is its label good."""
    effects: list[Effect] = [CloseCase(DECISION, key, "request")]
    if state.warehouse and state.rma:
        nothing = ExpectReturn(
            rma_no=state.rma, rev=state.rev + 1, warehouse=state.warehouse, order_no=key.partition("/")[0]
        )
        effects.append(send(nothing, Address(Role.WMS, site=state.warehouse)))
    effects += [
        send(CancelShipment(shipment=number, cancel_id=f"{state.rma}/label", request_id=state.rma, reason="void"), TMS)
        for number in state.tracking
    ]
    return tuple(effects)


ACTIONS: Mapping[str, Action[ReturnState]] = {
    **{
        action.__name__: action
        for action in (
            link_request, link_rma, link_label, answered, announced_after_all, post_receipt, check_receipt,
            credit_on_receipt, infer_receipt, check_inspection, await_credit, await_part_credit, close_if_done,
            close_part, end, too_late, decide_for_customer, unannounced, call_off,
        )
    },
    "credited": credit_known,
    "+tm_rma": start("tm_rma"),
    "+tm_inspect": start("tm_inspect"),
    "+tm_return_window": start_window,
    **{f"-{timer}": stop(timer) for timer in ("tm_rma", "tm_return_window", "tm_inspect")},
}  # fmt: skip


# -- remembered and answered without moving ---------------------------------------------------------------------------

Watched = tuple[ReturnState | None, Effects]
Watch = Callable[[ReturnState, str, Fact, Policy], Watched]
ENDED = ("CLOSED", "CANCELLED", "DECLINED")


def _expected(state: ReturnState, key: str, fact: Fact, policy: Policy) -> Watched:
    expected = cast(ExpectReturn, fact.payload)
    if expected.rma_no != state.rma or not expected.lines:
        return None, ()
    return replace(state, warehouse=expected.warehouse), ()


def _received_again(state: ReturnState, key: str, fact: Fact, policy: Policy) -> Watched:
    """A further receipt of a return that has come as far as it should, or has ended."""
    receipt = cast(ReturnReceived, fact.payload)
    if receipt.receipt_no in state.receipts:
        return None, ()
    after = received(state, fact)
    if state.state in ENDED or (state.state == "CREDITED" and not state.to_sender):
        # What lies there lies there: the ERP books it, and a person decides what becomes of it.
        detail = f"receipt {receipt.receipt_no} came when {named(state, key)} was {state.state.lower()}: decide on it"
        case = OpenCase(DISCREPANCY, key, detail, receipt.receipt_no)
        return after, (*post_receipt(after, key, fact, policy), case)
    return after, (*post_receipt(after, key, fact, policy), *check_receipt(after, key, fact, policy))


def _disposed_later(state: ReturnState, key: str, fact: Fact, policy: Policy) -> Watched:
    """What was credited on receipt is decided on now; or the rest of a decision in parts."""
    if state.state not in ("CREDITED", "DISPOSITIONED") or not by_line(cast(ReturnDispositioned, fact.payload).lines):
        return None, ()
    after = dispositioned(state, fact)
    return after, (*await_credit(after, key, fact, policy), *close_if_done(after, key, fact, policy))


def _credited_again(state: ReturnState, key: str, fact: Fact, policy: Policy) -> Watched:
    after = credited(state, fact)
    if after is state:
        return None, ()
    return after, credit_known(after, key, fact, policy)


def _booked(state: ReturnState, key: str, fact: Fact, policy: Policy) -> Watched:
    number = cast(InventoryErpPosted, fact.payload).movement_id
    if number not in state.unposted:
        return None, ()
    left = tuple(one for one in state.unposted if one != number)
    return replace(state, unposted=left), (StopTimer("tm_erp_post", key, number), CloseCase("FIN-08", key, number))


def _not_booked(state: ReturnState, key: str, fact: Fact, policy: Policy) -> Watched:
    failed = cast(InventoryErpPostFailed, fact.payload)
    if failed.movement_id not in state.unposted:
        return None, ()
    detail = f"the ERP did not book receipt {failed.movement_id} ({failed.reason}): mend it, then book it"
    return None, (
        StopTimer("tm_erp_post", key, failed.movement_id),
        OpenCase("FIN-08", key, detail, failed.movement_id),
    )


def _post_overdue(state: ReturnState, key: str, fact: Fact, policy: Policy) -> Watched:
    number = str(getattr(fact.payload, "about", ""))
    if number not in state.unposted:
        return None, ()
    return None, (OpenCase("FIN-08", key, f"the ERP has not answered whether it booked receipt {number}", number),)


def _window_over(state: ReturnState, key: str, fact: Fact, policy: Policy) -> Watched:
    over = replace(state, over=True)
    if state.state not in ("AUTHORISED", "PARTLY_RECEIVED"):
        done = state.state in ("CREDITED", "DISPOSITIONED")
        return over, close_if_done(over, key, fact, policy) if done else ()
    payload = ReturnExpired(rma_no=state.rma, window_until=fact.at)
    return over, (Derive("return.expired", Subject("return", state.rma), payload),)


def _overdue(code: str, slot: str, detail: str) -> Watch:
    return lambda state, key, fact, policy: (None, (OpenCase(code, key, detail, slot),))


WATCHES: Mapping[str, Watch] = {
    "cmd:expect_return": _expected,
    "return.received": _received_again,
    "return.dispositioned": _disposed_later,
    "return.credited": _credited_again,
    "inventory.erp_posted": _booked,
    "inventory.erp_post_failed": _not_booked,
    "timer:tm_erp_post": _post_overdue,
    "timer:tm_return_window": _window_over,
    "timer:tm_rma": _overdue(DECISION, "request", "the ERP has not decided on the request: decide for the customer"),
    "timer:tm_inspect": _overdue(DISCREPANCY, "inspect", "nobody has looked at the returned goods: ask the warehouse"),
    "timer:tm_credit": _overdue("FIN-09", "", "the return is not credited: have the ERP credit it"),
}
