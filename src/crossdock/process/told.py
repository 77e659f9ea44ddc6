"""What process managers of one dossier let each other know on the way of a fold, under `tell:` and `case:` triggers.

These are no facts: they are never stored, sent or counted. Whatever they say follows from facts, and is said again
whenever those are folded again.
"""

from __future__ import annotations

from crossdock.canonical.declarations import Payload
from crossdock.canonical.parts import Part, Place
from crossdock.kernel.instant import Window

WISHES = "tell:wishes"
TERMS = "tell:billing_terms"
BILLED = "tell:billed"
ASK_EXECUTION = "tell:ask_execution"
EXECUTION = "tell:execution"


class TermLine(Part, frozen=True):
    """What one line of a release is billed at. `price` is in ten-thousandths a unit, `released` in millionths."""

    line: str
    uom: str
    price: int
    released: int = 0
    item: str = ""


class BillingTerms(Payload, frozen=True, kw_only=True):
    """How a warehouse release is billed: ORD to BIL. `policy` and `split` are those of domain.md §9.3."""

    order_no: str
    rev: int
    policy: str
    split: str
    currency: str
    customer: str
    lines: tuple[TermLine, ...]


class Billed(Payload, frozen=True, kw_only=True):
    """Where the billing of a warehouse release stands: BIL to ORD. Quantities are millionths by line.

    `open` while anything shipped still has to be billed, posted or credited.
    """

    due: dict[str, int]
    invoiced: dict[str, int]
    credited: dict[str, int]
    open: bool


class Execution(Payload, frozen=True, kw_only=True):
    """What really happened to a shipment or load: SHP and LD to FRT. Weights are grams, 0 for not known.

    Attributes:
        handed: custody has passed as confirmed by the warehouse, for all shipments of the case.
        failed: reasons of delivery attempts that brought nothing, by attempt.
        stops: stops of the load, 0 where nobody says. `weights`: grams by shipment, to share costs by.
    """

    shipment: str
    load: str = ""
    carrier: str = ""
    accepted: bool = False
    handed: bool = False
    delivered: bool = False
    cancelled: bool = False
    gross_g: int = 0
    packages: int = 0
    failed: dict[str, str] = {}
    stops: int = 0
    weights: dict[str, int] = {}


class Wishes(Payload, frozen=True, kw_only=True):
    """All the customer wants of a shipment now: ORD to SHP. `promise` is by when it has been promised."""

    rev: int
    promise: Window | None = None
    ship_to: Place | None = None
    carrier: str = ""
    service: str = ""


class CaseChanged(Payload, frozen=True, kw_only=True):
    """An exception of this dossier opened or closed, told under `case:<code>`."""

    code: str
    slot: str
    opened: bool
