"""Identifiers: the standards' own examples pass, anything else is refused with a sentence (domain.md §0.2)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdock.kernel import identifiers, identifiers_checks
from crossdock.kernel.errors import Rejected
from crossdock.kernel.identifiers import PARSERS, is_valid

GOOD = [
    ("gtin", "4006381333931", "04006381333931"),
    ("gtin", "96385074", "00000096385074"),
    ("gtin", "036000291452", "00036000291452"),
    ("gtin", "10614141000415", "10614141000415"),
    ("gln", "0614141000012", "0614141000012"),
    ("gln", "5012345007779", "5012345007779"),
    ("sscc", "387123450000001019", "387123450000001019"),
    ("sscc", "(00) 3 7613032110910342 0", "376130321109103420"),
    ("sscc", "00006141411234567890", "006141411234567890"),
    ("gsin", "06141411234567890", "06141411234567890"),
    ("scac", "nvtr", "NVTR"),
    ("container", "CSQU 305438-3", "CSQU3054383"),
    ("container", "tghu7599330", "TGHU7599330"),
    ("imo", "IMO 9074729", "9074729"),
    ("imo", "9319466", "9319466"),
    ("mrn", "26NL00051012AB34A6", "26NL00051012AB34A6"),
    ("itn", "X20260602123456", "X20260602123456"),
    ("lrn", "NL1-20260601-0007", "NL1-20260601-0007"),
    ("unlocode", "nl rtm", "NLRTM"),
    ("eori", "DE1234567", "DE1234567"),
    ("vat", "de 136.695.976", "DE136695976"),
    ("lei", "529900T8BM49AURSDO55", "529900T8BM49AURSDO55"),
    ("bic", "deutdeff500", "DEUTDEFF500"),
    ("air_waybill", "12512345675", "125-12345675"),
    ("s10", "RR 473 124 829 GB", "RR473124829GB"),
    ("hs", "8471.30", "847130"),
    ("hs", "8471300000", "8471300000"),
    ("un_number", "UN1203", "1203"),
]


@pytest.mark.parametrize(("kind", "text", "normal"), GOOD)
def test_a_correct_identifier_gets_its_normal_form(kind: str, text: str, normal: str) -> None:
    parsed = PARSERS[kind](text)

    assert parsed == normal
    assert PARSERS[kind](parsed) == parsed


WRONG = [
    ("gtin", "4006381333932", "check digit should be 1"),
    ("gtin", "400638133393", "check digit"),
    ("gtin", "40063813", "check digit"),
    ("gln", "061414100001", "13 digits"),
    ("sscc", "387123450000001018", "check digit should be 9"),
    ("sscc", "38712345000000101", "18 digits"),
    ("gsin", "06141411234567891", "check digit should be 0"),
    ("scac", "N", "2 to 4 letters"),
    ("scac", "NVTR1", "2 to 4 letters"),
    ("container", "CSQU3054384", "check digit should be 3"),
    ("container", "CSQX3054383", "U, J or Z"),
    ("imo", "9074728", "check digit"),
    ("mrn", "26NL00051012AB34A7", "check digit should be 6"),
    ("mrn", "26NL00051012AB34A", "18 signs"),
    ("itn", "X20261302123456", "a date"),
    ("lrn", "A" * 23, "up to 22"),
    ("lrn", "NL1_7", "letters, digits, - or /"),
    ("unlocode", "NLRT1", "2 to 9"),
    ("eori", "1234567", "country"),
    ("vat", "NL123456789B01", "VAT rule of NL"),
    ("lei", "529900T8BM49AURSDO56", "check digits"),
    ("bic", "DEUTDEFF5", "8 or 11"),
    ("bic", "12345678", "4 letters"),
    ("air_waybill", "125-12345676", "check digit should be 5"),
    ("s10", "RR473124828GB", "check digit should be 9"),
    ("hs", "84713", "6, 8 or 10 digits"),
    ("un_number", "UN12", "4 digits"),
]


@pytest.mark.parametrize(("kind", "text", "why"), WRONG)
def test_a_wrong_identifier_is_refused_with_the_rule_and_the_remedy(kind: str, text: str, why: str) -> None:
    with pytest.raises(Rejected) as refusal:
        PARSERS[kind](text)

    assert why in refusal.value.detail
    assert repr(text) in refusal.value.detail
    assert "send again" in refusal.value.detail
    assert not is_valid(kind, text)


@pytest.mark.parametrize("text", ["CSQU305438٣", "ＣSQU3054383", "387123450000001０19"])
def test_look_alikes_of_other_alphabets_are_refused_by_every_kind(text: str) -> None:
    for parse in PARSERS.values():
        with pytest.raises(Rejected, match="outside ASCII"):
            parse(text)


@given(st.text(max_size=40))
def test_no_text_makes_a_parser_fail_in_any_other_way(text: str) -> None:
    for kind, parse in PARSERS.items():
        try:
            normal = parse(text)
        except Rejected:
            continue
        assert is_valid(kind, normal)


@given(st.from_regex(r"[0-9]{17}", fullmatch=True), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_of_an_sscc_is_always_found(payload: str, place: int, shift: int) -> None:
    sscc = payload + identifiers_checks.gs1_digit(payload)
    broken = sscc[:place] + str((int(sscc[place]) + shift) % 10) + sscc[place + 1 :]

    assert is_valid("sscc", sscc)
    assert not is_valid("sscc", broken)


def test_a_long_text_is_not_repeated_in_full_in_the_refusal() -> None:
    with pytest.raises(Rejected) as refusal:
        identifiers.parse_sscc("9" * 5000)

    assert len(refusal.value.detail) < 200
