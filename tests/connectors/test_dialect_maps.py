"""Golden samples of the connectors for JSON and event dialects: bytes in, facts and findings out.

`<connector>/golden/<case>/` holds `wire.*`, the bytes, and `expected.json`: who sent it how (`role`, `content_type`,
`settings`), the canonical facts, and the findings.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdock.bootstrap.connectors import KINDS
from crossdock.bootstrap.library import open_library
from crossdock.canonical.catalogue import EVENT_TYPES
from crossdock.canonical.vocabulary import Role
from crossdock.canonical.wire import decode_fact
from crossdock.ports.connector import Decoded, Decoder, Finding, IntakeContext

HERE = Path(__file__).parent
NOW = datetime(2026, 6, 10, tzinfo=UTC)
KNOWN = ("cloudevents", "dcsa", "easypost", "epcis", "shippo", "shopify", "woocommerce")
# They hand on canonical facts as they stand; intake judges them.
UNJUDGED = ("cloudevents",)
CASES = sorted(path for kind in KNOWN for path in (HERE / kind / "golden").glob("*/expected.json"))
LIBRARY = open_library()
DECODERS: dict[str, Decoder] = {kind: KINDS[kind].decoder(LIBRARY) for kind in KNOWN}
EDITS = st.lists(st.tuples(st.integers(0), st.integers(1, 12), st.binary(max_size=3)), min_size=1, max_size=6)


class Expected(msgspec.Struct, forbid_unknown_fields=True):
    """What a case says of its sender, and what must be made of the bytes."""

    role: str
    facts: list[msgspec.Raw]
    findings: list[msgspec.Raw]
    content_type: str = "application/json"
    settings: dict[str, object] = {}


def kind_of(case: Path) -> str:
    return case.parents[2].name


def name_of(case: Path) -> str:
    return f"{kind_of(case)}/{case.parent.name}"


def wire(case: Path) -> bytes:
    return next(case.parent.glob("wire.*")).read_bytes()


def expected(case: Path) -> Expected:
    return msgspec.json.decode(case.read_bytes(), type=Expected)


def decode(kind: str, body: bytes, told: Expected) -> Decoded:
    context = IntakeContext("p1", told.role, NOW, "Europe/Amsterdam", told.settings)
    return DECODERS[kind].decode(body, told.content_type, context)


def remark(finding: Finding) -> dict[str, str]:
    return {"code": finding.code, "severity": finding.severity, "detail": finding.detail, "where": finding.where}


def plain(values: list[msgspec.Raw]) -> list[object]:
    return [json.loads(bytes(value)) for value in values]


def test_there_are_cases_of_every_connector() -> None:
    assert {kind_of(case) for case in CASES} == set(KNOWN)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_a_message_becomes_its_facts_and_findings(case: Path) -> None:
    told = expected(case)
    made = decode(kind_of(case), wire(case), told)
    assert [json.loads(fact.body) for fact in made.facts] == plain(told.facts)
    assert [remark(finding) for finding in made.findings] == plain(told.findings)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_every_fact_is_one_its_speaker_may_state(case: Path) -> None:
    told = expected(case)
    manifest = KINDS[kind_of(case)].manifest
    assert told.role in manifest.roles
    for made in decode(kind_of(case), wire(case), told).facts:
        fact = decode_fact(made.body, NOW)
        kind = EVENT_TYPES[fact.type]
        assert fact.type in manifest.facts_in
        assert Role(told.role) in kind.owners | kind.observers


@pytest.mark.parametrize("kind", KNOWN)
def test_the_cases_show_a_missing_value_and_an_unknown_code(kind: str) -> None:
    codes = {
        json.loads(bytes(finding))["code"]
        for case in CASES
        if kind_of(case) == kind
        for finding in expected(case).findings
    }
    assert {"INT-02", "MDM-03"} <= codes


@pytest.mark.parametrize("case", CASES, ids=name_of)
@given(edits=EDITS)
def test_damaged_bytes_make_findings_and_never_raise(case: Path, edits: list[tuple[int, int, bytes]]) -> None:
    body = bytearray(wire(case))
    for at, length, new in edits:
        begin = at % (len(body) + 1)
        body[begin : begin + length] = new
    for fact in decode(kind_of(case), bytes(body), expected(case)).facts:
        if kind_of(case) not in UNJUDGED:
            decode_fact(fact.body, NOW)


@pytest.mark.parametrize("kind", KNOWN)
@given(body=st.binary(max_size=200))
def test_any_bytes_are_answered_with_findings(kind: str, body: bytes) -> None:
    made = decode(kind, body, Expected(KINDS[kind].manifest.roles[0], [], []))
    assert not made.facts
    assert made.findings


@pytest.mark.parametrize("kind", KNOWN)
def test_settings_of_the_wrong_type_are_told(kind: str) -> None:
    told = Expected(KINDS[kind].manifest.roles[0], [], [], settings={"auth": 5})
    case = next(case for case in CASES if kind_of(case) == kind and expected(case).facts)
    told.content_type = expected(case).content_type
    made = decode(kind, wire(case), told)
    assert ([finding.code for finding in made.findings], made.facts) == (["CONFIG"], [])
