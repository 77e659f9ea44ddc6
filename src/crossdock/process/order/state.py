"""What ORD remembers of an order. Quantities are millionths of the line's unit (see `process.amounts`).

Every account of the ledger is keyed by what filled it (a package, a hand-over number, an attempt, a cancellation), so
the same increment twice is one increment; totals are sums over keys.
"""

from __future__ import annotations

import msgspec

from crossdock.process.step import Instance


class Line(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One order line. Tolerances are millionths of the ordered quantity; `stock` is what each warehouse can promise,
    `price` the unit price in ten-thousandths of the order's currency, `gross_g` grams of a unit, 0 for not known."""

    item: str
    uom: str
    ordered: int
    under: int = 0
    over: int = 0
    cancels: dict[str, int] = {}
    backorders: dict[str, int] = {}
    stock: dict[str, int] = {}
    forced: str = ""
    substitute: bool = False
    price: int = 0
    gross_g: int = 0

    @property
    def cancelled(self) -> int:
        """Everything cancelled of the line."""
        return sum(self.cancels.values())

    @property
    def open(self) -> int:
        """Ordered and not cancelled."""
        return self.ordered - sum(self.cancels.values())


class Slip(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One line on one fulfilment order, as far as the warehouse reports totals."""

    released: int
    allocated: int = 0
    picked: int = 0
    short: int = 0
    lost: int = 0


class Books(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Where billing of a release stands, as BIL last said; `open` while something shipped is not billed."""

    due: dict[str, int] = {}
    invoiced: dict[str, int] = {}
    credited: dict[str, int] = {}
    open: bool = True


class Group(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One warehouse release: its stage in the warehouse and on the road, and its keyed quantities.

    `packages` are contents by SSCC, `handovers` lines by hand-over number, `attempts` delivered, refused and damaged by
    attempt number and line. `books` are what is billed, once anything is due, `arrived_us` is when it was delivered.
    `customs` is how it stands with customs, see `standing`; `road` how far our own vehicle is with it, see there too.
    """

    stage: str
    lines: dict[str, Slip]
    shipment: str = ""
    wms: str = ""
    packages: dict[str, dict[str, int]] = {}
    handovers: dict[str, dict[str, int]] = {}
    attempts: dict[str, dict[str, tuple[int, int, int]]] = {}
    books: Books | None = None
    arrived_us: int = 0
    customs: str = ""
    road: str = ""


class Back(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One return in the order's books: quantities by line, by receipt and line, and by credit note and line.

    Attributes:
        live: more may come. `expired`: it may not, and what came in time is credited undecided.
        fault: it is our fault.
        disposed: what was decided on. `noted`: what a credit note was asked for, by `receipt|invoice`.
    """

    rma: str = ""
    live: bool = True
    expired: bool = False
    fault: bool = False
    asked: dict[str, int] = {}
    authorised: dict[str, int] = {}
    receipts: dict[str, dict[str, int]] = {}
    disposed: dict[str, dict[str, int]] = {}
    credits: dict[str, dict[str, int]] = {}
    noted: dict[str, dict[str, int]] = {}


class OrderState(Instance, frozen=True, array_like=True, gc=False):
    """See the module.

    Attributes:
        failed: release rules that block, each with its case code.
        cancel: the id of the whole-order cancellation under way.
        asking: the customer has to decide about a shortage.
        proposals: substitutes offered, `line|fulfilment order|item|ratio` by proposal.
        grave: open cases of severity S1 or S2, `code|subject|slot`: the order is not complete with them.
        returns: what comes back, by the return's id. `invoices`: what each bills, `noted`: what of it is asked back.
        moving: the revision that sends it to another country, until it is released anew.
        unreleased: the packed order lines, until they are released. `header`: the packed order without its lines.
        erp: whose order it is, of several ERPs: the one that approved it first.
        refused: the request to cancel that was refused last; none once it is cancelled.
    """

    rev: int = 0
    release_no: int = 0
    groups: dict[str, Group] = {}
    lines: dict[str, Line] = {}
    holds: dict[str, str] = {}
    failed: dict[str, str] = {}
    cancel: str = ""
    asking: bool = False
    proposals: dict[str, str] = {}
    ship_policy: str = "ship_partial"
    backorder_policy: str = "backorder"
    unreleased: bytes = b""
    header: bytes = b""
    grave: tuple[str, ...] = ()
    returns: dict[str, Back] = {}
    invoices: dict[str, dict[str, int]] = {}
    noted: dict[str, dict[str, int]] = {}
    moving: int = 0
    erp: str = ""
    refused: str = ""

    @property
    def backorder_open(self) -> bool:
        """Whether a quantity waits that no live fulfilment order holds."""
        return any(sum(line.backorders.values()) > 0 for line in self.lines.values())


class Account(msgspec.Struct, frozen=True, gc=False):
    """One line's ledger totals (domain.md §1.2), in millionths."""

    ordered: int
    cancelled: int
    released: int
    allocated: int
    picked: int
    packed: int
    shipped: int
    delivered: int
    backordered: int
    refused: int
    lost: int
    damaged: int
    invoiced: int = 0
    credited: int = 0
    due: int = 0
