"""The enterprise's own record of the faults it injected, with the evidence the verdict needs."""

from __future__ import annotations

import hashlib

import msgspec

from crossdock.demo.faults import End, Fault, FaultKind, Outage, Plan, Point

EXCERPT_BYTES = 2000


class Evidence(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that was sent or answered because of a fault; `sha256` names the bytes, `reply` is what came back."""

    what: str
    sha256: str = ""
    status: int = 0
    reply: str = ""


class Injected(msgspec.Struct):
    """A planned fault and what became of it on our side."""

    id: str
    kind: FaultKind
    point: Point
    must_end: End
    struck: bool = False
    evidence: list[Evidence] = []


class FaultLedger:
    """Each planned fault strikes once. `strike` and `note` are called by the peers, `lines` read by the verdict."""

    def __init__(self, plan: Plan) -> None:
        self._by_point = plan.by_point()
        self._lines = {
            key: Injected(f"F{number:04d}", fault.kind, fault.point, fault.must_end)
            for number, (key, fault) in enumerate(self._by_point.items(), start=1)
        }

    def strike(self, point: Point) -> Fault | None:
        """The fault planned for this point, the first time it is reached; None ever after."""
        line = self._lines.get(point.key)
        if line is None or line.struck:
            return None
        line.struck = True
        return self._by_point[point.key]

    def note(self, point: Point, what: str, *, sent: bytes = b"", status: int = 0, reply: str = "") -> None:
        """Keep a piece of evidence."""
        digest = hashlib.sha256(sent).hexdigest() if sent else ""
        self._lines[point.key].evidence.append(Evidence(what, digest, status, reply[:EXCERPT_BYTES]))

    def note_outage(self, outage: Outage) -> None:
        """An outage ended; it has no order and no point of its own."""
        point = Point(outage.system, "outage", "")
        line = Injected(f"O-{outage.system}", FaultKind.OUTAGE, point, End.CONVERGED, struck=True)
        line.evidence.append(Evidence(f"refused connections for {outage.seconds:g} s"))
        self._lines[point.key] = line

    def lines(self) -> list[Injected]:
        """All planned faults, and outages that took place."""
        return list(self._lines.values())
