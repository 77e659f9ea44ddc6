"""The books of a dossier in two legs, as people read them: what each document moved, and what lies in every account."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal

import msgspec

from crossdock.app.reconcile.dossier import Dossier
from crossdock.process.amounts import decimal
from crossdock.process.billing.state import BillingState
from crossdock.process.freight.state import FreightState
from crossdock.process.money_ledger import billing_postings, freight_postings, imbalances
from crossdock.process.order.double_entry import gaps, postings
from crossdock.process.order.state import OrderState
from crossdock.process.postings import Account, Posting, balances
from crossdock.process.sums import money

LEGS_MAX = 200


class Leg(msgspec.Struct, frozen=True):
    """A document moved an amount from one account to another."""

    document: str
    source: str
    target: str
    amount: Decimal


class Balance(msgspec.Struct, frozen=True):
    """What lies in an account; negative where more left than came. `open` waits for a document."""

    account: str
    amount: Decimal
    open: bool = False


class Book(msgspec.Struct, frozen=True):
    """One book: a line's quantities, a freight case's or billing item's money. `total` over all accounts is zero."""

    name: str
    unit: str
    legs: tuple[Leg, ...]
    balances: tuple[Balance, ...]
    total: Decimal
    note: str = ""


def goods(dossier: Dossier) -> tuple[Book, ...]:
    """One book an order line, in its unit; what does not add up is said in the note."""
    order = dossier.one("ORD", OrderState)
    if order is None:
        return ()
    notes: dict[str, list[str]] = {}
    for gap in gaps(order):
        for line, amount in gap.amounts.items():
            named = f" {gap.document}" if gap.document else ""
            words = "missing from" if amount < 0 else "too much in"
            notes.setdefault(line, []).append(f"{decimal(abs(amount))} {words} {gap.account} of {gap.group}{named}")
    return tuple(
        _book(f"Line {number}: {line.item}", line.uom, postings(order, number), decimal, _said(notes, number))
        for number, line in sorted(order.lines.items())
    )


def amounts(dossier: Dossier) -> tuple[Book, ...]:
    """One book a freight case and a billing item, in its currency; accounts a document has to answer are open."""
    return tuple(_amounts(dossier))


def _amounts(dossier: Dossier) -> Iterator[Book]:
    whole = dossier.one("FRT", FreightState)
    cases = [("", whole)] if whole is not None else list(dossier.groups("FRT", FreightState))
    for part, case in cases:
        yield _money(f"Freight {part}".strip(), case.currency or "EUR", freight_postings(case))
    for part, item in dossier.groups("BIL", BillingState):
        yield _money(f"Billing {part}", item.currency or "EUR", billing_postings(item, dossier.policy))


def _money(name: str, currency: str, posted: Sequence[Posting]) -> Book:
    unanswered = {_account(Account(one.account, one.about)) for one in imbalances(tuple(posted))}
    book = _book(name, currency, posted, lambda value: money(value, currency).amount, "")
    marked = tuple(msgspec.structs.replace(one, open=one.account in unanswered) for one in book.balances)
    return msgspec.structs.replace(book, balances=marked)


def _book(name: str, unit: str, posted: Sequence[Posting], shown: Callable[[int], Decimal], note: str) -> Book:
    held = balances(posted)
    return Book(
        name=name,
        unit=unit,
        legs=tuple(
            Leg(one.document, _account(one.source), _account(one.target), shown(one.amount))
            for one in posted[:LEGS_MAX]
            if one.amount
        ),
        balances=tuple(Balance(_account(account), shown(amount)) for account, amount in held.items() if amount),
        total=shown(sum(held.values())),
        note=note,
    )


def _account(account: Account) -> str:
    return f"{account.name} {account.about}".strip()


def _said(notes: Mapping[str, Sequence[str]], number: str) -> str:
    return "; ".join(notes.get(number, ()))
