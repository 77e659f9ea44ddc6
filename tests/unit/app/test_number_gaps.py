"""A partner's own count: what it passed over is told once, with the message that shows it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from crossdock.app.ingest.arrival import Arrival
from crossdock.app.intake import Receipt
from crossdock.app.receive import Dialects, SyncIntake
from crossdock.canonical.vocabulary import Role
from crossdock.connectors.x12.inbound import X12Decoder
from crossdock.ports.directory import Partner
from crossdock.ports.messages import KnownMessage
from crossdock.ports.store import MessageRow
from tests.unit.formats.x12.documents import STATUS, group, interchange, transaction

CARRIER = Partner("nvtr", Role.CAR, "x12")


class Numbers:
    """Counts in memory."""

    def __init__(self) -> None:
        self.last: dict[tuple[str, str], int] = {}

    async def number(self, partner: str, kind: str, key: str) -> int:
        return 1

    async def seen(self, partner: str, series: str, number: int) -> int:
        before = self.last.get((partner, series), 0)
        self.last[partner, series] = max(before, number)
        return before


class Nothing:
    """No message came before."""

    async def find(self, partner: str, control: str, sha256: str) -> KnownMessage | None:
        return None


class Still:
    """A clock that stands and dice that always fall the same."""

    def now(self) -> datetime:
        return datetime(2026, 6, 2, 18, tzinfo=UTC)

    def bits(self, count: int) -> int:
        return 7

    def fraction(self) -> float:
        return 0.5


async def submit(arrivals: Sequence[Arrival], rows: Sequence[MessageRow]) -> list[Receipt]:
    return [Receipt("APPLY") for _ in arrivals]


async def told(intake: SyncIntake, number: int) -> list[tuple[str, str, str]]:
    body = interchange([group([transaction("214", *STATUS)])], control=f"{number:09d}")
    receipt = await intake.message(CARRIER, body, "application/edi-x12", channel="sftp")
    assert receipt.status == "accepted"
    return [(finding.code, finding.severity, finding.detail) for finding in receipt.findings]


async def test_numbers_passed_over_are_a_warning_and_late_ones_are_none() -> None:
    still = Still()
    intake = SyncIntake(submit, Dialects({"x12": X12Decoder()}, {}, Numbers()), Nothing(), still, still)
    assert await told(intake, 431) == []
    assert await told(intake, 432) == []
    ((code, severity, detail),) = await told(intake, 435)
    assert (code, severity) == ("CONTROL-GAP", "warning")
    assert detail.startswith("numbers 433 to 434 of SENDER|RECEIVER|P did not arrive before 435")
    assert await told(intake, 433) == []
    assert await told(intake, 436) == []
    ((_, _, detail),) = await told(intake, 438)
    assert detail.startswith("number 437 of")
