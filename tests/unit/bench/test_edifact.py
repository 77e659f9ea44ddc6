"""The interchange EDIFACT is measured with is sound, and a peer that is not installed has no figure."""

from __future__ import annotations

import pytest

from crossdock.bench import edifact, formats
from crossdock.bootstrap.library import open_library
from crossdock.connectors.edifact.inbound import EdifactDecoder


def test_every_status_of_the_measured_interchange_becomes_a_fact_without_a_remark() -> None:
    decoded = EdifactDecoder(open_library()).decode(edifact.status_messages(30), "", edifact.CONTEXT)
    assert (len(decoded.facts), decoded.findings) == (30, [])


def test_a_peer_that_is_not_installed_has_no_figure_and_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(formats, "ROUNDS", 1)
    monkeypatch.setattr(formats, "CPU_S_PER_ROUND", 0.001)
    monkeypatch.setattr(edifact, "MESSAGES", 3)
    monkeypatch.setattr(edifact, "PARSE", None)
    measured = edifact.measure_edifact()
    assert measured["iftsta_to_pydifact"] is None
    assert (measured["iftsta_us"] or 0) > 0
    assert "pip install pydifact" in capsys.readouterr().err


def test_the_peer_is_measured_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "ROUNDS", 1)
    monkeypatch.setattr(formats, "CPU_S_PER_ROUND", 0.001)
    monkeypatch.setattr(edifact, "MESSAGES", 3)
    monkeypatch.setattr(edifact, "PARSE", lambda text: text.split("'"))
    measured = edifact.measure_edifact()
    assert (measured["iftsta_to_pydifact"] or 0) >= 0
    assert measured["iftsta_to_pydifact"] is not None
