"""Documents to decoded facts and findings: each on its own, with places and rules."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from crossdock.formats.json_text.document import read_json
from crossdock.mapping.spec import parse_map
from crossdock.mediation.library import Library, MapBook, Shelf
from crossdock.mediation.reading import Words, read_documents
from crossdock.ports.connector import IntakeContext
from tests.unit.mediation.test_library import CODES, SCAN

CONTEXT = IntakeContext("acme", "CAR", datetime(2026, 3, 2, 12, tzinfo=UTC), "Europe/Amsterdam")


def book() -> MapBook:
    spec = parse_map("web/scan", SCAN.format(version="1", versions=""))
    return Library({"web": Shelf((spec,), {"scans": CODES})}).book("web")


def test_a_document_becomes_facts_with_source_and_place() -> None:
    documents = read_json(b'{"shipment": "SHP-1", "code": "OD"}', "scan").documents
    decoded = read_documents(documents, book(), CONTEXT, Words("m-7"))
    (fact,) = decoded.facts
    said = json.loads(fact.body)
    assert said["source"]["message_id"] == "m-7"
    assert said["source"]["message_type"] == "JSON scan"
    assert said["payload"]["milestone"] == "OUT_FOR_DELIVERY"
    assert fact.where
    assert decoded.findings == []


def test_an_unknown_code_is_a_finding_with_its_rule_and_costs_only_its_document() -> None:
    documents = [
        *read_json(b'{"shipment": "SHP-1", "code": "??"}', "scan").documents,
        *read_json(b'{"shipment": "SHP-2", "code": "OD"}', "scan").documents,
    ]
    decoded = read_documents(documents, book(), CONTEXT)
    assert [json.loads(fact.body)["subject"]["id"] for fact in decoded.facts] == ["SHP-2"]
    (finding,) = decoded.findings
    assert (finding.code, finding.severity) == ("MDM-03", "error")
    assert "(fact.scan.fields.milestone" in finding.where


def test_a_document_without_a_map_says_what_there_is_and_what_to_do() -> None:
    documents = read_json(b'{"a": "1"}', "invoice").documents
    (finding,) = read_documents(documents, book(), CONTEXT).findings
    assert finding.code == "INT-02"
    assert "no map reads json invoice from acme; there are maps for: scan" in finding.detail
