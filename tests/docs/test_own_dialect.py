"""The guide for partners without a known dialect: what stands there is done."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

from crossdock.bootstrap.connectors import BY_MAPS, KINDS, MANIFESTS
from crossdock.bootstrap.documents import as_mapped
from crossdock.bootstrap.library import library_of
from crossdock.bootstrap.project import read_project
from crossdock.ports.connector import IntakeContext

PAGE = Path(__file__).parents[2] / "docs" / "guides" / "own-dialect.md"
FILE = re.compile(r"^`([\w./-]+)`:\n\n```\w+\n(.*?)^```", re.MULTILINE | re.DOTALL)
NOW = datetime(2026, 6, 2, 18, tzinfo=UTC)


def test_the_files_of_the_page_make_a_project_that_reads_its_sample(tmp_path: Path) -> None:
    files = dict(FILE.findall(PAGE.read_text()))
    for name, text in {"crossdock.toml": "", **files}.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    project = read_project(tmp_path, MANIFESTS, {})
    library = library_of(project)
    (config,) = as_mapped(project, library, BY_MAPS).partners
    assert config.partner.commands == ("create_fulfilment_order",)

    partner = config.partner
    context = IntakeContext(partner.id, partner.role.value, NOW, partner.tz, partner.settings)
    body = files["samples/venlo/dispatch.csv"].encode()
    made = KINDS[partner.connector].decoder(library).decode(body, "text/csv", context)
    assert [finding for finding in made.findings if finding.severity == "error"] == []
    (fact,) = [json.loads(one.body) for one in made.facts]
    assert (fact["type"], fact["subject"]["id"]) == ("shipment.handed_over", "SO-100234/WH-NL1/1")
    assert fact["payload"]["packages"] == ["387123450000001019", "387123450000001026"]
    assert [line["qty"] for line in fact["payload"]["lines"]] == [
        {"value": "40", "uom": "EA"},
        {"value": "80", "uom": "EA"},
    ]
