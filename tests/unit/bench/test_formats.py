"""The documents a format is measured with are sound, and the figures are shares of the same work."""

from __future__ import annotations

import pytest

from crossdock.bench import formats
from crossdock.connectors.x12.inbound import X12Decoder


def test_every_status_of_the_measured_interchange_becomes_a_fact_without_a_remark() -> None:
    decoded = X12Decoder().decode(formats.status_messages(30), "", formats.CONTEXT)
    assert (len(decoded.facts), decoded.findings) == (30, [])


def test_the_bare_tokeniser_divides_every_segment() -> None:
    rows = formats.split(formats.status_messages(2))
    assert len(rows) == 4 + 2 * 17 + 1
    assert rows[3] == ["B10", "NV7745120", "SHP-88001", "NVTR"]


def test_figures_are_positive_and_a_peer_that_is_not_there_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "ROUNDS", 1)
    monkeypatch.setattr(formats, "CPU_S_PER_ROUND", 0.001)
    measured = formats.measure_formats()
    assert measured.pop("x12_214_to_badx12") is None
    assert all(value is not None and value > 0 for value in measured.values())
