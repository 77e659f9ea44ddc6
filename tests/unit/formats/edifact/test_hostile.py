"""Whatever the bytes: nothing is raised, every byte survives, every place is inside the file, every answer is sound."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossdock.formats.edifact.acknowledgement import answer, owes_answer, read_acknowledgement
from crossdock.formats.edifact.document import EdifactDocument
from crossdock.formats.edifact.grammar import FAULTS_MAX, validate
from crossdock.formats.edifact.marks import SEGMENT_MAX
from crossdock.formats.edifact.reader import read_edifact
from crossdock.formats.edifact.tree import Interchange, Reading
from crossdock.formats.edifact.writer import write_edifact
from crossdock.kernel.tree import Node
from tests.unit.formats.edifact.documents import STATUS, codes, group, interchange, message
from tests.unit.formats.mutation import mutated

SAMPLES = Path(__file__).parents[5] / "shared" / "samples" / "edifact"
AT = datetime(2026, 6, 2, tzinfo=UTC)
SEEDS = (
    interchange([group([message("IFTSTA", *STATUS), message("IFTSTA", *STATUS, control="2")])], ack="1"),
    interchange([message("ORDERS", "BGM+220+A?+B?'C??+9", "UNS+S"), message("X", control="2")], una="UNA:+.? '"),
    interchange([message("DESADV", "BGM+351*352", version="D:01B:UN")], una="UNA:+.?*'", level="UNOW:4"),
)
SYNTAX = "' + : ? ?? UNA:+.? UNB+UNOA:4+ UNZ+1+ UNH+ UNT+5+ UNG+ UNE+ UNS+D' UIB+ STS:1+1*2' \xc3\xa9 \xff \x00 \x1a"
TOKENS = (*(each.encode("latin-1") for each in SYNTAX.split(" ")), b"\r\n", b"\x1f", b"\x1e", b" ")


def check(body: bytes) -> Reading:
    reading = read_edifact(body)
    assert write_edifact(reading) == body
    for one in reading.interchanges:
        for each in one.messages:
            root = validate(each).root
            assert sorted(node.at for node in nodes(root)) == list(range(len(each.texts)))
            places(EdifactDocument(each), root, body)
            if each.kind == "CONTRL":
                read_acknowledgement(each)
        if owes_answer(one):
            check_answer(one)
    for fault in reading.findings():
        assert 0 <= fault.offset <= len(body)
        assert fault.detail
    return reading


def nodes(root: Node) -> Iterator[Node]:
    yield root
    for child in root.children:
        yield from nodes(child)


def places(document: EdifactDocument, root: Node, body: bytes) -> None:
    """Each segment's bytes are where it says."""
    one = document.message.interchange
    for node in list(nodes(root))[:50]:
        place = document.where(node, "")
        found = body[place.start : place.start + place.length].decode("latin-1")
        assert found == one.texts[document.message.first + node.at]


def check_answer(one: Interchange) -> None:
    reply = read_edifact(answer(one, 1, AT))
    assert list(reply.findings()) == []
    (back,) = reply.interchanges
    assert (back.sender[0], back.receiver[0]) == (one.receiver[0], one.sender[0])
    told = read_acknowledgement(back.messages[0])
    assert told is not None
    assert told.control == one.control
    assert validate(back.messages[0]).root.children


@settings(deadline=None)
@given(mutated(SEEDS, TOKENS))
def test_a_damaged_file_is_read_told_and_kept_whole(body: bytes) -> None:
    check(body)


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_at_all_are_read(body: bytes) -> None:
    check(body)


@settings(deadline=None)
@given(st.text(alphabet="UNABHTZ+:'?* 14\n", max_size=300))
def test_text_made_of_nothing_but_syntax_is_read(text: str) -> None:
    check(text.encode())


@settings(deadline=None)
@given(st.text(alphabet=[chr(code) for code in range(256)], min_size=6, max_size=6), st.sampled_from(["UNB", "UNH"]))
def test_any_service_characters_are_taken_or_refused(signs: str, tag: str) -> None:
    component, element, _, _, _, segment = tuple(signs)
    rest = f"{tag}+UNOC:4+S:14+R:14+20260602:1558+1'UNH+1+ORDERS:D:96A:UN'UNT+2+1'UNZ+1+1'"
    text = rest.translate({ord(":"): component, ord("+"): element, ord("'"): segment})
    check(f"UNA{signs}{text}".encode("latin-1"))


@pytest.mark.parametrize(
    "data", ["+" * 3_000_000, "?" * 3_000_000, ":" * 3_000_000, "?'" * 1_000_000, "A" * 3_000_000, "?+" * 1_000_000]
)
def test_a_segment_of_megabytes_is_told_and_never_divided_whole(data: str) -> None:
    body = interchange([message("ORDERS", f"FTX+{data}")])
    reading = read_edifact(body)
    assert "UCI-18" in [fault.code for fault in reading.findings()]
    assert write_edifact(reading) == body
    for one in reading.interchanges[0].messages:
        assert len(validate(one).faults) <= FAULTS_MAX
        assert max(sum(map(len, row)) for row in one.rows) <= SEGMENT_MAX


@pytest.mark.parametrize(
    "one", [b"UNB+", b"UNH+'", b"UNZ+'", b"UNA:+.? '", b"UNB+UNOA:1'UNH+1+A'", b"'", b"\n", b"UNG+'"]
)
def test_a_file_of_nothing_but_the_same_ends_with_bounded_findings(one: bytes) -> None:
    body = one * 11_000
    reading = read_edifact(body)
    assert write_edifact(reading) == body
    assert reading.faults or any(each.faults for each in reading.interchanges)


def samples() -> Iterator[Path]:
    return (path for path in sorted(SAMPLES.rglob("*")) if path.is_file())


@pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"the real documents are not at {SAMPLES}")
def test_every_real_document_is_read_or_refused_with_an_exact_finding() -> None:
    read = refused = 0
    for path in samples():
        body = path.read_bytes()
        errors = [code for code in codes(body) if not code.startswith("?")]
        reading = check(body)
        has_messages = any(one.messages for one in reading.interchanges)
        assert has_messages or errors, f"{path.name} gives neither messages nor a finding"
        read, refused = read + (not errors), refused + bool(errors)
    assert read + refused == 171
    assert read >= 90


@pytest.mark.parametrize("version", ["0", "5", "9", "x", ""])
def test_a_syntax_version_there_is_none_of_is_answered_all_the_same(version: str) -> None:
    body = interchange([message("IFTSTA", *STATUS)], level=f"UNOC:{version}", ack="1")
    (one,) = check(body).interchanges
    assert owes_answer(one)
    assert b"UNB+UNOC:3+" in answer(one, 1, AT)
