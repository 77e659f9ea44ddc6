"""One case a cause: not one a message, and not one a fault of the same document (peers.md §5 no 19)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crossdock.app.ingest.causes import DETAIL_MAX, LISTED_MAX, causes_of, message_cases
from crossdock.kernel.codec import encode_json
from crossdock.ports.connector import Finding
from crossdock.ports.store import CaseRow, MessageRow

NOW = datetime(2026, 6, 2, tzinfo=UTC)
SET = "ISA 7 / GS 7 / ST {no} / segment {segment} W12 (byte 200)"


def unit(no: str = "0001") -> Finding:
    return Finding("MDM-04", "unit 'ZZ' is unknown", SET.format(no=no, segment=5), cause="fact.a.qty")


def number(no: str = "0001") -> Finding:
    return Finding("INT-02", "send the number", SET.format(no=no, segment=2), cause="fact.a.no")


def cases(*messages: tuple[str, list[Finding]]) -> list[CaseRow]:
    rows = [
        MessageRow(name, "wms1", "folder:a.edi", "", NOW, "", b"", "refused", 0, encode_json(findings))
        for name, findings in messages
    ]
    return message_cases(rows, NOW)


def test_a_document_wrong_in_two_places_is_one_case_that_lists_both() -> None:
    (case,) = cases(("m1", [unit(), number()]))
    assert (case.code, case.subject, case.slot) == ("INT-02", "wms1", "folder INT-02 fact.a.no")
    assert "send the number (message m1, ISA 7 / GS 7 / ST 0001 / segment 2" in case.detail
    assert "; also: unit 'ZZ' is unknown (ISA 7" in case.detail


@pytest.mark.proves("PF-19")
def test_the_same_cause_in_many_messages_and_sets_is_one_case() -> None:
    told = cases(("m1", [number()]), ("m2", [number("0001"), number("0002")]))
    assert {(one.code, one.slot) for one in told} == {("INT-02", "folder INT-02 fact.a.no")}
    assert len(told) == 2


def test_the_order_of_the_faults_does_not_change_the_case() -> None:
    assert causes_of("folder", [unit(), number()]).keys() == causes_of("folder", [number(), unit()]).keys()


def test_documents_of_one_interchange_that_fail_of_different_causes_are_cases_of_their_own() -> None:
    told = cases(("m1", [number("0001"), unit("0002")]))
    assert [one.code for one in told] == ["INT-02", "MDM-04"]
    assert "also" not in told[0].detail


def test_a_case_lists_so_many_and_says_how_many_more_there_are() -> None:
    (case,) = cases(("m1", [number()] * (LISTED_MAX + 3)))
    assert case.detail.count("send the number") == LISTED_MAX
    assert case.detail.endswith("; also: 3 more are kept with the message")


def test_what_a_case_tells_is_bounded() -> None:
    (case,) = cases(("m1", [Finding("INT-02", "x" * 3_000, "$.a"), Finding("INT-02", "y" * 3_000, "$.b")]))
    assert len(case.detail) == DETAIL_MAX


def test_warnings_and_accepted_messages_make_no_case() -> None:
    assert cases(("m1", [Finding("MDM-03", "unknown", "$.a", "warning")])) == []
    row = MessageRow("m1", "p", "http", "", NOW, "", b"", "accepted", 1, encode_json([number()]))
    assert message_cases([row], NOW) == []
