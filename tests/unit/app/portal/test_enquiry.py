"""When a late shipment says why (domain.md K-41)."""

from __future__ import annotations

import pytest

from crossdock.app.portal.enquiry import unexplained
from crossdock.ports.portal import PortalOrder, ShownMilestone, ShownShipment
from tests.unit.app.portal.given import START

LATE = "Delayed, new date"


def attempted(note: str, *, corrected: bool = False) -> ShownMilestone:
    return ShownMilestone("attempted|1", "Delivery attempted", note=note, corrected=START if corrected else None)


@pytest.mark.parametrize(
    ("shipment", "asked_after"),
    [
        (ShownShipment("A", LATE), True),
        (ShownShipment("A", "In transit"), False),
        (ShownShipment("A", LATE, alert="Delayed: customs formalities"), False),
        (ShownShipment("A", LATE, milestones=(attempted("nobody could take it at the address"),)), False),
        (ShownShipment("A", LATE, milestones=(attempted("a problem on the way", corrected=True),)), True),
        (
            ShownShipment("A", LATE, milestones=(ShownMilestone("r", "New window", note="10:00 to 12:00"),)),
            True,
        ),
    ],
)
def test_a_late_shipment_is_asked_after_unless_it_says_why(shipment: ShownShipment, asked_after: bool) -> None:
    order = PortalOrder(
        customer="C", order_no="SO-1", dossier=1, version=1, edition=1, as_of=START, placed=START, status=LATE,
        phase="attention", shipments=(shipment,),
    )  # fmt: skip
    assert unexplained(order) == (("A",) if asked_after else ())
