"""The sync door: whatever a connector does with a message, its bytes are kept and somebody is told."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from crossdock.app.ingest.arrival import Arrival
from crossdock.app.intake import Receipt
from crossdock.app.receive import Dialects, SyncIntake
from crossdock.canonical.vocabulary import Role
from crossdock.kernel.errors import Permanent
from crossdock.ports.connector import Decoded, IntakeContext
from crossdock.ports.directory import Partner
from crossdock.ports.store import MessageRow
from tests.unit.app.test_number_gaps import Nothing, Numbers, Still

PARTNER = Partner("nvtr", Role.CAR, "own")


class Falling:
    """A connector with a bug."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def decode(self, body: bytes, content_type: str, context: IntakeContext) -> Decoded:
        raise self.error


class Bench:
    """A door, and the rows that went through it."""

    def __init__(self, error: Exception) -> None:
        self.rows: list[MessageRow] = []
        still = Still()
        self.intake = SyncIntake(self.submit, Dialects({"own": Falling(error)}, {}, Numbers()), Nothing(), still, still)

    async def submit(self, arrivals: Sequence[Arrival], rows: Sequence[MessageRow]) -> list[Receipt]:
        self.rows += rows
        return [Receipt("APPLY") for _ in arrivals]


@pytest.mark.parametrize("error", [KeyError("a\0b"), RecursionError("too deep"), AssertionError()])
async def test_what_a_connector_falls_over_is_kept_and_told_to_whoever_keeps_it(error: Exception) -> None:
    bench = Bench(error)
    receipt = await bench.intake.message(PARTNER, b"00000000", "text/plain", channel="folder:a.txt")
    (row,) = bench.rows
    assert (receipt.status, receipt.message_id, row.body, row.status) == ("refused", row.id, b"00000000", "refused")
    (finding,) = receipt.findings
    assert finding.code == "DECODER-FAULT"
    assert type(error).__name__ in finding.detail
    assert "\0" not in finding.detail, "the database holds none"
    assert "crossdock reprocess" in finding.detail


async def test_an_error_of_our_own_tree_says_itself_who_must_act() -> None:
    bench = Bench(Permanent("the map has a mistake"))
    with pytest.raises(Permanent, match="mistake"):
        await bench.intake.message(PARTNER, b"x", "text/plain", channel="folder")
    assert bench.rows == []
