"""What the tests of this folder tell, and what they look at."""

from __future__ import annotations

from typing import Any

from crossdock.canonical.events import fulfilment as wms
from crossdock.canonical.events import money as fin
from tests.unit.process.money import (
    Story,
    eur,
    lines,
)


def asked(story: Story) -> list[tuple[dict[str, str], str]]:
    """Invoices asked for: quantities by line, amount."""
    found = []
    for payload in story.sent("request_invoice"):
        request: Any = payload
        found.append(({one.line: str(one.qty.value) for one in request.lines}, str(request.amount.amount)))
    return found


def paid(amount: str = "530.00", ref: str = "P-1") -> fin.InvoicePaid:
    """The customer paid INV-1."""
    return fin.InvoicePaid(invoice_no="INV-1", amount=eur(amount), date="2026-06-20", payment_ref=ref)


def credited(amount: str = "530.00", note: str = "CN-1", invoice: str = "INV-1", **amounts: int) -> fin.InvoiceCredited:
    """The ERP credited INV-1."""
    return fin.InvoiceCredited(credit_no=note, invoice_no=invoice, amount=eur(amount), lines=lines(**amounts))


VOID = wms.HandoverVoided(handover_no="HO-1", packages=("P1",), reason="never left")


FAILED = fin.InvoiceFailed(request_key="k", reason="period is closed")
