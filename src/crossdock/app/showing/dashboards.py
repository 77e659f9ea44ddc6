"""Dashboards as Grafana imports them (JSON model, schema version 39), laid out three panels in a row."""

from __future__ import annotations

import msgspec

from crossdock.app.showing.panels import Board, Panel

COLUMNS = 24
HEIGHT = 7
SCHEMA = 39
SOURCE = {"type": "prometheus", "uid": "${source}"}


def model(board: Board) -> bytes:
    """The file of one board."""
    panels: list[dict[str, object]] = []
    top = 0
    for section in board.sections:
        panels.append(_heading(section.title, len(panels) + 1, top))
        top += 1
        left = 0
        for panel in section.panels:
            if left + panel.width > COLUMNS:
                left, top = 0, top + HEIGHT
            panels.append(_panel(panel, len(panels) + 1, left, top))
            left += panel.width
        top += HEIGHT
    whole = {
        "uid": f"crossdock-{board.name}",
        "title": board.title,
        "tags": ["crossdock"],
        "schemaVersion": SCHEMA,
        "editable": True,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {
            "list": [{"name": "source", "type": "datasource", "query": "prometheus", "label": "Prometheus"}]
        },
        "panels": panels,
    }
    return msgspec.json.format(msgspec.json.encode(whole), indent=1) + b"\n"


def _heading(title: str, number: int, top: int) -> dict[str, object]:
    place = {"h": 1, "w": COLUMNS, "x": 0, "y": top}
    return {"id": number, "type": "row", "title": title, "collapsed": False, "gridPos": place, "panels": []}


def _panel(panel: Panel, number: int, left: int, top: int) -> dict[str, object]:
    return {
        "id": number,
        "type": panel.kind,
        "title": panel.title,
        "description": panel.rows,
        "datasource": SOURCE,
        "gridPos": {"h": HEIGHT, "w": panel.width, "x": left, "y": top},
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "targets": [
            {"refId": chr(ord("A") + place), "expr": query, "legendFormat": legend, "datasource": SOURCE}
            for place, (query, legend) in enumerate(panel.queries)
        ],
    }
