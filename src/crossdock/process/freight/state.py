"""What FRT remembers of a freight case. Amounts are ten-thousandths (`sums`), of the case's currency unless said.

Every document is kept under its own number, every posting under its revision: what is doubled or missing can be named.
"""

from __future__ import annotations

import msgspec

from crossdock.canonical.parts import Charge
from crossdock.process.step import Instance
from crossdock.process.told import Execution


class Paper(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A document of the carrier, in the currency it is written in. `taxes` are beside `charges`, in no total of them.

    `kind` is `invoice`, `balance_due`, `corrected` or `credit`; `weight_g` the weight it bills, 0 where it says none.
    """

    no: str
    kind: str
    date: str
    currency: str
    total: int
    charges: dict[str, int] = {}
    taxes: tuple[Charge, ...] = ()
    weight_g: int = 0
    carrier: str = ""
    about: str = ""


class Dispute(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What we contest. `agreed` is what the carrier owes us back once it is resolved."""

    amount: int
    codes: tuple[str, ...]
    outcome: str = ""
    agreed: int = 0


class Failing(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One test an invoice fails: which charge (or `header`), by which rule, and by how much."""

    charge: str
    rule: str
    amount: int


class FreightState(Instance, frozen=True, array_like=True, gc=False):
    """See the module.

    Attributes:
        estimate_rev, estimate: the rate last quoted. `customer`, `carrier`: whose tolerances apply.
        accrual_rev: last revision of the accrual. `accrued`: by charge code.
        postings: what the ERP was asked to book by revision, and by which command; what it says it booked takes the
            amount's place.
        booked: revision and amount by the ERP's document. `unbooked`: revisions not acknowledged.
        papers: by normalised number. `suspects`: papers held as possible duplicates, with their totals.
        disputes: by number. `allowed`: charge codes a person or a dispute accepted.
        net, taxes: what the last match found all documents to come to.
        approved: what may be paid in total. `paid`: by the ERP's document.
        asked: what the ERP was asked to pay, by the invoices it is for; what it has not paid yet is on its way.
        fee: truck-ordered-not-used, due although nothing moved.
        arrived_us, dwell_min: by appointment. `failing`: tests the last match failed. `opened`: FIN-11 slots.
    """

    currency: str = ""
    carrier: str = ""
    customer: str = ""
    estimate_rev: int = 0
    estimate: tuple[Charge, ...] = ()
    accrual_rev: int = 0
    accrued: dict[str, int] = {}
    postings: dict[str, tuple[str, int]] = {}
    booked: dict[str, tuple[str, int]] = {}
    unbooked: tuple[str, ...] = ()
    papers: dict[str, Paper] = {}
    suspects: dict[str, int] = {}
    disputes: dict[str, Dispute] = {}
    allowed: tuple[str, ...] = ()
    net: int = 0
    taxes: int = 0
    approved: int = 0
    paid: dict[str, int] = {}
    fee: int = 0
    arrived_us: dict[str, int] = {}
    dwell_min: dict[str, int] = {}
    failing: tuple[Failing, ...] = ()
    opened: tuple[str, ...] = ()
    execution: Execution | None = None
    asked: dict[str, int] = {}

    @property
    def posted(self) -> int:
        """What stands in the ERP's accrual account for this case."""
        return sum(amount for _, amount in self.postings.values())

    @property
    def owed(self) -> int:
        """What the accrual comes to."""
        return sum(self.accrued.values())
