"""Partners of connectors that read and write by their own maps: what they hear, and how documents reach them."""

from __future__ import annotations

from pathlib import Path

import pytest

from crossdock.bootstrap.connectors import BY_MAPS, MANIFESTS
from crossdock.bootstrap.documents import as_mapped
from crossdock.bootstrap.library import library_of
from crossdock.bootstrap.project import Project, read_project
from crossdock.bootstrap.reading import ConfigurationError

GOODS_ISSUE = """
[map]
syntax = "json"
document = "goods-issue"
version = "1"
source = "written for this test"
[[document]]
command = "post_goods_issue"
[[document.node]]
name = "$"
fields = { delivery = ".shipment" }
"""


def project(folder: Path, files: dict[str, str]) -> Project:
    for name, text in {"crossdock.toml": "", **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    read = read_project(folder, MANIFESTS, {})
    return as_mapped(read, library_of(read), BY_MAPS)


def test_a_partner_with_a_map_for_a_command_hears_that_one_alone(tmp_path: Path) -> None:
    files = {
        "partners/books.toml": 'role = "ERP"\nconnector = "json_file"\n',
        "maps/books/goods_issue.toml": GOODS_ISSUE,
    }
    read = project(tmp_path, files)
    assert read.partners[0].partner.commands == ("post_goods_issue",)
    assert read.partners[0].manifest.commands_out == ("post_goods_issue",)


def test_a_partner_without_any_only_speaks(tmp_path: Path) -> None:
    files = {
        "partners/scans.toml": 'role = "CAR"\nconnector = "json_file"\nscacs = ["NVTR"]\n',
        "partners/dock.toml": 'role = "WMS"\nconnector = "x12"\nsites = ["WH-NL1"]\n',
    }
    heard = {config.partner.id: config.manifest.commands_out for config in project(tmp_path, files).partners}
    assert heard["scans"] == ()
    assert heard["dock"] == MANIFESTS["x12"].commands_out


@pytest.mark.parametrize(
    ("connector", "settings", "told"),
    [
        ("flat_file", "", "layout is missing"),
        ("flat_file", 'layout = "nobodys"', "there is no layout 'nobodys'"),
        ("flat_file", 'layout = { syntax = "tape", name = "x" }', "write delimited or fixed"),
        ("flat_file", 'layout = { name = "x", delimiter = "||" }', "delimiter must be one character"),
        ("idoc", 'control = { SNDPRN = "US", COLOUR = "red" }', "EDI_DC40 has no field COLOUR"),
        ("idoc", 'segments = { Z1LOT = { fields = "CHARG:ten" } }', "segments.Z1LOT"),
    ],
)
def test_settings_that_cannot_be_used_are_told_before_the_first_file(
    tmp_path: Path, connector: str, settings: str, told: str
) -> None:
    text = f'role = "ERP"\nconnector = "{connector}"\n[settings]\nwords = {{ currency = "EUR" }}\n{settings}\n'
    with pytest.raises(ConfigurationError) as refused:
        project(tmp_path, {"partners/books.toml": text})
    assert told in str(refused.value)
