"""Our golden documents as implementations written apart from ours read them, and theirs as we do (peers.md §5 no 18).

Expected bytes that we made ourselves prove only that nothing changed: a fault of the writer stands in them too.
pydifact knows EDIFACT, the reader of the demo's simulated partners X12; neither shares a line with `formats`.
"""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest
from pydifact.segmentcollection import Interchange

from crossdock.demo import x12 as apart
from crossdock.formats.edifact.reader import read_edifact
from crossdock.formats.x12.reader import read_x12

HERE = Path(__file__).parent
EDIFACT = sorted((HERE / "edifact").glob("*/wire.edi"))
X12 = sorted(path for path in (HERE / "x12").glob("*/wire.edi") if path.read_bytes().count(b"GS*") == 1)
# What release characters, the decimal mark and separators do to each other (pydifact#44 and its kin).
AWKWARD = ("a+b", "it's", "a:b", "what?", "??", "?+?:?'", "1.5", "1,5", "end?", "'", "+", " two  blanks ")
COMPONENT = "\x1f"


def told_by_pydifact(text: str) -> list[list[str]]:
    """Segments between UNB and UNZ, components joined as ours are."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        segments = list(Interchange.from_str(text).segments)
    return [
        [one.tag, *(COMPONENT.join(cell) if isinstance(cell, list) else cell for cell in one.elements)]
        for one in segments
    ]


def told_by_us(body: bytes) -> list[list[str]]:
    reading = read_edifact(body)
    return [row for one in reading.interchanges for message in one.messages for row in message.rows]


@pytest.mark.proves("PF-18")
@pytest.mark.parametrize("path", EDIFACT, ids=lambda path: path.parent.name)
def test_pydifact_reads_every_golden_message_as_we_do(path: Path) -> None:
    body = path.read_bytes()
    # UNOC is ISO 8859-1; what says another character set has no letter beyond ASCII.
    assert told_by_pydifact(body.decode("latin-1")) == told_by_us(body)


@pytest.mark.proves("PF-18")
def test_what_pydifact_escapes_is_what_it_was_told_when_we_read_it() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = Interchange.from_str(EDIFACT[0].read_text(encoding="utf-8"))
        made.segments = [one for one in made.segments if one.tag in ("UNH", "UNT")][:2]
        made.segments[1:1] = [type(made.segments[0])("FTX", "AAI", ["", text]) for text in AWKWARD]
        body = made.serialize()
    found = [row[2].partition(COMPONENT)[2] for row in told_by_us(body.encode()) if row[0] == "FTX"]
    assert found == list(AWKWARD)


@pytest.mark.proves("PF-18")
@pytest.mark.parametrize("path", X12, ids=lambda path: path.parent.name)
def test_a_reader_written_apart_reads_every_golden_set_as_we_do(path: Path) -> None:
    body = path.read_bytes()
    theirs, reading = apart.read(body), read_x12(body)
    (group,) = reading.interchanges[0].groups
    assert [[list(row) for row in one] for one in theirs.sets] == [one.rows for one in group.sets]
    assert (theirs.control, theirs.group_control) == (reading.interchanges[0].control, group.control)
