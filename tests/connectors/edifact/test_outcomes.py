"""The generated page of what becomes of the real documents is current, and every document is accounted for."""

from __future__ import annotations

import pytest

from crossdock.testing import edifact_outcomes

pytestmark = pytest.mark.skipif(
    not edifact_outcomes.SAMPLES.is_dir(), reason=f"no documents at {edifact_outcomes.SAMPLES}"
)


def test_the_page_is_current() -> None:
    assert edifact_outcomes.main(["--check"]) == 0


def test_every_document_makes_facts_or_is_refused_exactly() -> None:
    documents = edifact_outcomes.documents()
    assert len(documents) == 171
    silent = []
    for path in documents:
        decoded, _ = edifact_outcomes.decode(path)
        errors = [one for one in decoded.findings if one.severity == "error"]
        assert all(one.where and one.code for one in errors), path.name
        if not decoded.facts and not errors:
            silent.append(edifact_outcomes.kind_of(path))
    # Interchanges of ours that were only received, which is no answer yet.
    assert silent == ["CONTRL", "CONTRL"]
