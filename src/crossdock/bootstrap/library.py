"""The maps and code tables an installation has: those that come with the connectors, and the project's own.

src/crossdock/connectors/<kind>/maps/*.toml, codes/*.csv    shipped
maps/<partner>/*.toml                                       maps of that partner's own, and overlays
codes/*.csv, codes/<partner>/*.csv                          tables for all partners, and for one
entry points `crossdock.maps`                               maps in Python, named `<connector>/<document>`
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path

import msgspec

from crossdock.bootstrap.project import Project
from crossdock.bootstrap.reading import ConfigurationError, Problem
from crossdock.connectors.edifact import codes as edifact
from crossdock.connectors.epcis import identifiers as epcis
from crossdock.connectors.gs1 import codes as gs1
from crossdock.connectors.idoc import codes as idoc
from crossdock.connectors.ubl import codes as ubl
from crossdock.connectors.x12 import converters as x12
from crossdock.kernel.errors import Rejected
from crossdock.mapping.codes import CodeTable, parse_codes
from crossdock.mapping.compiled import DocumentMap
from crossdock.mapping.spec import Spec, parse_map
from crossdock.mediation.library import Library, Shelf

SHIPPED = Path(__file__).parents[1] / "connectors"
ENTRY_POINTS = "crossdock.maps"
FILES_MAX = 10_000
# Converters the maps of a connector may name beside those of the language.
CONVERTERS = {
    "edifact": edifact.CONVERTERS,
    "gs1": gs1.CONVERTERS,
    "idoc": idoc.CONVERTERS,
    "epcis": epcis.CONVERTERS,
    "ubl": ubl.CONVERTERS,
    "x12": x12.CONVERTERS,
}
# Connectors whose messages hold documents of other connectors, and so are read with those connectors' maps.
CARRYING = frozenset(("cloudevents",))


def open_library(project: Path | None = None, partners: Iterable[tuple[str, str]] = ()) -> Library:
    """Read every map and table there is, and compile the books of these `(partner, connector)` pairs.

    Raises:
        ConfigurationError: everything wrong with any of them, in one list.
    """
    problems: list[Problem] = []
    ours = {} if project is None else added(project, problems)
    library = Library(shipped(problems), ours, CONVERTERS, CARRYING)
    if not problems:
        for partner, connector in partners:
            try:
                library.refuse_strangers(connector, partner)
                library.book(connector, partner)
            except Rejected as error:
                problems.append(Problem(f"maps/{partner}", 0, "", error.detail))
    if problems:
        raise ConfigurationError(problems)
    return library


def library_of(project: Project) -> Library:
    """The library of a project that was read.

    Raises:
        ConfigurationError: as `open_library`.
    """
    partners = ((config.partner.id, config.manifest.kind) for config in project.partners)
    return open_library(project.folder, partners)


def shipped(problems: list[Problem]) -> dict[str, Shelf]:
    """What comes with the connectors, by kind, with the Python maps installed beside us."""
    own = python_maps(problems)
    read, wrong = _read_shipped()
    problems.extend(wrong)
    shelves = {name: msgspec.structs.replace(shelf, own=own.get(name, {})) for name, shelf in read.items()}
    strange = sorted(own.keys() - shelves.keys())
    problems.extend(
        Problem(ENTRY_POINTS, 0, name, "no such connector: name <connector>/<document>") for name in strange
    )
    return shelves


@cache
def _read_shipped() -> tuple[dict[str, Shelf], list[Problem]]:
    """Read once: what is installed does not change under a process."""
    problems: list[Problem] = []
    folders = [folder for folder in sorted(SHIPPED.iterdir()) if (folder / "manifest.py").is_file()]
    return {folder.name: read_shelf(folder, folder.name, problems) for folder in folders}, problems


def added(project: Path, problems: list[Problem]) -> dict[str, Shelf]:
    """What the project adds, by partner."""
    shared = dict(_tables(project / "codes", problems))
    names = {path.name for room in ("maps", "codes") for path in (project / room).glob("*") if path.is_dir()}
    names |= {path.stem for path in (project / "partners").glob("*.toml")} if shared else set()
    shelves = {}
    for name in sorted(names):
        maps = tuple(_maps(project / "maps" / name, name, problems))
        shelves[name] = Shelf(maps, {**shared, **dict(_tables(project / "codes" / name, problems))})
    return shelves


def read_shelf(folder: Path, name: str, problems: list[Problem]) -> Shelf:
    """The maps and tables of one connector's folder."""
    return Shelf(tuple(_maps(folder / "maps", name, problems)), dict(_tables(folder / "codes", problems)))


def python_maps(problems: list[Problem]) -> dict[str, dict[str, DocumentMap]]:
    """Maps written in Python, by connector and document."""
    found: dict[str, dict[str, DocumentMap]] = {}
    for point in entry_points(group=ENTRY_POINTS):
        connector, _, document = point.name.partition("/")
        try:
            made = point.load()
        except Exception as error:  # noqa: BLE001  (somebody else's module: whatever it raises is told and not run)
            problems.append(Problem(ENTRY_POINTS, 0, point.name, f"{point.value} cannot be loaded: {error}"))
            continue
        if not callable(getattr(made, "read", None)):
            problems.append(Problem(ENTRY_POINTS, 0, point.name, f"{point.value} has no read(document, context)"))
            continue
        found.setdefault(connector, {})[document] = made
    return found


def _maps(folder: Path, owner: str, problems: list[Problem]) -> Iterator[Spec]:
    for path, text in _texts(folder, "*.toml", problems):
        try:
            yield parse_map(f"{owner}/{path.stem}", text)
        except Rejected as error:
            problems.append(Problem(str(path), 0, "", error.detail))


def _tables(folder: Path, problems: list[Problem]) -> Iterator[tuple[str, CodeTable]]:
    for path, text in _texts(folder, "*.csv", problems):
        try:
            yield path.stem, parse_codes(path.stem, text)
        except Rejected as error:
            problems.append(Problem(str(path), 0, "", error.detail))


def _texts(folder: Path, pattern: str, problems: list[Problem]) -> Iterator[tuple[Path, str]]:
    for number, path in enumerate(sorted(folder.glob(pattern))):
        if number >= FILES_MAX:
            problems.append(Problem(str(folder), 0, "", f"more than {FILES_MAX} files: split them"))
            return
        try:
            yield path, path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            problems.append(Problem(str(path), 0, "", f"cannot be read: {error}"))
