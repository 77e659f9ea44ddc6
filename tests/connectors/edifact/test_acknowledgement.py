"""CONTRL and APERAK on what we sent name our number, and say yes or no only where their sender does."""

from __future__ import annotations

import pytest

from crossdock.canonical.events.platform import CommandAcknowledged, CommandRefused
from crossdock.connectors.edifact.acknowledgement import control_id
from tests.connectors.edifact.kit import Told, context, interchange, message, replies, tell

UCI = "UCI+17+CROSSDOCK+PARTNER"


def contrl(*rows: str, **settings: object) -> Told:
    return tell(interchange(message("CONTRL", *rows, version="D:3:UN")), context("WMS", **settings))


def aperak(*rows: str, **settings: object) -> Told:
    return tell(interchange(message("APERAK", "BGM+305+AP-1" + rows[0], *rows[1:])), context("CAR", **settings))


def test_our_number_is_the_same_with_and_without_padding() -> None:
    assert (control_id(17), control_id("0017"), control_id("0")) == ("17", "17", "0")


def test_an_accepted_interchange_acknowledges_the_command_under_its_number() -> None:
    (fact,) = contrl(f"{UCI}+7").facts
    assert isinstance(fact.payload, CommandAcknowledged)
    assert (fact.payload.idempotency_key, fact.refs[0].ident) == ("control:17", "control|partner-1|17")


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ((f"{UCI}+4+23",), "our interchange 17: UCI-23"),
        ((f"{UCI}+4",), "our interchange 17: no reason given"),
        (
            (f"{UCI}+7", "UCM+17+ORDERS:D:96A:UN+4+18", "UCS+9+35", "UCD+12+3:1"),
            "our interchange 17: UCM-18; segment 9: UCS-35; element 3-1: UCD-12",
        ),
        ((f"{UCI}+7", "UCF+1+A+B+4"), "our interchange 17: no reason given"),
    ],
)
def test_a_refusal_on_any_level_refuses_the_command_with_what_was_said(rows: tuple[str, ...], reason: str) -> None:
    (fact,) = contrl(*rows).facts
    assert isinstance(fact.payload, CommandRefused)
    assert fact.payload.reason.endswith(reason)


def test_received_only_is_no_answer_unless_the_partner_never_says_more() -> None:
    assert contrl(f"{UCI}+8").facts == []
    assert [fact.type for fact in contrl(f"{UCI}+8", receipt=True).facts] == ["command.acknowledged"]


def test_an_answer_that_is_none_is_remarked_and_one_without_a_number_refused() -> None:
    assert [(one.code, one.severity) for one in contrl(f"{UCI}+5").findings] == [("EDIFACT-UCD-12", "warning")]
    unnumbered = contrl("UCI++CROSSDOCK+PARTNER+7")
    assert (unnumbered.facts, [code for code, _ in unnumbered.errors]) == ([], ["EDIFACT-UCD-13"])
    assert contrl("UCM+1+ORDERS:D:96A:UN+7").facts == []


def test_a_syntax_acknowledgment_is_never_answered() -> None:
    body = interchange(message("CONTRL", "UCM+1", version="D:3:UN"))
    assert replies(body, context("WMS", contrl=True)) == []


@pytest.mark.parametrize(
    ("rows", "meant"),
    [
        (("+29", "RFF+ACW:0017"), "command.acknowledged"),
        (("+9+AP", "RFF+DM:17", "ERC+1"), "command.acknowledged"),
        (("+9", "RFF+ACW:17"), "command.acknowledged"),
        (("+27", "RFF+ACW:17"), "command.refused"),
        (("+9+RE", "RFF+ACW:17"), "command.refused"),
        (("+9", "RFF+ACW:17", "ERC+ITEM", "FTX+AAO+++NOT KEPT:HERE"), "command.refused"),
    ],
)
def test_an_application_answer_is_a_yes_or_a_no(rows: tuple[str, ...], meant: str) -> None:
    (fact,) = aperak(*rows).facts
    assert (fact.type, fact.refs[0].ident) == (meant, "control|partner-1|17")


def test_an_application_error_is_told_in_the_partners_code_and_words() -> None:
    (fact,) = aperak("+9", "RFF+ACW:17", "ERC+ITEM", "FTX+AAO+++NOT KEPT:HERE").facts
    assert isinstance(fact.payload, CommandRefused)
    assert fact.payload.reason == "the partner refused our message 17: error ITEM; NOT KEPT HERE"


def test_a_code_the_partner_calls_harmless_refuses_nothing() -> None:
    (fact,) = aperak("+9", "RFF+ACW:17", "ERC+1", harmless=["1"]).facts
    assert fact.type == "command.acknowledged"


@pytest.mark.parametrize("row", ["RFF+ON:SO-1", "RFF+ACW:PO123456", "RFF+ACW:123456789012345"])
def test_an_application_answer_that_names_no_message_of_ours_is_refused(row: str) -> None:
    told = aperak("+29", row)
    assert (told.facts, [code for code, _ in told.errors]) == ([], ["EDIFACT-UCS-13"])
    assert "send RFF+ACW" in told.findings[0].detail
