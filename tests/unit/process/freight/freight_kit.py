"""What the tests of this folder tell, and what they look at."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from crossdock.canonical.envelope import Fact, Subject
from crossdock.canonical.events import fulfilment as wms
from crossdock.canonical.events import money as fin
from crossdock.canonical.events import returns as dock
from crossdock.testing.given import NOON, fact
from tests.unit.process.money import (
    SHIPMENT,
    Story,
    charge,
    claim,
    eur,
)

VOID = wms.HandoverVoided(handover_no="HO-1", packages=("P1",), reason="never left")


OVER = claim(LHL="1000.00", FUE="100.00", DET="200.00")


def credit(amount: str = "200.00", note: str = "CN-1", invoice: str = "FI-1", **charges: str) -> fin.FreightCredited:
    """The carrier gives money back."""
    parts = tuple(charge(code, value) for code, value in charges.items())
    return fin.FreightCredited(credit_no=note, invoice_no=invoice, amount=eur(amount), charges=parts, carrier="NVTR")


def settled(amount: str, doc: str = "PAY-1") -> fin.FreightSettled:
    """The ERP paid."""
    return fin.FreightSettled(posted_amount=eur(amount), doc_no=doc)


def disputed(amount: str = "200.00", code: str = "DET") -> fin.FreightDisputed:
    """A person contests a charge."""
    return fin.FreightDisputed(dispute_no="DSP-1", charges=(charge(code, amount),), amount=eur(amount))


def override(amount: str, **ext: str) -> fin.FreightApproved:
    """A person pays anyway."""
    return fin.FreightApproved(
        approved_amount=eur(amount), by="u.hart", basis=fin.ApprovalBasis.OVERRIDE, invoices=("FI-1",),
        ext={"approval": dict(ext)} if ext else {},
    )  # fmt: skip


def booked(story: Story) -> list[tuple[str, int, str]]:
    """What the ERP was asked to book: command, revision, amount."""
    found = []
    for kind in ("post", "adjust", "reverse"):
        for payload in story.sent(f"{kind}_freight_accrual"):
            command: Any = payload
            found.append((kind, command.accrual_rev, str(command.amount.amount)))
    return sorted(found, key=lambda one: one[1])


def paid(story: Story) -> list[str]:
    """Amounts approved for payment."""
    commands: list[Any] = list(story.sent("approve_freight_invoice"))
    return [str(command.amount.amount) for command in commands]


def erp(rev: int, amount: str, doc: str = "") -> fin.FreightAccrualPosted:
    """The ERP booked a revision."""
    return fin.FreightAccrualPosted(doc_no=doc or f"A-{rev}", amount=eur(amount), period="2026-06", accrual_rev=rev)


def arrived_and_left(story: Story, minutes: int) -> Fact:
    """A dock appointment as it reaches the shipment."""
    story.at += timedelta(minutes=1)
    end = NOON + timedelta(minutes=minutes)
    done = dock.AppointmentCompleted(appt_no="APT-1", start=NOON, end=end)
    made = fact(done, Subject("appointment", "APT-1"), at=story.at)
    return replace(made, subject=SHIPMENT)
