"""What an installation's library is read from, and that everything wrong with it is told at once."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path
from types import ModuleType

import pytest

from crossdock.bootstrap import library
from crossdock.bootstrap.library import open_library
from crossdock.bootstrap.reading import ConfigurationError
from crossdock.kernel.tree import Document
from crossdock.mapping.compiled import Mapped
from crossdock.mapping.run import MapContext
from tests.unit.mediation.test_library import SCAN


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_what_is_shipped_compiles() -> None:
    shipped = open_library()
    for connector in ("x12", "canonical_json"):
        shipped.book(connector)


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


class Scans:
    """A map somebody wrote in Python."""

    @staticmethod
    def read(document: Document, context: MapContext) -> Mapped:
        return Mapped()


def installed(*points: tuple[str, str]) -> EntryPoints:
    """Entry points as a package installed beside us declares them."""
    return EntryPoints(EntryPoint(name, value, library.ENTRY_POINTS) for name, value in points)


def test_a_map_in_python_is_found_by_its_entry_point(monkeypatch: pytest.MonkeyPatch) -> None:
    points = installed(("carrier_json/scan", f"{__name__}:Scans"))
    monkeypatch.setattr(library, "entry_points", lambda group: points.select(group=group))
    monkeypatch.setitem(sys.modules, __name__, sys.modules.get(__name__, ModuleType(__name__)))
    monkeypatch.setattr(sys.modules[__name__], "Scans", Scans, raising=False)
    book = open_library().book("carrier_json")
    assert book.kinds == ("scan",)
    assert book.reader("scan", "") is Scans


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("carrier_json/scan", "nowhere_at_all:Scans", "cannot be loaded"),
        ("carrier_json/scan", "json:dumps", "has no read"),
        ("telegraph/scan", "crossdock.mapping.compiled:CompiledMap", "no such connector"),
    ],
)
def test_an_entry_point_that_cannot_be_used_is_told(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    points = installed((name, value))
    monkeypatch.setattr(library, "entry_points", lambda group: points.select(group=group))
    with pytest.raises(ConfigurationError, match=told):
        open_library()
