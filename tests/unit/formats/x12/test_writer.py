"""Trees to bytes: exact round trips, and refusal of what X12 cannot carry."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from crossdock.formats.x12.reader import read_x12
from crossdock.formats.x12.tree import Delimiters
from crossdock.formats.x12.writer import Draft, Envelope, Sender, compose, write_x12
from crossdock.kernel.errors import Rejected

ENVELOPE = Envelope(
    sender=Sender("ZZ", "CROSSDOCK"),
    receiver=Sender("02", "NVTR", "NVTRAPP"),
    at=datetime(2026, 6, 2, 9, 5, tzinfo=UTC),
    isa_control=17,
    group_control=17,
    functional="OW",
)


def test_an_interchange_is_written_in_fixed_widths_with_its_totals() -> None:
    body = compose(ENVELOPE, [Draft("940", "0001", [["W05", "N", "SO-1", "", ""]])])
    assert body.startswith(
        b"ISA*00*          *00*          *ZZ*CROSSDOCK      *02*NVTR           *260602*0905*U*00401*000000017*0*P*>~"
        b"GS*OW*CROSSDOCK*NVTRAPP*20260602*0905*17*X*004010~"
    )
    assert body.endswith(b"ST*940*0001~W05*N*SO-1~SE*3*0001~GE*1*17~IEA*1*000000017~")
    assert list(read_x12(body).findings()) == []


@pytest.mark.proves("PF-18")
def test_what_was_composed_reads_back_and_writes_the_same_bytes() -> None:
    body = compose(ENVELOPE, [Draft("940", f"{n:04d}", [["W05", "N", f"SO-{n}"]]) for n in range(1, 40)])
    assert write_x12(read_x12(body)) == body


def test_version_5010_names_its_repetition_separator() -> None:
    later = msgspec.structs.replace(ENVELOPE, version="005010")
    reading = read_x12(compose(later, [Draft("940", "0001", [["W05", "N", "SO-1"]])]))
    assert reading.interchanges[0].delimiters.repetition == "^"
    assert reading.interchanges[0].header[12] == "00501"


@pytest.mark.parametrize("value", ["a*b", "a~b", "a>b", "a\nb", "a\x00b", "Zürich", "a^b"])
def test_a_value_x12_cannot_carry_is_refused_with_its_place(value: str) -> None:
    with pytest.raises(Rejected) as refusal:
        compose(ENVELOPE, [Draft("940", "0001", [["W05", "N", value]])])
    assert refusal.value.where == "W05-02"


@pytest.mark.parametrize(
    "delimiters",
    [Delimiters("*", "*", "~"), Delimiters("*", ">", ">"), Delimiters("**", ">", "~"), Delimiters("", ">", "~")],
)
def test_delimiters_that_are_not_all_different_bytes_are_refused(delimiters: Delimiters) -> None:
    wrong = msgspec.structs.replace(ENVELOPE, delimiters=delimiters)
    with pytest.raises(Rejected, match="delimiters"):
        compose(wrong, [Draft("940", "0001", [["W05", "N", "SO-1"]])])


@pytest.mark.parametrize("sender", [Sender("ZZ", ""), Sender("ZZ", "X" * 16), Sender("ZZZ", "X")])
def test_parties_that_do_not_fit_the_header_are_refused(sender: Sender) -> None:
    wrong = msgspec.structs.replace(ENVELOPE, sender=sender)
    with pytest.raises(Rejected, match="settings"):
        compose(wrong, [])


def test_a_control_number_of_ten_digits_is_refused() -> None:
    wrong = msgspec.structs.replace(ENVELOPE, isa_control=10**9)
    with pytest.raises(Rejected, match="nine digits"):
        compose(wrong, [])
