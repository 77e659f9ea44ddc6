"""Routing and acknowledging: each set on its own, each envelope by its own faults (peers.md §5 #7, #12, #19)."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from crossdock.connectors.x12.codes import NO_MEANING
from crossdock.connectors.x12.inbound import X12Decoder
from crossdock.mapping.spec import parse_map
from crossdock.mediation.library import Library, Shelf
from tests.connectors.x12.kit import context, file, idents, reply, tell, tell_997
from tests.unit.formats.x12.documents import STATUS, group, interchange, transaction

NINETY = transaction("990", "B1*NVTR*LD-5*20260602*A")
STATUSES = transaction("214", *STATUS)


def test_a_mixed_interchange_is_routed_and_acknowledged_set_by_set() -> None:
    unknown = transaction("204", "B2**NVTR**SHP-1**PP", "B2A*00", control="0003")
    wrong = transaction("214", *STATUS, control="0002", count="9")
    body = interchange([group([STATUSES, wrong, unknown]), group([NINETY], kind="GF", control="13")])
    told = tell(body, context())
    assert [fact.type for fact in told.facts] == ["tracking.milestone", "carrier.accepted"]
    assert told.codes == ["X12-718-4", "X12-718-1"]
    rows = reply(body, context())
    assert [row for row in rows if row[0] in ("AK2", "AK5", "AK9")] == [
        ["AK2", "214", "0001"],
        ["AK5", "A"],
        ["AK2", "214", "0002"],
        ["AK5", "R", "4"],
        ["AK2", "204", "0003"],
        ["AK5", "R", "1"],
        ["AK9", "P", "3", "3", "1"],
        ["AK2", "990", "0001"],
        ["AK5", "A"],
        ["AK9", "A", "1", "1", "1"],
    ]


def test_a_missing_map_names_what_is_taken() -> None:
    (finding,) = tell(interchange([group([transaction("850", "BEG*00")])]), context()).findings
    assert "no map for set 850 from a CAR partner; sets taken: 210, 214, 824, 990, 997, 999" in finding.detail


@pytest.mark.parametrize("code", sorted(NO_MEANING))
def test_a_set_without_a_canonical_meaning_is_judged_answered_and_told_with_its_reason(code: str) -> None:
    body = file(code, "W06*N*SO-1")
    told = tell(body, context("WMS"))
    assert told.facts == []
    (finding,) = (one for one in told.findings if one.code == "X12-718-1")
    assert f"no map for set {code}, which has no canonical meaning: {NO_MEANING[code]}" in finding.detail
    if code != "943":
        assert any(one.code.startswith("X12-720") for one in told.findings)
    answer = reply(body, context("WMS"))
    verdict = next(row for row in answer if row[0] == "AK5")
    assert (verdict[:2], "1" in verdict[2:]) == (["AK5", "R"], True)


def test_a_partners_own_map_gives_a_set_without_meaning_one() -> None:
    spec = parse_map(
        "nvtr/943",
        '[map]\nsyntax = "x12"\ndocument = "943"\nversion = "1"\nsource = "agreed"\n[[fact]]\n'
        'type = "tracking.milestone"\nsubject = { id = "W06.02" }\n[fact.fields]\nmilestone = "=CHECKPOINT"\n'
        'raw = { code = "W06.01" }\n',
    )
    library = Library({"x12": Shelf()}, {"nvtr": Shelf((spec,))})
    decoded = X12Decoder(library).decode(file("943", "W06*N*SO-1"), "", context("CAR"))
    assert len(decoded.facts) == 1


def test_a_set_of_another_role_is_not_taken() -> None:
    assert tell(interchange([group([STATUSES])]), context("WMS")).codes == ["X12-718-1"]


def test_a_group_with_wrong_totals_tells_nothing_and_the_next_one_does() -> None:
    body = interchange([group([STATUSES], count="2"), group([NINETY], kind="GF", control="13")])
    told = tell(body, context())
    assert [fact.type for fact in told.facts] == ["carrier.accepted"]
    assert told.codes == ["X12-716-5"]


def test_a_cut_interchange_tells_nothing_and_is_refused_by_ta1() -> None:
    body = interchange([group([STATUSES])])[:-18]
    told = tell(body, context())
    assert told.facts == []
    assert ["TA1", "000000431", "260602", "1558", "R", "023"] in reply(body, context())


def test_what_a_partner_is_known_for_is_tolerated_and_acknowledged_with_errors() -> None:
    body = interchange([group([transaction("214", *STATUS, count="9")], count="2")])
    given = context(tolerate=["718-4", "716-5"])
    told = tell(body, given)
    assert len(told.facts) == 1
    assert {(finding.code, finding.severity) for finding in told.findings} == {
        ("X12-718-4", "warning"),
        ("X12-716-5", "warning"),
    }
    assert ["AK5", "E", "4"] in reply(body, given)
    assert ["AK9", "E", "2", "1", "1", "5"] in reply(body, given)


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"isa_sender": "SENDER", "isa_receiver": "RECEIVER", "usage": "P"}, ""),
        ({"isa_sender": "OTHER"}, "X12-I18-006"),
        ({"isa_receiver": "OTHER"}, "X12-I18-009"),
        ({"usage": "T"}, "X12-I18-020"),
    ],
)
def test_the_envelope_must_name_the_agreed_parties(settings: dict[str, str], code: str) -> None:
    told = tell(interchange([group([STATUSES])]), context(**settings))
    assert told.codes == ([code] if code else [])
    assert len(told.facts) == (0 if code else 1)


def test_settings_of_the_wrong_kind_are_a_finding_not_a_crash() -> None:
    (finding,) = tell(interchange([group([STATUSES])]), context(tolerate="718-4")).findings
    assert finding.code == "CONFIG"
    assert "tolerate" in finding.detail


def test_an_interchange_is_known_by_its_parties_and_number() -> None:
    one = interchange([group([STATUSES])])
    two = interchange([group([STATUSES])], control="000000432")
    assert tell(one, context()).decoded.control == "SENDER|RECEIVER|000000431"
    decoded = tell(one + two, context()).decoded
    assert decoded.control == "SENDER|RECEIVER|000000431 SENDER|RECEIVER|000000432"
    assert decoded.reply_keys == ("SENDER|RECEIVER|000000431", "SENDER|RECEIVER|000000432")


def test_the_same_file_and_numbers_give_the_same_replies_whenever_it_comes_again() -> None:
    body = interchange([group([STATUSES])])
    later = msgspec.structs.replace(context(), received_at=datetime(2026, 7, 1, tzinfo=UTC))
    first = X12Decoder().replies(body, context(), [7])
    assert first == X12Decoder().replies(body, later, [7])
    assert b"*260602*1558*U*00401*000000007*" in first[0]


def test_changed_settings_of_a_partner_are_read_again() -> None:
    decoder, body = X12Decoder(), interchange([group([STATUSES])])
    assert decoder.decode(body, "", context()).findings == []
    assert decoder.decode(body, "", context(isa_sender="OTHER")).findings != []


def test_a_delimiter_that_stands_in_what_is_echoed_is_replaced() -> None:
    body = interchange([group([transaction("214", *STATUS)])]).replace(b"*P*>", b"*P*-").replace(b"APPSEND", b"APP-SND")
    (answer,) = X12Decoder().replies(body, context(), [7])
    assert answer[104:105] == b">"
    assert b"*APP-SND*" in answer


def test_a_997_acknowledges_or_refuses_each_of_our_sets() -> None:
    told = tell_997("AK1*OW*17", "AK2*940*0001", "AK5*A", "AK9*A*1*1*1")
    (fact,) = told.facts
    assert (fact.type, idents(fact)) == ("command.acknowledged", ["control|nvtr|17.0001"])
    assert (fact.payload.command, fact.payload.idempotency_key) == ("create_fulfilment_order", "control:17.0001")  # type: ignore[attr-defined]
    assert told.decoded.reply_keys == ()


def test_a_997_that_rejects_says_which_segment_was_wrong() -> None:
    (fact,) = tell_997(
        "AK1*SM*000017", "AK2*204*0001", "AK3*B2*2**8", "AK4*4**5*LD-5", "AK5*R*5", "AK9*R*1*1*0", role="CAR"
    ).facts
    assert (fact.type, idents(fact)) == ("command.refused", ["control|nvtr|17.0001"])
    assert "segment 2 B2: 720-8; element 4: 723-5 'LD-5'; 718-5" in fact.payload.reason  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("verdict", "kind"), [("A", "command.acknowledged"), ("E", "command.acknowledged"), ("R", "command.refused")]
)
def test_a_997_without_sets_speaks_for_the_whole_group(verdict: str, kind: str) -> None:
    (fact,) = tell_997("AK1*OW*17", f"AK9*{verdict}*1*1*{int(verdict != 'R')}").facts
    assert (fact.type, idents(fact)) == (kind, ["control|nvtr|17.0001"])


def test_a_ta1_that_rejects_refuses_what_was_in_the_interchange() -> None:
    refused = interchange(["TA1*000000017*260602*1558*R*006~"], count="0")
    (fact,) = tell(refused, context("WMS")).facts
    assert (fact.type, idents(fact)) == ("command.refused", ["control|nvtr|17.0001"])
    assert "I18-006" in fact.payload.reason  # type: ignore[attr-defined]
    assert tell(refused.replace(b"*R*006", b"*A*000"), context("WMS")).facts == []


def test_two_digit_years_and_old_envelopes_read_against_the_year_of_receipt() -> None:
    given = msgspec.structs.replace(context(), received_at=datetime(2031, 1, 1, tzinfo=UTC))
    body = file("214", "B10*P*S*NVTR", "AT7*AF*NS***300602*1605*UT")
    (fact,) = X12Decoder().decode(body, "", given).facts
    assert b"2030-06-02T16:05:00Z" in fact.body


def test_an_interchange_is_counted_between_its_parties() -> None:
    one, two = (interchange([group([STATUSES])], control=number) for number in ("000000431", "000000433"))
    assert tell(one + two, context()).decoded.series == (("SENDER|RECEIVER|P", 431), ("SENDER|RECEIVER|P", 433))


def test_a_breach_of_the_grammar_is_a_warning_or_an_error_as_agreed() -> None:
    body = file("214", "B10*P*S*NVTR", "LX*1", "AT7*AF*NS***20260602*1605*UT", "N4*X")
    tolerant = tell(body, context())
    assert [(finding.code, finding.severity) for finding in tolerant.findings] == [
        ("X12-720-2", "warning"),
        ("X12-723-4", "warning"),
    ]
    assert (len(tolerant.facts), ["AK5", "E", "5"] in reply(body, context())) == (1, True)
    strict = tell(body, context(validate="strict"))
    assert {finding.severity for finding in strict.findings} == {"error"}
    assert (len(strict.facts), ["AK5", "R", "5"] in reply(body, context(validate="strict"))) == (0, True)


def test_what_the_reader_has_told_the_grammar_does_not_tell_again() -> None:
    told = tell(file("214", "LX*1", "AT7*AF*NS***20260231*1605*UT"), context())
    assert told.codes == ["X12-720-3", "X12-723-8"]
    told = tell(file("214", "B10*P*S*NVTR", "LX*1", "AT7*AF*NS***20260231*1605*UT"), context())
    assert told.codes == ["X12-723-8"]


def test_a_partner_who_wants_a_999_gets_one() -> None:
    body = file("214", *STATUS).replace(b"004010", b"005010").replace(b"*U*00401*", b"*^*00501*")
    assert ["ST", "997", "0001"] in reply(body, context())
    assert ["ST", "999", "0001"] in reply(body, context(acknowledge="999"))
    assert ["IK5", "A"] in reply(body, context(acknowledge="999"))
