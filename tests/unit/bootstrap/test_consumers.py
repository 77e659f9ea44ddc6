"""What consumers state, and what is read off our connectors' maps and code."""

from __future__ import annotations

from pathlib import Path

import pytest

from crossdock.bootstrap.consumers import derived, stated
from crossdock.bootstrap.library import open_library
from crossdock.bootstrap.offline.check import check_project
from crossdock.bootstrap.reading import Problem
from crossdock.canonical.consumers import unmet
from crossdock.canonical.shapes import shape
from crossdock.cli.app import run

PORTAL = """
owner = "customer service"

[[read]]
contract = "shipment.delayed"
fields = ["expected", "promised.latest"]

[[read]]
contract = "shipment.departed"
fields = ["at", "colour"]
"""


def expecting(folder: Path, text: str) -> None:
    (folder / "contracts" / "expects").mkdir(parents=True)
    (folder / "contracts" / "expects" / "portal-feed.toml").write_text(text)


@pytest.fixture(scope="module")
def reading() -> dict[str, dict[str, set[str]]]:
    """By connector and command, what is read."""
    found = derived(open_library(), {})
    assert list(unmet(found, shape())) == []
    return {one.name: {reads.contract: set(reads.paths) for reads in one.reads} for one in found}


def test_a_map_tells_what_its_documents_read(reading: dict[str, dict[str, set[str]]]) -> None:
    assert {"*.order_no", "*.lines", "*.item"} <= reading["edifact"]["create_fulfilment_order"]


@pytest.mark.parametrize(
    ("connector", "command", "path"),
    [
        ("wms_json", "create_fulfilment_order", "*.ship_by"),
        ("erp_json", "post_freight_accrual", "*.amount"),
        ("odoo", "post_goods_issue", "*.lines"),
        ("karrio", "transmit_tender", "*.tender_no"),
    ],
)
def test_code_tells_what_it_reads(
    reading: dict[str, dict[str, set[str]]], connector: str, command: str, path: str
) -> None:
    assert path in reading[connector][command], sorted(reading[connector][command])


def test_a_consumer_whose_field_is_not_there_is_a_problem_of_the_project_at_its_line(tmp_path: Path) -> None:
    (tmp_path / "crossdock.toml").touch()
    expecting(tmp_path, PORTAL)
    found = [str(one) for one in check_project(tmp_path, {}).problems]
    assert any("portal-feed reads colour of shipment.departed, which is not there" in one for one in found), found
    assert all(one.startswith("contracts/expects/portal-feed.toml:") for one in found)


def test_a_consumer_says_who_answers_for_it(tmp_path: Path) -> None:
    expecting(tmp_path, PORTAL.replace('owner = "customer service"', ""))
    problems: list[Problem] = []
    assert stated(tmp_path, problems) == ()
    assert "owner is missing" in str(problems[0])


def test_the_check_of_contracts_names_the_consumer_that_breaks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "crossdock.toml").touch()
    expecting(tmp_path, PORTAL)
    assert run(["contract", "check", "--project", str(tmp_path)]) == 1
    assert "breaks portal-feed: portal-feed reads colour of shipment.departed" in capsys.readouterr().out
