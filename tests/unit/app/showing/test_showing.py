"""Rules and dashboards ask for what there is: every figure and every label they name is declared."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
import pytest

from crossdock.app.showing import alerts
from crossdock.app.showing.pages import files
from crossdock.app.showing.panels import BOARDS, boards
from crossdock.ports.measured import METRICS
from crossdock.ports.metrics import Kind, Metric
from crossdock.process.kpi.catalogue import ROWS

DECLARED = {metric.name: metric for metric in METRICS}
# Told by the client library, and by Prometheus itself.
FOREIGN = {"up", "process_resident_memory_bytes", "process_cpu_seconds_total"}
FUNCTIONS = {"sum", "max", "rate", "histogram_quantile"}
WORDS = {"by", "le", "m", "h"}
FORM = re.compile(r'"[^"]*"|\[\d+[mh]\]|[a-z_]\w*|\d+(?:\.\d+)?|=~|!=|==|[-+*/<>=(){},]|\s+')


def queries() -> Iterator[tuple[str, str]]:
    for rule in alerts.RULES:
        yield rule.name, rule.expr
    for board in boards():
        for section in board.sections:
            for panel in section.panels:
                for query, _ in panel.queries:
                    yield f"{board.name}: {panel.title}", query


def metric_of(word: str) -> Metric | None:
    base = re.sub(r"_(bucket|sum|count)$", "", word)
    found = DECLARED.get(word) or DECLARED.get(base)
    if found is not None and word != found.name:
        assert found.kind is Kind.HISTOGRAM, f"{word} is no series of {found.name}"
    return found


@pytest.mark.parametrize(("where", "query"), list(queries()))
def test_a_query_names_declared_figures_and_their_labels(where: str, query: str) -> None:
    assert "".join(FORM.findall(query)) == query, where
    words = re.findall(r"[a-z_]\w*", re.sub(r'"[^"]*"|\[\d+[mh]\]', "", query))
    metrics = [metric for word in words if (metric := metric_of(word)) is not None]
    assert metrics or set(words) & FOREIGN
    labels = {label for metric in metrics for label in metric.labels} | {"job"}
    assert {word for word in words if metric_of(word) is None} <= labels | FUNCTIONS | WORDS | FOREIGN


@pytest.mark.parametrize(("where", "query"), list(queries()))
def test_a_query_is_well_formed(where: str, query: str) -> None:
    depth = 0
    for sign in re.sub(r'"[^"]*"', "", query):
        depth += {"(": 1, "{": 1, ")": -1, "}": -1}.get(sign, 0)
        assert depth >= 0, where
    assert depth == 0
    for name in re.findall(r"rate\((\w+)", query):
        assert name.endswith(("_total", "_bucket", "_sum", "_count")), f"{where}: only what grows has a rate"


@pytest.mark.parametrize("rule", alerts.RULES, ids=lambda one: one.name)
def test_a_rule_says_whose_it_is_and_what_to_do(rule: alerts.Rule) -> None:
    assert rule.severity in ("critical", "warning", "info")
    assert rule.queue in ("WHS", "TRN", "CUS", "CSR", "FIN", "MDM", "INT", "{{ $labels.queue }}")
    assert rule.summary
    assert rule.todo


def test_every_counted_or_read_figure_is_looked_at_somewhere() -> None:
    asked = " ".join(query for _, query in queries())
    unseen = {name for name in DECLARED if name not in asked}
    assert unseen == {
        "crossdock_batcher_waiting",
        "crossdock_loop_rounds_total",
        "crossdock_loop_done_total",
        "crossdock_loop_failures_total",
        "crossdock_build_info",
        "crossdock_partner_still_seconds",
        "crossdock_slo_target_ratio",
        "crossdock_reader_behind_facts",
        "crossdock_timers_late",
    }


@pytest.mark.parametrize("row", [f"D-{number:02}" for number in range(1, 11)])
def test_every_dashboard_of_the_mission_has_panels(row: str) -> None:
    shown = [panel.rows for board in boards() for section in board.sections for panel in section.panels]
    cuts = [section.title for board in boards() for section in board.sections]
    # D-08 is the cuts by reader themselves.
    assert any(row in rows for rows in shown) or (row == "D-08" and set(BOARDS.values()) <= set(cuts))


def test_every_kpi_stands_on_each_of_its_boards() -> None:
    business = next(board for board in boards() if board.name == "business")
    found = {section.title: {panel.title[:4] for panel in section.panels} for section in business.sections}
    for row in ROWS:
        assert all(row.id in found[BOARDS[board]] for board in row.boards)


def test_a_dashboard_is_a_model_grafana_takes() -> None:
    for name, text in files().items():
        if name.endswith(".json"):
            found = msgspec.json.decode(text.encode())
            places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in found["panels"]]
            assert len(places) == len(set(places)), name
            assert all(panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24 for panel in found["panels"])
