"""Every public sample of these dialects is mapped or gets exact findings; none is a crash, none passes in silence.

The numbers are how many files give facts only, facts and findings, findings only. They only ever get better.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crossdock.bootstrap.connectors import KINDS
from crossdock.bootstrap.library import open_library
from crossdock.canonical.wire import decode_fact
from crossdock.ports.connector import IntakeContext

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples"
NOW = datetime(2026, 6, 10, tzinfo=UTC)
LIBRARY = open_library()
CLEAN, MIXED, REFUSED = "facts", "facts and findings", "findings"


def outcome(kind: str, role: str, path: Path, settings: dict[str, object] | None = None) -> str:
    context = IntakeContext("sample", role, NOW, "UTC", settings or {})
    content_type = "application/xml" if path.suffix == ".xml" else "application/json"
    made = KINDS[kind].decoder(LIBRARY).decode(path.read_bytes(), content_type, context)
    for fact in made.facts:
        decode_fact(fact.body, NOW)
    assert made.facts or made.findings, f"{path.name} says nothing and is not told why"
    assert all(finding.detail for finding in made.findings)
    return (MIXED if made.findings else CLEAN) if made.facts else REFUSED


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the public samples are not on this machine")
@pytest.mark.parametrize(
    ("folder", "kind", "role", "expected"),
    [
        ("easypost", "easypost", "CAR", {CLEAN: 3, REFUSED: 1}),
        ("shippo", "shippo", "CAR", {CLEAN: 1}),
        ("shopify", "shopify", "ERP", {CLEAN: 1, REFUSED: 8}),
        ("shopify/fulfillment", "shopify", "CAR", {CLEAN: 1, REFUSED: 2}),
        ("woocommerce", "woocommerce", "ERP", {REFUSED: 5}),
        ("dcsa-tnt/tnt-2.2", "dcsa", "CAR", {CLEAN: 1}),
        ("dcsa-tnt/tnt-3.0", "dcsa", "CAR", {CLEAN: 5}),
        ("dcsa-tnt/invalid", "dcsa", "CAR", {CLEAN: 1, MIXED: 1, REFUSED: 1}),
        ("epcis-1.2-xml", "epcis", "CAR", {CLEAN: 9, REFUSED: 1}),
        ("epcis-2.0-json", "epcis", "CAR", {CLEAN: 43, MIXED: 7, REFUSED: 9}),
        ("epcis-2.0-xml", "epcis", "CAR", {CLEAN: 32, MIXED: 3, REFUSED: 7}),
        ("cloudevents", "cloudevents", "ERP", {REFUSED: 8}),
    ],
)
@pytest.mark.proves("PF-18")
def test_every_sample_is_mapped_or_told(folder: str, kind: str, role: str, expected: dict[str, int]) -> None:
    files = sorted(path for path in (SAMPLES / folder).rglob("*") if path.is_file())
    assert Counter(outcome(kind, role, path) for path in files) == expected


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the public samples are not on this machine")
def test_orders_of_a_shop_without_skus_are_mapped_where_its_own_numbers_are_agreed() -> None:
    files = sorted((SAMPLES / "woocommerce" / "order").iterdir())
    settings: dict[str, object] = {"items": "product", "currency": "USD"}
    assert Counter(outcome("woocommerce", "ERP", path, settings) for path in files) == {CLEAN: 3}
