"""What an installation's library is read from, and that everything wrong with it is told at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from crossdock.bootstrap.library import open_library
from crossdock.bootstrap.reading import ConfigurationError
from tests.unit.mediation.test_library import SCAN


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_what_is_shipped_compiles() -> None:
    library = open_library()
    for connector in ("x12", "canonical_json"):
        library.book(connector)


def test_a_partner_reads_with_maps_and_codes_of_the_project(tmp_path: Path) -> None:
    write(tmp_path, "maps/acme/scan.toml", SCAN.format(version="1", versions=""))
    write(tmp_path, "codes/scans.csv", "code,value\nOD,OUT_FOR_DELIVERY\n")
    write(tmp_path, "partners/acme.toml", "")
    book = open_library(tmp_path, [("acme", "carrier_json")]).book("carrier_json", "acme")
    assert book.kinds == ("scan",)


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, "maps/acme/broken.toml", "[map\n")
    write(tmp_path, "codes/acme/twice.csv", "code,value\nA,1\nA,2\n")
    with pytest.raises(ConfigurationError) as caught:
        open_library(tmp_path, [("acme", "carrier_json")])
    told = [str(problem) for problem in caught.value.problems]
    assert any("broken.toml" in line and "is not TOML" in line for line in told)
    assert any("twice.csv" in line and "stands there twice" in line for line in told)


def test_a_map_that_does_not_compile_names_its_partner_and_rule(tmp_path: Path) -> None:
    write(tmp_path, "maps/acme/scan.toml", SCAN.format(version="1", versions=""))
    with pytest.raises(ConfigurationError, match=r"(?s)maps/acme.*scans"):
        open_library(tmp_path, [("acme", "carrier_json")])
