"""What BIL remembers of a billing item. Quantities are millionths by order line, amounts ten-thousandths (`sums`).

Everything that fills it is kept under what it came with (hand-over number, attempt, invoice, credit note, payment), so
the same statement twice counts once, and what is taken back can be told.
"""

from __future__ import annotations

import msgspec

from crossdock.process.step import Instance


class Bill(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One invoice asked for, or posted without being asked for (`asked` false).

    Attributes:
        item: the billing item as the ERP is told it. `unit` is what made it due: `handover:HO-1`, `attempt:1`.
        tries: how often the ERP could not post it.
        invoice, posted, charged: the ERP's number, quantities and amount, once it is posted.
        paid, credits: amounts by payment and by credit note. `back`: quantities credited.
        noted: quantities the ERP was asked to credit, by the reference it was asked under.
    """

    item: str
    unit: str
    lines: dict[str, int]
    amount: int
    asked: bool = True
    tries: int = 0
    invoice: str = ""
    posted: dict[str, int] = {}
    charged: int = 0
    paid: dict[str, int] = {}
    credits: dict[str, int] = {}
    back: dict[str, int] = {}
    noted: dict[str, dict[str, int]] = {}

    @property
    def open(self) -> bool:
        """Asked for, and not posted yet."""
        return not self.invoice


class BillingState(Instance, frozen=True, array_like=True, gc=False):
    """See the module.

    Attributes:
        rev, policy, split, currency, prices, uoms: the terms, as ORD last told them. `released` is what was released.
        shipment: the shipment as the hand-over called it.
        handovers: lines by hand-over number. `departed`: confirmed or seen to have left.
        delivered: lines by attempt. `proof`: the accepted proof and its lines. `amended`: revisions of it counted.
        accepted: the time to object is over. `closed`: the period is over.
        blockers: open cases that block, `code|slot`.
        withdrawn: prints of statements taken back.
        bills: by unit, and by `unit#line` where every line has its own invoice.
        doubles: invoices posted that nothing was owed for, and what they charge.
    """

    rev: int = 0
    policy: str = ""
    split: str = "shipment"
    currency: str = ""
    order_no: str = ""
    prices: dict[str, int] = {}
    uoms: dict[str, str] = {}
    released: dict[str, int] = {}
    shipment: str = ""
    handovers: dict[str, dict[str, int]] = {}
    departed: bool = False
    delivered: dict[str, dict[str, int]] = {}
    proof: str = ""
    proved: dict[str, int] = {}
    accepted: bool = False
    closed: bool = False
    blockers: tuple[str, ...] = ()
    withdrawn: tuple[int, ...] = ()
    bills: dict[str, Bill] = {}
    doubles: dict[str, int] = {}
