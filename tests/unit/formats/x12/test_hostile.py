"""Whatever the bytes: nothing is raised, every byte survives, every place is inside the file, every answer is sound."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdock.formats.x12.acknowledgement import answer, owes_answer
from crossdock.formats.x12.envelope import SETS_MAX
from crossdock.formats.x12.reader import read_x12
from crossdock.formats.x12.tree import Interchange, Reading
from crossdock.formats.x12.writer import write_x12
from tests.unit.formats.mutation import mutated
from tests.unit.formats.x12.documents import STATUS, group, interchange, transaction

SAMPLES = Path(__file__).parents[5] / "shared" / "samples" / "x12"
AT = datetime(2026, 6, 2, tzinfo=UTC)
SEED = interchange(
    [
        group([transaction("214", *STATUS), transaction("214", "B10*P*S*NVTR", "BIN*3*a~b", control="0002")]),
        group([transaction("945", "W06*F*SO-1*20260602")], kind="SW", control="13"),
    ]
)
TOKENS = (b"~", b"*", b"~~", b"\r\n", b"ISA*", b"IEA*1*", b"GS*", b"ST*214*", b"SE*5*", b"BIN*5*", b"\x00", b"\xff")


def check(body: bytes) -> Reading:
    reading = read_x12(body)
    assert write_x12(reading) == body
    assert write_x12(read_x12(write_x12(reading))) == body
    for fault in reading.findings():
        assert 0 <= fault.offset <= len(body)
        assert fault.detail
    for one in reading.interchanges:
        if owes_answer(one):
            check_answer(one)
    return reading


def check_answer(one: Interchange) -> None:
    reply = answer(one, 1, 1, AT)
    assert list(read_x12(reply).findings()) == []


@given(mutated((SEED,), TOKENS))
def test_a_damaged_file_is_read_told_and_kept_whole(body: bytes) -> None:
    check(body)


@given(st.binary(max_size=400))
def test_any_bytes_at_all_are_read(body: bytes) -> None:
    check(body)


@given(st.text(alphabet="ISAGTE*~>0123456789\n", max_size=300))
def test_text_made_of_nothing_but_syntax_is_read(text: str) -> None:
    check(text.encode())


def samples() -> Iterator[Path]:
    return (path for path in sorted(SAMPLES.rglob("*")) if path.is_file())


@pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"the real documents are not at {SAMPLES}")
def test_every_real_document_is_read_or_refused_with_an_exact_finding() -> None:
    read = refused = 0
    for path in samples():
        reading = check(path.read_bytes())
        errors = [fault for fault in reading.findings() if fault.severity == "error"]
        has_sets = any(group.sets for one in reading.interchanges for group in one.groups)
        has_notes = any(one.notes for one in reading.interchanges)
        assert has_sets or has_notes or errors, f"{path.name} gives neither sets nor a finding"
        read, refused = read + (not errors), refused + bool(errors)
    assert read + refused == 297
    assert read >= 160


HEAD = SEED[: SEED.index(b"GS*")]


@pytest.mark.parametrize(
    ("one", "code"),
    [
        (HEAD + b"GS*QM*A*B*20260602*1558*1*X*004010~", "X12-BOUND"),
        (HEAD + b"IEA*0*000000017~.", "X12-BOUND"),
        (b"ST*214*0001~", "I18-022"),
        (b"GS*QM*A*B*20260602*1558*1*X*004010~", "I18-022"),
    ],
)
def test_megabytes_of_the_same_are_read_once_and_refused(one: bytes, code: str) -> None:
    """What stands behind an interchange is not searched for its end: 8 MB once took minutes."""
    body = HEAD + one * (2_000_000 // len(one))
    reading = read_x12(body)
    assert code in [fault.code for fault in reading.findings() if fault.severity == "error"]
    assert sum(len(group.sets) for each in reading.interchanges for group in each.groups) <= SETS_MAX
    assert write_x12(reading) == body
