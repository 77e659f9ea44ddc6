"""Files of documents: what is said of a document its sender has no business with."""

from __future__ import annotations

from datetime import UTC, datetime

from crossdock.formats.json_text.document import JsonDocument, read_json
from crossdock.mapping.spec import parse_map
from crossdock.mediation.files import FileDecoder
from crossdock.mediation.library import Library, Shelf
from crossdock.mediation.pieces import PIECES_MAX, Piece
from crossdock.ports.connector import Decoded, IntakeContext

SCAN = """
[map]
syntax = "json"
document = "scan"
version = "1"
source = "written for this test"
[[fact]]
type = "tracking.milestone"
when = ".code != PING"
subject = { id = ".shipment" }
fields = { milestone = "=DELIVERED" }
"""
LIBRARY = Library({"web": Shelf((parse_map("web/scan", SCAN),))})


def split(document: JsonDocument, settings: int, context: IntakeContext) -> list[Piece]:
    return [Piece(document, document.root, "scan", message_id="M-1")] * settings


def decode(body: bytes, role: str = "CAR", *, pieces: int = 1, numbered: bool = False) -> Decoded:
    decoder = FileDecoder("web", LIBRARY, lambda _: pieces, lambda text, _: read_json(text), split, numbered=numbered)
    return decoder.decode(body, "", IntakeContext("p1", role, datetime(2026, 6, 2, tzinfo=UTC), "UTC"))


def test_what_the_role_may_not_state_is_told_with_those_who_may() -> None:
    body = b'{"shipment": "SHP-1"}'
    made = decode(body, "ERP")
    assert (made.facts, len(decode(body, "CAR").facts)) == ([], 1)
    assert "no map reads scan from a ERP partner" in made.findings[0].detail
    assert "is for LMD, TMS to say" in made.findings[0].detail


def test_a_sound_document_no_rule_holds_for_goes_to_a_person() -> None:
    (finding,) = decode(b'{"code": "PING"}').findings
    assert (finding.code, finding.severity) == ("MDM-03", "warning")


def test_the_sender_s_number_is_the_message_s_only_where_it_is_never_used_twice() -> None:
    body = b'{"shipment": "SHP-1"}'
    assert (decode(body).control, decode(body, numbered=True).control) == ("", "M-1")


def test_a_message_of_too_many_documents_is_refused_as_one() -> None:
    made = decode(b'{"shipment": "SHP-1"}', pieces=PIECES_MAX + 1)
    assert (made.facts, [finding.code for finding in made.findings]) == ([], ["INT-02"])
