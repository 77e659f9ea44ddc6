"""The money of orders as a sheet: every posting of freight and billing, in two legs (peers.md, idea 3.10)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from crossdock.app.fold.dossier import unpack
from crossdock.app.fold.registry import Registry
from crossdock.ports.sheets import Column, Row, Sheet, SheetPage, SheetSource, Sort, Window
from crossdock.ports.store import DossierRow
from crossdock.ports.views import Views
from crossdock.process.billing.state import BillingState
from crossdock.process.freight.state import FreightState
from crossdock.process.money_ledger import billing_postings, freight_postings
from crossdock.process.policy import Policy
from crossdock.process.sums import MONEY

SHEET = Sheet(
    "money",
    "Postings of freight and billing: a document moves an amount from one account to another.",
    (
        Column("dossier_id", Sort.NUMBER, "The order it belongs to."),
        Column("order_no", Sort.TEXT, "Its number."),
        Column("ledger", Sort.TEXT, "freight or billing."),
        Column("part", Sort.TEXT, "Which freight case or billing item of the order; empty for the whole."),
        Column("document", Sort.TEXT, "What posted it."),
        Column("source", Sort.TEXT, "The account it comes from."),
        Column("source_about", Sort.TEXT, "The document that account is of, where it is of one."),
        Column("target", Sort.TEXT, "The account it goes to."),
        Column("target_about", Sort.TEXT, "The document that account is of, where it is of one."),
        Column("amount", Sort.AMOUNT, "In currency."),
        Column("currency", Sort.TEXT, "Of the freight case or billing item; empty while nobody named one."),
    ),
)


@dataclass(frozen=True, slots=True)
class MoneySheet:
    """See `ports.sheets.SheetSource`: the books of the orders another source lists (dossier and number first)."""

    orders: SheetSource
    views: Views
    registries: Mapping[str, Registry]
    policy: Policy
    sheet: Sheet = SHEET

    async def page(self, window: Window, after: str) -> SheetPage:
        """See `SheetSource.page`."""
        page = await self.orders.page(window, after)
        rows: list[Row] = []
        for dossier, number, *_ in page.rows:
            owners = await self.views.owners(f"order||{number}")
            rows += [row for owner in owners if owner.id == dossier for row in self._books(owner, str(number))]
        return SheetPage(rows, page.next)

    def _books(self, owner: DossierRow, number: str) -> Iterator[Row]:
        registry = self.registries["order"]
        for name, packed in sorted(unpack(owner.state).machines.items()):
            kind, _, part = name.partition(":")
            state = registry.unpack(registry.machine(kind), packed)
            if isinstance(state, FreightState):
                ledger, postings = "freight", freight_postings(state)
            elif isinstance(state, BillingState):
                ledger, postings = "billing", billing_postings(state, self.policy)
            else:
                continue
            for one in postings:
                yield (
                    owner.id, number, ledger, part, one.document, one.source.name, one.source.about, one.target.name,
                    one.target.about, Decimal(one.amount) / MONEY, state.currency,
                )  # fmt: skip
