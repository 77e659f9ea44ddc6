"""Status and reason codes of the dialect (domain.md §4.3, parcel normal form, and §4.5)."""

from __future__ import annotations

from crossdock.canonical.milestones import Milestone

STATUS = {
    "AP": Milestone.ARRIVED_PICKUP,
    "PU": Milestone.DEPARTED_ORIGIN,
    "AF": Milestone.ARRIVED_FACILITY,
    "DF": Milestone.DEPARTED_FACILITY,
    "AH": Milestone.ARRIVED_DESTINATION_HUB,
    "RC": Milestone.AVAILABLE_FOR_COLLECTION,
    "OD": Milestone.OUT_FOR_DELIVERY,
    "AD": Milestone.ARRIVED_DELIVERY,
    "DX": Milestone.DELIVERY_ATTEMPTED,
    "DL": Milestone.DELIVERED,
    "RS": Milestone.RETURN_STARTED,
    "HD": Milestone.HELD,
    "HC": Milestone.HOLD_CLEARED,
    "DY": Milestone.DELAYED,
    "DM": Milestone.DAMAGED,
    "CP": Milestone.CHECKPOINT,
}
REASONS = {
    "CLOSED": "consignee.closed",
    "ABSENT": "consignee.unavailable",
    "REFUSED": "consignee.refused",
    "ADDRESS": "consignee.wrong_address",
    "WEATHER": "external.weather",
    "CUSTOMS": "customs.hold",
    "MECHANICAL": "carrier.mechanical",
}
