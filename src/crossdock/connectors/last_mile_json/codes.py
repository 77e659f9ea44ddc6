"""Words of the last-mile dialect and what they mean here (reasons: domain.md §4.5)."""

from __future__ import annotations

from crossdock.canonical.events.last_mile import ProofKind

REASONS = {
    "CLOSED": "consignee.closed",
    "NOT_HOME": "consignee.unavailable",
    "REFUSED": "consignee.refused",
    "WRONG_ADDRESS": "consignee.wrong_address",
    "NOT_FOUND": "consignee.unable_to_locate",
    "NO_TIME": "carrier.no_time",
    "VEHICLE": "carrier.mechanical",
    "WEATHER": "external.weather",
    "OTHER": "carrier.other",
}
REFUSALS = frozenset({"REFUSED"})
PROOF_FIELDS = {
    "signature": ProofKind.SIGNATURE,
    "photos": ProofKind.PHOTO,
    "pin": ProofKind.PIN,
    "scan": ProofKind.SCAN,
}
