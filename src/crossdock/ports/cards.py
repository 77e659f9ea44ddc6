"""Cards: orders, freight cases and stock positions as lists show them, and the terms they are found under.

Made from dossiers alone, beside the hot path; whoever lists or searches reads these and never folds anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from decimal import Decimal
from typing import Protocol

import msgspec

from crossdock.ports.store import DossierRow
from crossdock.ports.views import CaseView, EventView

CARDS_PAGE_MAX = 200
TERM_CHARS = 128


class OrderCard(msgspec.Struct, frozen=True, gc=False):
    """One order in a list.

    Attributes:
        grade: 0 quiet, 1 good, 2 watch, 3 act, 4 stop. `flow` is the id of its state of flow, `label` its words.
        worst: the words of its gravest facet where that is another.
        due: when it should be with its customer, absent once it is or need not be. `since`: its last fact.
        cases, severity: open cases, and the gravest (1 is the gravest, 0 none). `case_sum`: the sum of their ids.
        value: in `currency`, absent where nothing is priced.
    """

    dossier: int
    order_no: str
    customer: str = ""
    customer_name: str = ""
    customer_po: str = ""
    placed: datetime | None = None
    since: datetime | None = None
    requested: datetime | None = None
    promised: datetime | None = None
    due: datetime | None = None
    value: Decimal | None = None
    currency: str = ""
    grade: int = 0
    flow: str = ""
    label: str = ""
    worst: str = ""
    cases: int = 0
    severity: int = 0
    case_sum: int = 0


class FreightCard(msgspec.Struct, frozen=True, gc=False):
    """One freight case: the order's or load's, of one warehouse release where `part` names it.

    Attributes:
        since: when it was accrued, or first claimed. `moved`: when something was last said about it.
        booked: what the ERP has in its accrual account. `period`: `YYYY-MM` of the accrual.
        over: the last match failed, `failing` says by which rules. `papers`: the carrier's documents.
    """

    dossier: int
    part: str
    carrier: str
    state: str
    currency: str
    estimated: Decimal
    accrued: Decimal
    booked: Decimal
    invoiced: Decimal
    approved: Decimal
    paid: Decimal
    disputed: Decimal
    over: bool
    since: datetime | None = None
    moved: datetime | None = None
    period: str = ""
    papers: str = ""
    failing: str = ""


class StockCard(msgspec.Struct, frozen=True, gc=False):
    """One stock position, in `uom`. `stated`: the ERP has told a balance; `differs`: a variance is open."""

    dossier: int
    warehouse: str
    item: str
    lot: str
    status: str
    uom: str
    on_hand: Decimal
    allocated: Decimal
    picked: Decimal
    erp: Decimal
    drift: Decimal
    stated: bool
    differs: bool
    snapshot: datetime | None = None


class Sheet(msgspec.Struct, frozen=True):
    """What cards of one dossier are made from, as of one instant."""

    row: DossierRow
    idents: tuple[str, ...]
    partners: tuple[str, ...]
    cases: tuple[CaseView, ...]


class CardSet(msgspec.Struct, frozen=True):
    """All cards of one dossier; `terms` are `(term, scheme)`, `marks` read `warehouse|WH-NL1` or `partner|nvtr`."""

    dossier: int
    terms: tuple[tuple[str, str], ...] = ()
    order: OrderCard | None = None
    marks: tuple[str, ...] = ()
    freight: tuple[FreightCard, ...] = ()
    stock: tuple[StockCard, ...] = ()


class Filing(Protocol):
    """One open transaction; no other files at the same time, so what is put was made from the newest that is known."""

    async def sheets(self, dossiers: Sequence[int]) -> Sequence[Sheet]:
        """Of the dossiers that exist, in no particular order."""

    async def log(self, dossier: int) -> Sequence[EventView]:
        """The dossier's log in canonical order."""

    async def put(self, sets: Sequence[CardSet]) -> None:
        """These cards in the place of all there were of their dossiers."""


class CardFiles(Protocol):
    """Where cards are kept current.

    Raises:
        Transient: the store cannot be reached.
    """

    def filing(self) -> AbstractAsyncContextManager[Filing]:
        """A transaction that commits when the block ends well."""

    async def outdated(self, limit: int) -> Sequence[int]:
        """Orders whose open cases are not those of their card: cases are also opened and ended beside the log."""


class OrdersAsked(msgspec.Struct, frozen=True):
    """Which orders; empty takes any. `before` is the dossier the page before ended with, 0 for the first page."""

    limit: int
    before: int = 0
    grade: int = -1
    flow: str = ""
    customer: str = ""
    warehouse: str = ""
    partner: str = ""
    late: bool = False
    cases: bool = False


class Found(msgspec.Struct, frozen=True, gc=False):
    """A dossier that a search found, and the term it was found under; what is no order has no card."""

    dossier: int
    ident: str
    term: str
    scheme: str
    headline: str
    order: OrderCard | None = None


class FreightAsked(msgspec.Struct, frozen=True):
    """Which freight cases; `states` empty takes any. `after` is the case the page before ended with."""

    limit: int
    states: tuple[str, ...] = ()
    carrier: str = ""
    over: bool = False
    after: tuple[int, str] | None = None


class FreightLine(msgspec.Struct, frozen=True, gc=False):
    """A freight case and the dossier that leads to it."""

    ident: str
    card: FreightCard


class FreightSum(msgspec.Struct, frozen=True, gc=False):
    """What open freight cases of a carrier come to, by state and by age (from `0`, `8`, `31`, `61` days)."""

    carrier: str
    currency: str
    state: str
    age: int
    cases: int
    over: int
    accrued: Decimal
    invoiced: Decimal
    approved: Decimal
    disputed: Decimal


class Window(msgspec.Struct, frozen=True, gc=False):
    """An accounting period: what was accrued in it and is not settled, and how much of that is not invoiced."""

    period: str
    currency: str
    cases: int
    accrued: Decimal
    booked: Decimal
    uninvoiced: int
    uninvoiced_accrued: Decimal


class StockAsked(msgspec.Struct, frozen=True):
    """Which positions; empty takes any, `item` is how the item begins. `after` is where the page before ended."""

    limit: int
    warehouse: str = ""
    item: str = ""
    differs: bool = False
    after: tuple[str, str, str, str] | None = None


class CardReads(Protocol):
    """Bounded reads; none takes a lock.

    Raises:
        Transient: the store cannot be reached.
    """

    async def orders(self, asked: OrdersAsked, now: datetime) -> Sequence[OrderCard]:
        """Newest first."""

    async def search(self, text: str, scheme: str, *, prefix: bool, after: str, limit: int) -> Sequence[Found]:
        """Dossiers found under this term, or one that begins so, each once; in the order of terms."""

    async def ident_of(self, dossier: int) -> str:
        """The primary identifier of a dossier, empty when there is none."""

    async def freight(self, asked: FreightAsked) -> Sequence[FreightLine]:
        """By dossier and part, newest first."""

    async def freight_sums(self, now: datetime) -> Sequence[FreightSum]:
        """Of all cases that are neither settled nor reversed; at most 2,000 rows."""

    async def windows(self) -> Sequence[Window]:
        """Accounting periods with something open in them, newest first; at most 120."""

    async def stock(self, asked: StockAsked) -> Sequence[StockCard]:
        """By warehouse, item, lot and status; by item first where an item of any warehouse is asked for."""

    async def stock_of(self, dossier: int) -> Sequence[StockCard]:
        """All positions of one stock, at most 1,000."""
