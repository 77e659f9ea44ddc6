"""The generated page of what becomes of the real documents is current, and every document is accounted for."""

from __future__ import annotations

import pytest

from crossdock.testing import x12_outcomes

pytestmark = pytest.mark.skipif(not x12_outcomes.SAMPLES.is_dir(), reason=f"no documents at {x12_outcomes.SAMPLES}")


def test_the_page_is_current() -> None:
    assert x12_outcomes.main(["--check"]) == 0


def test_every_document_is_refused_exactly_or_carries_identifiers() -> None:
    documents = list(x12_outcomes.documents())
    assert len(documents) == 231
    for path in documents:
        decoded = x12_outcomes.decode(path)
        errors = [finding for finding in decoded.findings if finding.severity == "error"]
        assert decoded.facts or errors, path.name
        assert all(finding.where and finding.code for finding in errors), path.name
