"""Whatever stands in a sound or damaged message: no error is raised, every fact made is a fact of the contract."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdock.canonical.wire import decode_fact
from crossdock.connectors.edifact.codes import CONVERTERS
from crossdock.kernel.errors import Rejected
from tests.connectors.edifact.kit import RECEIVED, context, decoder, interchange, message

HERE = Path(__file__).parent
SAMPLES = Path(__file__).parents[4] / "shared" / "samples" / "edifact"
WIRES = [path.read_bytes() for path in sorted(HERE.glob("*/wire.edi"))]
ROLES = ("WMS", "CAR", "TMS", "CUS", "ERP", "LMD")
KINDS = (
    "IFTSTA",
    "IFTMBC",
    "DESADV",
    "ORDERS",
    "ORDRSP",
    "INVRPT",
    "RECADV",
    "IFCSUM",
    "INVOIC",
    "CUSRES",
    "CONTRL",
    "APERAK",
)
TAGS = (
    *("BGM", "DTM", "RFF", "NAD", "CNI", "STS", "LOC", "GID", "PCI", "GIN", "EQD", "CPS", "PAC", "MEA", "LIN", "PIA"),
    *("QTY", "CUX", "TOD", "UNS", "MOA", "PRI", "GIS", "ERP", "ERC", "FTX", "TDT", "INV", "UCI", "UCM", "UCS", "UCD"),
)
# What senders put into elements: codes, dates, numbers and rubbish.
VALUES = st.sampled_from(
    (
        *("", "1", "9", "21", "27", "29", "ON", "CU", "ACW", "BY", "SF", "137:20260602:102", "334:202606021605:203"),
        *("11:99999999:102", "12:4:PCE", "145:1E9", "12:-1", "BJ", "203:5:EUR", "77", "2:EUR", "32", "33E", "\xe9"),
        *("ABE:L-1", "ABT:M-1", "N" * 130, " ", "²", "9" * 30, "387123450000001019", "1:2:3:4:5:6", "SO-1", "0"),
    )
)


def check(body: bytes, *, bare: bool = False) -> None:
    for role in ROLES:
        given_context = context(role, contrl=True, bare=bare, carrier="NVTR", site="WH-1", currency="EUR")
        decoded = decoder().decode(body, "", given_context)
        decoder().replies(body, given_context, range(1, len(decoded.reply_keys) + 1))
        for fact in decoded.facts:
            assert fact.where.startswith(("UNB ", "no UNB "))
            assert is_taken(fact.body), fact.body


def is_taken(body: bytes) -> bool:
    """A value too long for the contract is refused at the one door, with its place; nothing else may be."""
    try:
        decode_fact(body, RECEIVED)
    except Rejected as refusal:
        return "length" in refusal.detail
    return True


@st.composite
def contents(draw: st.DrawFn) -> bytes:
    kind = draw(st.sampled_from(KINDS))
    rows = draw(st.lists(st.tuples(st.sampled_from(TAGS), st.lists(VALUES, max_size=6)), max_size=14))
    version = "D:3:UN" if kind == "CONTRL" else draw(st.sampled_from(("D:96A:UN", "D:01B:UN", "D:97A:UN", "")))
    return interchange(message(kind, *("+".join((tag, *values)) for tag, values in rows), version=version))


@given(contents())
def test_any_content_of_a_known_message_is_taken_refused_or_told(body: bytes) -> None:
    check(body)


@given(st.sampled_from(WIRES), st.integers(0, 900), st.binary(max_size=4), st.integers(0, 30))
def test_a_damaged_golden_message_is_taken_refused_or_told(wire: bytes, at: int, patch: bytes, cut: int) -> None:
    check(wire[:at] + patch + wire[at + cut :], bare=True)


@given(st.sampled_from(sorted(CONVERTERS)), st.text(max_size=24))
def test_a_converter_gives_text_for_any_text(name: str, text: str) -> None:
    assert isinstance(CONVERTERS[name](text), str)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"the real documents are not at {SAMPLES}")
def test_every_real_document_is_taken_refused_or_told_in_every_role() -> None:
    for path in sorted(SAMPLES.rglob("*")):
        if path.is_file():
            check(path.read_bytes(), bare=True)
