"""The list of figures keeps to its own rules: names, units, labels that hold no id."""

from __future__ import annotations

import re

import pytest

from crossdock.ports.measured import METRICS
from crossdock.ports.metrics import Kind, Metric

# Everything a label may tell; each has as many values as the project has partners, routes, codes or loops.
LABELS = {
    "partner", "format", "disposition", "kind", "channel", "status", "stage", "method", "route", "type", "outcome",
    "loop", "pool", "state", "version", "role", "source", "code", "queue", "severity", "currency", "reader", "check",
    "slo", "kpi", "unit", "stat",
}  # fmt: skip
ROW = re.compile(r"[OTMQD]-\d\d")


def test_every_name_stands_once() -> None:
    names = [metric.name for metric in METRICS]
    assert len(names) == len(set(names)) > 40


@pytest.mark.parametrize("metric", METRICS, ids=lambda one: one.name)
def test_a_figure_is_named_as_prometheus_names_its_own(metric: Metric) -> None:
    assert re.fullmatch(r"crossdock(_[a-z]+)+", metric.name)
    assert metric.name.endswith("_total") == (metric.kind is Kind.COUNTER)
    assert metric.help.endswith(".")
    assert bool(metric.bounds) == (metric.kind is Kind.HISTOGRAM)
    assert list(metric.bounds) == sorted(set(metric.bounds))


@pytest.mark.parametrize("metric", METRICS, ids=lambda one: one.name)
def test_a_label_is_a_small_set_and_never_an_id(metric: Metric) -> None:
    assert set(metric.labels) <= LABELS
    assert all(ROW.fullmatch(row) for row in metric.rows)


@pytest.mark.parametrize("row", [f"O-{number:02}" for number in range(1, 17)])
def test_every_row_of_technical_telemetry_has_a_figure(row: str) -> None:
    assert [metric.name for metric in METRICS if row in metric.rows] != []
