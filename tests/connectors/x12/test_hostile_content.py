"""Whatever stands in a sound or damaged message: no error is raised, every fact made is a fact of the contract."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdock.canonical.wire import decode_fact
from crossdock.connectors.x12.inbound import X12Decoder
from crossdock.kernel.errors import Rejected
from tests.connectors.x12.kit import LIBRARY, RECEIVED, context, file

HERE = Path(__file__).parent
SAMPLES = Path(__file__).parents[4] / "shared" / "samples" / "x12"
WIRES = [path.read_bytes() for path in sorted(HERE.glob("*/wire.edi"))]
ROLES = ("WMS", "CAR", "TMS", "ERP", "PRT")
# What senders put into elements: codes of the sets, dates, numbers and rubbish.
VALUES = st.sampled_from(
    (
        *(
            "",
            "A",
            "D1",
            "AF",
            "QQ",
            "X2",
            "20260602",
            "00010101",
            "99991231",
            "1605",
            "9999",
            "LT",
            "ET",
            "UT",
            "0",
            "-1",
        ),
        *(
            "1E9",
            "NVTR",
            "TX",
            "US",
            "N" * 130,
            " ",
            "\xe9",
            "²",
            "0914726",
            "LI",
            "00",
            "S",
            "O",
            "I",
            "P",
            "1",
            "2",
            "ST",
            "WH",
            "VN",
            "EUR",
            "RA",
            "TR",
            "GM",
            "QN",
            "PO",
            "387123450000001019",
        ),
        "9" * 20,
    )
)
TAGS = {
    "214": ("B10", "AT7", "MS1", "MS2", "L11", "MAN", "LX", "N1", "N4"),
    "945": ("W06", "W12", "N9", "MAN", "LX", "N1", "N4", "G62", "W03", "W27"),
    "990": ("B1", "N9", "L11", "K1", "N7"),
    "850": ("BEG", "CUR", "REF", "FOB", "DTM", "N1", "N3", "N4", "PO1", "PID", "SCH"),
    "860": ("BCH", "DTM", "N1", "POC"),
    "940": ("W05", "N1", "N4", "G62", "W66", "LX", "W01", "G69", "N9", "W76"),
    "180": ("BGN", "RDR", "PRF", "DTM", "N9", "NTE", "BLI"),
    "810": ("BIG", "CUR", "REF", "NTE", "IT1", "TDS"),
    "820": ("BPR", "TRN", "CUR", "ENT", "RMR", "REF", "DTM"),
    "944": ("W17", "N1", "LX", "W07", "N9", "W13", "W14"),
    "947": ("W15", "N1", "W19", "N9"),
    "846": ("BIA", "REF", "N1", "DTM", "LIN", "QTY"),
    "855": ("BAK", "REF", "DTM", "N1", "PO1", "ACK"),
    "856": ("BSN", "HL", "TD5", "TD3", "REF", "DTM", "N1", "PRF", "MAN", "LIN", "SN1"),
    "210": ("B3", "C3", "N9", "L11", "LX", "L1", "L3"),
    "754": ("BGN", "N1", "LX", "L11", "BLR", "OID", "G62"),
    "824": ("BGN", "OTI", "TED", "NTE"),
    "997": ("AK1", "AK2", "AK3", "AK4", "AK5", "AK9"),
}


def check(body: bytes) -> None:
    decoder = X12Decoder(LIBRARY)
    for role in ROLES:
        given_context = context(role)
        decoded = decoder.decode(body, "", given_context)
        decoder.replies(body, given_context, range(1, len(decoded.reply_keys) + 1))
        for fact in decoded.facts:
            assert fact.where.startswith("ISA ")
            assert is_taken(fact.body), fact.body


def is_taken(body: bytes) -> bool:
    """A value too long for the contract, or the one character no text may hold, is refused at the one door, with its
    place; nothing else may be."""
    try:
        decode_fact(body, RECEIVED)
    except Rejected as refusal:
        return "length" in refusal.detail or "NUL" in refusal.detail
    return True


@st.composite
def contents(draw: st.DrawFn) -> bytes:
    code = draw(st.sampled_from(sorted(TAGS)))
    rows = draw(st.lists(st.tuples(st.sampled_from(TAGS[code]), st.lists(VALUES, max_size=12)), max_size=14))
    return file(code, *("*".join((tag, *values)) for tag, values in rows))


@given(contents())
def test_any_content_of_a_known_set_is_taken_refused_or_told(body: bytes) -> None:
    check(body)


@given(st.sampled_from(WIRES), st.integers(0, 900), st.binary(max_size=4), st.integers(0, 30))
def test_a_damaged_golden_message_is_taken_refused_or_told(wire: bytes, at: int, patch: bytes, cut: int) -> None:
    check(wire[:at] + patch + wire[at + cut :])


@pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"the real documents are not at {SAMPLES}")
def test_every_real_document_is_taken_refused_or_told_in_every_role() -> None:
    for path in sorted(SAMPLES.rglob("*")):
        if path.is_file():
            check(path.read_bytes())
