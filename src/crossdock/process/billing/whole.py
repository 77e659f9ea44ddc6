"""Invoices about a whole order: asked for with `invoice_split=order`, and shared out when an ERP posts one.

An ERP may invoice by order whatever was asked for. What it says of the order is passed on, as its own statement, to the
billing items of the releases it covers; they judge it. So BIL is the only one that knows what became of an invoice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from msgspec.structs import replace

from crossdock.canonical.commands.erp import RequestInvoice
from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Fact, Reference, Subject
from crossdock.canonical.events.money import InvoiceCredited, InvoicePaid, InvoicePosted
from crossdock.canonical.parts import LineQuantity
from crossdock.canonical.vocabulary import Disposition, Role
from crossdock.process.billing.amounts import line_amounts, line_quantities
from crossdock.process.billing.evolve import by_line
from crossdock.process.commands import content_hash, send
from crossdock.process.effects import Address, CloseCase, Derive, Effect, Link, OpenCase, StartTimer, StopTimer
from crossdock.process.machine import Decision
from crossdock.process.policy import Policy
from crossdock.process.step import HOLD_TTL, Instance, hold, latest, seconds
from crossdock.process.sums import added, minus, money, shares, sum_of, valued
from crossdock.process.told import BILLED, TERMS, Billed, BillingTerms

ERP = Address(Role.ERP)
ANSWERS = ("invoice.posted", "invoice.failed", "invoice.paid", "invoice.credited")
CLOCK = "tm_invoice_ack"
Lines = dict[str, int]


class WholeState(Instance, frozen=True, array_like=True, gc=False):
    """What is known of an order's releases, by their keys: what is due and invoiced of each.

    `charged` is how an invoice was shared, by invoice and release. `asked` is the hash of the last request.
    """

    split: str = ""
    policy: str = ""
    currency: str = ""
    prices: dict[str, int] = {}
    uoms: dict[str, str] = {}
    due: dict[str, Lines] = {}
    invoiced: dict[str, Lines] = {}
    charged: dict[str, dict[str, int]] = {}
    fulfilled: bool = False
    asked: str = ""


class WholeMachine:
    """See the module. It has no states of its own to show: its label is empty."""

    name = "BLO"
    per_group = False
    state_type = WholeState
    listens = frozenset((TERMS, BILLED, "order.fulfilled", *ANSWERS, f"timer:{CLOCK}"))

    def label(self, state: WholeState) -> str:
        """Nothing."""
        return ""

    def decide(
        self, state: WholeState | None, key: str, trigger: str, fact: Fact, policy: Policy
    ) -> Decision[WholeState]:
        """See `process.machine.Machine`."""
        current = WholeState() if state is None else state
        if trigger in ANSWERS:
            if fact.subject.type != "billing_item" or fact.subject.id != key:
                return Decision(Disposition.RECORD)
            return _answered(current, key, fact, policy)
        if trigger == f"timer:{CLOCK}":
            case = OpenCase("FIN-06", key, "the ERP has not posted the order's invoice in time: look it up by our key")
            return Decision(Disposition.APPLY, effects=(case,) if current.asked else ())
        known = _learned(current, trigger, fact)
        if known == current:
            return Decision(Disposition.RECORD)
        asked, effects = _ask(known, key, fact, policy)
        return Decision(Disposition.APPLY, state=asked, effects=effects)


def _learned(state: WholeState, trigger: str, fact: Fact) -> WholeState:
    if trigger == "order.fulfilled":
        return replace(state, fulfilled=True)
    if trigger == TERMS:
        terms = cast(BillingTerms, fact.payload)
        return replace(
            state,
            split=terms.split,
            policy=terms.policy,
            currency=terms.currency,
            prices={**state.prices, **{line.line: line.price for line in terms.lines}},
            uoms={**state.uoms, **{line.line: line.uom for line in terms.lines}},
            due={fact.subject.id: {}, **state.due},
        )
    said = cast(Billed, fact.payload)
    name = fact.subject.id
    return replace(state, due={**state.due, name: said.due}, invoiced={**state.invoiced, name: said.invoiced})


def _ask(state: WholeState, key: str, fact: Fact, policy: Policy) -> tuple[WholeState, tuple[Effect, ...]]:
    """One invoice for the whole order, once it is fulfilled and every release of it is due."""
    if state.split != "order" or not state.fulfilled or not state.due or not all(state.due.values()):
        return state, ()
    lines = minus(added(state.due.values()), added(state.invoiced.values()))
    print_ = content_hash(sorted(added(state.due.values()).items()))
    if not lines or print_ == state.asked:
        return state, ()
    amount = valued(lines, state.prices, state.currency)
    request = RequestInvoice(
        billing_item=key,
        ledger_hash=print_,
        order_no=key,
        shipment="",
        lines=_quantities(state, lines),
        policy=state.policy,
        trigger_event=fact.type,
        amount=money(amount, state.currency),
        amounts=line_amounts(lines, state.uoms, state.prices, state.currency),
    )
    clock = StartTimer(CLOCK, key, latest(fact) + seconds(policy, CLOCK))
    return replace(state, asked=print_), (Link(Reference("billing_item", key)), send(request, ERP), clock)


def _quantities(state: WholeState, lines: Lines) -> tuple[LineQuantity, ...]:
    return line_quantities(lines, state.uoms)


def _answered(state: WholeState, key: str, fact: Fact, policy: Policy) -> Decision[WholeState]:
    payload = fact.payload
    if not state.due or (
        isinstance(payload, InvoicePaid | InvoiceCredited) and payload.invoice_no not in state.charged
    ):
        return hold(state, key, HOLD_TTL, fact, policy)
    if isinstance(payload, InvoicePosted):
        return _posted(state, key, fact, payload)
    if isinstance(payload, InvoicePaid):
        parts = shares(sum_of(payload.amount), state.charged[payload.invoice_no], payload.amount.currency)
        told = {name: replace(payload, amount=money(part, payload.amount.currency)) for name, part in parts.items()}
        return _passed(state, fact, told)
    if isinstance(payload, InvoiceCredited):
        return _credited(state, fact, payload)
    return _passed(state, fact, dict.fromkeys(state.due, cast(Payload, payload)))


def _passed(state: WholeState | None, fact: Fact, told: Mapping[str, Payload]) -> Decision[WholeState]:
    """The same statement about each of these releases."""
    effects = tuple(
        Derive(fact.type, Subject("billing_item", name), payload, copied=True) for name, payload in told.items()
    )
    return Decision(Disposition.APPLY, state=state, effects=effects)


def _posted(state: WholeState, key: str, fact: Fact, invoice: InvoicePosted) -> Decision[WholeState]:
    """Lines go to the releases that are owed them; what nobody is owed goes to the last, which says so (FIN-07)."""
    left = by_line(invoice.lines)
    taken: dict[str, Lines] = {}
    for name, due in state.due.items():
        open_ = minus(due, state.invoiced.get(name, {}))
        mine = {line: min(amount, left.get(line, 0)) for line, amount in open_.items() if left.get(line, 0)}
        left = minus(left, mine)
        if mine:
            taken[name] = mine
    if left:
        last = next(reversed(taken or state.due))
        taken[last] = added((taken.get(last, {}), left))
    currency = invoice.total.currency
    worth = {name: valued(lines, state.prices, currency) for name, lines in taken.items()}
    parts = shares(sum_of(invoice.total), worth, currency)
    told: dict[str, Payload] = {
        name: replace(invoice, lines=_quantities(state, lines), total=money(parts[name], currency))
        for name, lines in taken.items()
    }
    known = replace(state, charged={**state.charged, invoice.invoice_no: parts})
    passed = _passed(known, fact, told)
    return replace(passed, effects=(StopTimer(CLOCK, key), CloseCase("FIN-06", key), *passed.effects))


def _credited(state: WholeState, fact: Fact, note: InvoiceCredited) -> Decision[WholeState]:
    """By what each release was charged; lines go with the release that was billed them."""
    currency = note.amount.currency
    parts = shares(sum_of(note.amount), state.charged[note.invoice_no], currency)
    left = by_line(note.lines)
    told: dict[str, Payload] = {}
    for name, part in parts.items():
        billed = state.invoiced.get(name, {})
        mine = {line: min(amount, billed.get(line, 0)) for line, amount in left.items() if billed.get(line, 0)}
        left = minus(left, mine)
        told[name] = replace(note, amount=money(part, currency), lines=_quantities(state, mine))
    return _passed(None, fact, told)


MACHINE = WholeMachine()
