"""Every message is judged on its own, and its sender is told what is wrong with it and where."""

from __future__ import annotations

import pytest

from crossdock.connectors.edifact.inbound import EdifactDecoder
from crossdock.connectors.edifact.times import spoken
from crossdock.formats.edifact.reader import read_edifact
from crossdock.kernel.instant import TimeQuality
from crossdock.mapping.codes import CodeTable
from crossdock.mapping.spec import parse_map
from crossdock.mediation.library import Library, Shelf
from tests.connectors.edifact.kit import STATUS, context, decoder, interchange, message, replies, tell

GOOD = message("IFTSTA", *STATUS)
BAD_DATE = message("IFTSTA", *STATUS[:-1], "DTM+334:20260299:102", control="2")
SEGMENT_TWICE = message("IFTSTA", *STATUS[:2], "TSR+1", "TSR+2", *STATUS[2:], control="3")


def test_of_a_mixed_interchange_the_good_messages_apply_and_the_bad_one_is_refused_at_its_place() -> None:
    body = interchange(GOOD, BAD_DATE, message("IFTSTA", *STATUS, control="4"))
    told = tell(body, context())
    assert [fact.subject.id for fact in told.facts] == ["SHP-88001", "SHP-88001"]
    assert told.errors == [("INT-02", "UNB 431 / UNH 2 / segment 7 DTM-01-2")]
    (rows,) = replies(body, context())
    assert rows[2:-3] == [
        "UCI+431+PARTNER+CROSSDOCK+7",
        "UCM+1+IFTSTA:D:96A:UN+7",
        "UCM+2+IFTSTA:D:96A:UN+4",
        "UCS+7",
        "UCD+12+2:2",
        "UCM+4+IFTSTA:D:96A:UN+7",
    ]


def test_what_is_not_there_is_told_at_the_segment_it_is_looked_for() -> None:
    body = interchange(message("IFTSTA", *STATUS[:2], "CNI+1", *STATUS[3:4], STATUS[5]))
    told = tell(body, context())
    assert told.facts == []
    assert [code for code, _ in told.errors] == ["INT-02"]
    assert "UCS+5+13" in replies(body, context())[0]


def test_an_unknown_code_is_told_to_us_and_refuses_nothing() -> None:
    rows = (*STATUS, "STS+1+QQQ", "RFF+CU:SHP-88002", "DTM+334:202606021605:203")
    body = interchange(message("IFTSTA", *rows))
    told = tell(body, context())
    assert [fact.subject.id for fact in told.facts] == ["SHP-88001"]
    assert told.errors == [("MDM-03", "UNB 431 / UNH 1 / segment 8 STS-02-1")]
    assert replies(body, context()) == []
    assert "UCM+1+IFTSTA:D:96A:UN+7" in replies(body, context(contrl=True))[0]


def test_a_message_outside_of_an_interchange_is_refused_unless_that_was_agreed() -> None:
    body = GOOD.encode()
    refused, taken = tell(body, context()), tell(body, context(bare=True))
    assert (refused.facts, refused.errors[0][0], refused.decoded.reply_keys) == ([], "EDI-UNB", ())
    assert [fact.type for fact in taken.facts] == ["tracking.milestone"]
    assert [one.severity for one in taken.findings] == ["warning"]
    assert taken.decoded.control == ""


def test_a_breach_of_the_messages_own_directory_refuses_it_unless_it_is_tolerated() -> None:
    body = interchange(SEGMENT_TWICE)
    assert tell(body, context()).errors == [("EDIFACT-UCS-35", "UNB 431 / UNH 3 / segment 5 TSR")]
    assert "UCS+5+35" in replies(body, context())[0]
    tolerant = tell(body, context(tolerate=["UCS-35"]))
    assert (len(tolerant.facts), tolerant.errors) == (1, [])


def test_a_breach_of_a_directory_that_is_only_borrowed_is_a_remark() -> None:
    body = interchange(message("IFTSTA", *STATUS[:2], "TSR+1", "TSR+2", *STATUS[2:], version="D:97B:UN"))
    told = tell(body, context())
    assert (len(told.facts), told.errors) == (1, [])
    assert {one.severity for one in told.findings} == {"warning", "info"}


@pytest.mark.parametrize(
    ("settings", "head", "code"),
    [
        ({"sender": "OTHER"}, "", "EDIFACT-UCI-23"),
        ({"receiver": "OTHER"}, "", "EDIFACT-UCI-7"),
        ({"usage": "P"}, "++++++1", "EDIFACT-UCI-25"),
        ({"usage": "T"}, "", "EDIFACT-UCI-25"),
    ],
)
def test_an_envelope_of_other_parties_or_another_purpose_is_refused_as_a_whole(
    settings: dict[str, object], head: str, code: str
) -> None:
    body = interchange(GOOD, head=head)
    told = tell(body, context("CAR", **settings))
    assert (told.facts, [found for found, _ in told.errors]) == ([], [code])
    assert replies(body, context("CAR", **settings))[0][2].startswith("UCI+431+PARTNER+CROSSDOCK+4+")
    assert tell(interchange(GOOD, head="++++++1"), context(usage="T")).errors == []


def test_a_message_the_role_has_nothing_to_say_with_is_refused_without_agreement() -> None:
    body = interchange(GOOD, message("COPRAR", "BGM+1", control="2"))
    told = tell(body, context("WMS"))
    assert [code for code, _ in told.errors] == ["EDIFACT-UCM-17", "EDIFACT-UCM-17"]
    assert "messages taken: APERAK, CONTRL, DESADV, INVRPT, ORDRSP, RECADV" in told.findings[0].detail
    assert "UCM+1+IFTSTA:D:96A:UN+4+17+UNH+3:1" in replies(body, context("WMS"))[0]


def test_a_message_that_says_nothing_of_ours_goes_to_a_person_and_is_not_held_against_its_sender() -> None:
    body = interchange(message("CUSRES", "BGM+962+R-1+11", "GIS+36", "RFF+ABE:L-1"))
    told = tell(body, context("CUS"))
    assert (told.facts, [(one.code, one.severity) for one in told.findings]) == ([], [("MDM-03", "error")])
    assert replies(body, context("CUS")) == []


def test_the_control_reference_names_the_file_and_counts_where_that_was_agreed() -> None:
    decoded = tell(interchange(GOOD, control="0017"), context(counted=True)).decoded
    assert decoded.control == "PARTNER|CROSSDOCK|0017"
    assert decoded.series == (("PARTNER|CROSSDOCK|P", 17),)
    assert tell(interchange(GOOD), context()).decoded.series == ()
    assert tell(interchange(GOOD, control="A17"), context(counted=True)).decoded.series == ()


def test_settings_that_are_none_are_told_and_read_nothing() -> None:
    told = tell(interchange(GOOD), context(usage="X"))
    assert (told.facts, [one.code for one in told.findings]) == ([], ["CONFIG"])


def test_settings_are_read_once_and_again_when_they_change() -> None:
    one = context(carrier="NVTR")
    first, again = tell(interchange(GOOD), one), tell(interchange(GOOD), one)
    assert first.facts[0].refs == again.facts[0].refs
    assert ("pro", "NVTR") in [(ref.scheme, ref.scope) for ref in first.facts[0].refs]
    other = tell(interchange(GOOD), context(carrier="ELSE"))
    assert ("pro", "ELSE") in [(ref.scheme, ref.scope) for ref in other.facts[0].refs]


def test_a_partners_own_map_in_any_language_reads_what_we_have_no_map_for() -> None:
    own = parse_map(
        "partner-1/COPRAR",
        '[map]\nsyntax = "edifact"\ndocument = "COPRAR"\nversion = "1"\nsource = "theirs"\n'
        '[[fact]]\ntype = "order.held"\nsubject = { id = "BGM.02" }\n'
        '[fact.fields]\nhold_id = "BGM.02"\ntype = { from = "BGM.01", codes = "holds" }\n',
    )
    holds = CodeTable("holds", {"1": {"value": "credit"}})
    library = Library({"edifact": Shelf()}, {"partner-1": Shelf((own,), {"holds": holds})})
    body = interchange(message("COPRAR", "BGM+1+SO-1", version="D:99Z:UN"))
    decoded = EdifactDecoder(library).decode(body, "", context("ERP"))
    assert b'"type":"order.held"' in decoded.facts[0].body


def test_an_interchange_without_a_usable_time_was_written_when_it_came() -> None:
    unread = read_edifact(interchange(GOOD).replace(b"260602:1958", b"26X602:1958")).interchanges[0]
    assert (spoken(unread, context()).instant, spoken(unread, context()).quality) == (
        context().received_at,
        TimeQuality.ASSUMED,
    )
    ahead = read_edifact(interchange(GOOD).replace(b"260602:1958", b"260602:1759")).interchanges[0]
    assert spoken(ahead, context()).offset_min == 120
    in_utc = read_edifact(interchange(GOOD).replace(b"260602:1958", b"260602:2030")).interchanges[0]
    assert spoken(in_utc, context()).instant == context().received_at


def test_a_reply_is_dated_as_what_it_answers_and_the_same_whenever_it_is_written() -> None:
    body = interchange(BAD_DATE)
    numbers = [7]
    first = decoder().replies(body, context(), numbers)
    assert first == decoder().replies(body, context(), numbers)
    assert b"+260602:1958+7'" in first[0]


def test_what_a_partners_settings_say_is_there_for_its_maps() -> None:
    rows = (*STATUS[:2], "CNI+1+NV1", "STS+1+21", "DTM+334:202606021605:203")
    (fact,) = tell(interchange(message("IFTSTA", *rows)), context(carrier="NVTR", words={"carrier": "ELSE"})).facts
    assert [(ref.scheme, ref.scope) for ref in fact.refs] == [("shipment", ""), ("pro", "NVTR")]


def test_of_several_warehouses_the_one_a_message_names_is_translated() -> None:
    rows = ("BGM+35+ST-1+9", "DTM+137:202606010830:203", "NAD+WH+{}", "LIN+1++0950110102091:EN", "QTY+145:4")
    sites = {"THEIRS-1": "WH-1", "THEIRS-2": "WH-2"}
    for theirs, ours in (("THEIRS-2", "WH-2"), ("THEIRS-1", "WH-1"), ("OTHER", "WH-9")):
        body = interchange(message("INVRPT", *(row.format(theirs) for row in rows)))
        (fact,) = tell(body, context("WMS", site="WH-9", sites=sites)).facts
        assert fact.subject.id == ours


def test_a_partner_that_cannot_count_is_taken_where_that_is_agreed() -> None:
    body = interchange(GOOD.replace("UNT+8+1", "UNT+5+1"))
    assert tell(body, context()).errors == [("EDIFACT-UCM-29", "UNB 431 / UNH 1 / segment 8 UNT-01")]
    told = tell(body, context(tolerate=["UCM-29"]))
    assert (len(told.facts), [(one.code, one.severity) for one in told.findings]) == (
        1,
        [("EDIFACT-UCM-29", "warning")],
    )
    assert "UCM+1+IFTSTA:D:96A:UN+7" in replies(body, context(tolerate=["UCM-29"], contrl=True))[0]
