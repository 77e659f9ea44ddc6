"""The file peers' own X12, and that it understands what the hub's connector writes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crossdock.demo import x12
from crossdock.demo.exchange import spoil
from crossdock.demo.peers.warehouse import Job
from crossdock.demo.peers.wms_x12 import ship_advice
from crossdock.demo.yard import Pallet

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
PARTIES = x12.Parties(("ZZ", "WHB3PL"), ("ZZ", "CROSSDOCK"))
BODY: tuple[x12.Segment, ...] = (("W06", "F", "SO-1", "20261120"), ("W12", "CC", "1", "1", "", ""))


def document(control: int = 7) -> bytes:
    return x12.write(PARTIES, control, AT, "945", [BODY])


def test_what_is_written_can_be_read() -> None:
    read = x12.read(document())
    assert (read.sender, read.receiver, read.control, read.group_code) == ("WHB3PL", "CROSSDOCK", "000000007", "SW")
    assert read.sets[0][1:-1] == (BODY[0], ("W12", "CC", "1", "1"))
    assert read.sets[0][-1] == ("SE", "4", "0001")


def test_the_interchange_header_has_its_fixed_width() -> None:
    assert document()[105:106] == b"~"


def test_a_spoiled_document_has_a_wrong_segment_count_and_is_not_read() -> None:
    with pytest.raises(ValueError, match="SE does not close set 0001: 11 segments said, 4 found"):
        x12.read(spoil(document()))


@pytest.mark.parametrize("broken", [b"", b"GS*", document()[:60], document().replace(b"IEA*1*000000007", b"IEA*1*9")])
def test_a_broken_envelope_is_told(broken: bytes) -> None:
    with pytest.raises(ValueError, match=r"ISA|IEA"):
        x12.read(broken)


def test_an_acknowledgement_counts_what_was_accepted() -> None:
    read = x12.read(x12.write(PARTIES, 8, AT, "940", [BODY, BODY]))
    assert x12.acknowledgement(read, [True, False])[-1] == ("AK9", "P", "2", "2", "1")
    assert x12.acknowledgement(read, [False, False])[-1] == ("AK9", "R", "2", "2", "0")
    assert x12.acknowledgement(read, [True, True])[-1] == ("AK9", "A", "2", "2", "2")


def test_a_ship_advice_reports_a_shortage_once_and_its_total() -> None:
    job = Job("SO-1/WH-B1", "SO-1", "WH-B1", {"10": 60})
    job.picked = {"10": 50}
    job.handover_no = "BOL-B-SO-1"
    pallets = (("387123450000001019", 25), ("387123450000001026", 25))
    job.pallets = tuple(Pallet(label, "10", (("10", "IT-501", pieces),)) for label, pieces in pallets)
    rows = ship_advice(job, "PO-1", AT)
    lines = [row for row in rows if row[0] == "W12"]
    assert [(row[2], row[3], row[4]) for row in lines] == [("25", "25", "0"), ("35", "25", "10")]
    assert {row[1] for row in lines} == {"BP"}
    assert ("G62", "11", "20261120", "8", "0930", "UT") in rows
    assert rows[-1][:2] == ("W03", "50")
