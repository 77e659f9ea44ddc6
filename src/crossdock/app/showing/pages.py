"""The files and the page for whoever watches the hub."""

from __future__ import annotations

from collections.abc import Iterator

from crossdock.app.showing import alerts
from crossdock.app.showing.dashboards import model
from crossdock.app.showing.panels import boards
from crossdock.ports.measured import METRICS

FOLDER = "observability"


def files() -> dict[str, str]:
    """Alert rules and dashboards, by file name."""
    dashboards = {f"dashboard-{board.name}.json": model(board).decode() for board in boards()}
    return {"alerts.yml": alerts.text(), **dashboards}


def pages() -> dict[str, str]:
    """What stands in docs/reference: the files, and a page of all figures."""
    return {"metrics.md": "\n".join(_lines()), **{f"{FOLDER}/{name}": text for name, text in files().items()}}


def _lines() -> Iterator[str]:
    yield "<!-- made from the code by `make docs`: change the code, not this page -->"
    yield ""
    yield "# Figures of the hub"
    yield ""
    yield "Told by every process at `/metrics` of its [status page](../guides/observe.md), by the serving one also at"
    yield "`GET /v1/metrics`. Those out of the database are told by the schedule role alone, once for the installation."
    yield "The last column names the rows of the specification a figure shows. Labels never hold ids."
    yield ""
    yield "| figure | kind | labels | what it says | shows |"
    yield "| --- | --- | --- | --- | --- |"
    for metric in METRICS:
        labels = ", ".join(f"`{label}`" for label in metric.labels)
        yield f"| `{metric.name}` | {metric.kind.value} | {labels} | {metric.help} | {' '.join(metric.rows)} |"
    yield ""
    yield "## Files"
    yield ""
    yield f"`crossdock dashboards FOLDER` writes them; they also stand in [`{FOLDER}/`]({FOLDER}/alerts.yml)."
    yield ""
    yield "| file | what it is |"
    yield "| --- | --- |"
    yield f"| [`alerts.yml`]({FOLDER}/alerts.yml) | {len(alerts.RULES)} alert rules for Prometheus |"
    for board in boards():
        sections = ", ".join(section.title for section in board.sections)
        name = f"dashboard-{board.name}.json"
        yield f"| [`{name}`]({FOLDER}/{name}) | for Grafana: {sections} |"
    yield ""
