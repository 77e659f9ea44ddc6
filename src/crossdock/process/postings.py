"""Two-leg books: what leaves one account arrives in another, so that all accounts together come to zero at all times.

An account may be kept per document (`about`). Clearing accounts are those a later document has to bring back to zero:
what is left in one is an open item, and names the document that is missing or one too many (peers.md idea 3.10).
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec


class Account(msgspec.Struct, frozen=True, gc=False):
    """An account, of one document where `about` names it."""

    name: str
    about: str = ""


class Posting(msgspec.Struct, frozen=True, gc=False):
    """A document moves an amount from one account to another. Amounts are whole (millionths, ten-thousandths)."""

    document: str
    source: Account
    target: Account
    amount: int


class Imbalance(msgspec.Struct, frozen=True, gc=False):
    """A clearing account that is not back at zero: more went in (`amount` > 0) or out than a document answers."""

    account: str
    about: str
    amount: int


def balances(postings: Iterable[Posting]) -> dict[Account, int]:
    """What is in every account that anything moved; their sum is zero."""
    found: dict[Account, int] = {}
    for posting in postings:
        found[posting.source] = found.get(posting.source, 0) - posting.amount
        found[posting.target] = found.get(posting.target, 0) + posting.amount
    return found


def open_items(postings: Iterable[Posting], clearing: frozenset[str]) -> tuple[Imbalance, ...]:
    """Clearing accounts that are not at zero, by name."""
    return tuple(
        Imbalance(account.name, account.about, amount)
        for account, amount in sorted(balances(postings).items(), key=lambda entry: (entry[0].name, entry[0].about))
        if amount and account.name in clearing
    )
