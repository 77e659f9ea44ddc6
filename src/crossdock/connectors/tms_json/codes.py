"""Words of the TMS dialect and what they mean here."""

from __future__ import annotations

from crossdock.canonical.events.last_mile import ProofKind
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.parts import ChargeCode, Mode

MODES = {
    "parcel": Mode.PARCEL,
    "ltl": Mode.LTL,
    "ftl": Mode.FTL,
    "air": Mode.AIR,
    "ocean": Mode.OCEAN,
    "rail": Mode.RAIL,
    "own_fleet": Mode.OWN_FLEET,
}
MILESTONES = {
    "PICKED_UP": Milestone.DEPARTED_ORIGIN,
    "AT_TERMINAL": Milestone.ARRIVED_FACILITY,
    "LEFT_TERMINAL": Milestone.DEPARTED_FACILITY,
    "OUT_FOR_DELIVERY": Milestone.OUT_FOR_DELIVERY,
    "ATTEMPTED": Milestone.DELIVERY_ATTEMPTED,
    "DELIVERED": Milestone.DELIVERED,
}
PROOFS = {"signature": ProofKind.SIGNATURE, "photo": ProofKind.PHOTO, "pin": ProofKind.PIN, "scan": ProofKind.SCAN}
CHARGES = {code.value: code for code in ChargeCode}
