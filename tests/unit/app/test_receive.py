"""The sync door: whatever a connector does with a message, its bytes are kept and somebody is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from crossdock.app.ingest.arrival import Arrival
from crossdock.app.ingest.causes import message_cases
from crossdock.app.intake import Receipt
from crossdock.app.receive import Dialects, SyncIntake
from crossdock.bench.trace import Order
from crossdock.canonical.vocabulary import Role
from crossdock.kernel.errors import Permanent
from crossdock.ports.connector import Decoded, DecodedFact, Finding, IntakeContext
from crossdock.ports.directory import Partner
from crossdock.ports.messages import KeptMessage
from crossdock.ports.store import MessageRow
from tests.unit.app.test_number_gaps import Nothing, Numbers, Still

PARTNER = Partner("nvtr", Role.CAR, "own")
NOON = datetime(2026, 6, 2, 12, tzinfo=UTC)


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


class Owing:
    """A connector that reads well and owes an acknowledgment; it falls over writing it until it is mended."""

    def __init__(self, facts: Sequence[DecodedFact] = (), findings: Sequence[Finding] = ()) -> None:
        self.facts, self.findings = list(facts), list(findings)
        self.mended = False

    def decode(self, body: bytes, content_type: str, context: IntakeContext) -> Decoded:
        return Decoded(list(self.facts), list(self.findings), [b"own reply"], reply_keys=("isa:1",))

    def replies(self, body: bytes, context: IntakeContext, numbers: Sequence[int]) -> list[bytes]:
        if not self.mended:
            raise ZeroDivisionError("numbers")
        return [b"997 numbered %d" % numbers[0]]


class OwingBench(Bench):
    """A door to that connector."""

    def __init__(self, connector: Owing) -> None:
        super().__init__(KeyError())
        still = Still()
        dialects = Dialects({"own": connector}, {"own": connector}, Numbers())
        self.intake = SyncIntake(self.submit, dialects, Nothing(), still, still)


async def test_an_acknowledgment_that_cannot_be_written_keeps_no_facts_out() -> None:
    fact = DecodedFact(next(iter(Order(1, NOON).facts())).body)
    bench = OwingBench(Owing([fact]))
    receipt = await bench.intake.message(PARTNER, b"edi", "text/plain", channel="folder")
    (row,) = bench.rows
    assert (receipt.status, row.status, row.facts, len(receipt.receipts)) == ("partial", "partial", 1, 1)
    assert receipt.replies == ("own reply",), "the replies the decoder wrote itself go out"
    (finding,) = receipt.findings
    assert (finding.code, finding.severity) == ("REPLIER-FAULT", "error")
    assert "ZeroDivisionError" in finding.detail
    assert "ask nvtr to send the same bytes again" in finding.detail


async def test_it_is_a_case_for_whoever_keeps_the_connector() -> None:
    bench = OwingBench(Owing())
    await bench.intake.message(PARTNER, b"edi", "text/plain", channel="folder:a.txt")
    (case,) = message_cases(bench.rows, NOON)
    assert (case.code, case.subject, case.slot, case.open) == ("INT-02", "nvtr", "folder REPLIER-FAULT", True)


async def test_what_could_not_be_used_is_refused_whatever_became_of_its_acknowledgment() -> None:
    bench = OwingBench(Owing(findings=[Finding("INT-02", "no such segment")]))
    receipt = await bench.intake.message(PARTNER, b"edi", "text/plain", channel="folder")
    assert (receipt.status, len(receipt.findings)) == ("refused", 2)


async def test_run_again_after_the_mend_it_is_accepted_and_before_it_is_not() -> None:
    connector = Owing([DecodedFact(next(iter(Order(1, NOON).facts())).body)])
    bench = OwingBench(connector)
    kept = KeptMessage("m-1", "nvtr", "folder", "text/plain", NOON, "sha", "partial", "", b"[]", b"edi")
    assert (await bench.intake.again(PARTNER, kept)).status == "partial"
    connector.mended = True
    receipt = await bench.intake.again(PARTNER, kept)
    assert (receipt.status, receipt.replies) == ("accepted", ()), "no acknowledgment goes out unasked"
