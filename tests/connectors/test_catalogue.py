"""The catalogue of connectors, compared with the manifests it lists (style.md, plugin registration)."""

from __future__ import annotations

import csv
from pathlib import Path

import crossdock.connectors
from crossdock.bootstrap.connectors import MANIFESTS

CATALOGUE = Path(crossdock.connectors.__path__[0]) / "catalogue.csv"
ALL_FACTS = {"canonical_json", "cloudevents"}


def rows() -> dict[str, dict[str, str]]:
    with CATALOGUE.open(newline="") as file:
        return {row["kind"]: row for row in csv.DictReader(file)}


def test_the_catalogue_lists_every_connector_once_and_no_other() -> None:
    assert sorted(rows()) == sorted(MANIFESTS)


def test_the_catalogue_says_what_the_manifests_say() -> None:
    for kind, row in rows().items():
        manifest = MANIFESTS[kind]
        assert manifest.title.startswith(row["title"])
        assert row["roles"].split() == list(manifest.roles)
        assert row["commands_out"].split() == list(manifest.commands_out)
        assert kind in ALL_FACTS or set(row["facts_in"].split()) == set(manifest.facts_in)
        assert row["direction"] == ("both" if manifest.commands_out else "in")
        assert row["maturity"]
        assert row["owner"]
