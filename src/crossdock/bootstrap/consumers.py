"""Who relies on which contracts: what our connectors read, off their maps and code, and what consumers state.

contracts/expects/<consumer>.toml    what a partner or subscriber reads of facts and commands
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import CodeType, FunctionType
from typing import Annotated

import msgspec

from crossdock.bootstrap.connectors import MANIFESTS
from crossdock.bootstrap.library import library_of, open_library
from crossdock.bootstrap.project import read_project
from crossdock.bootstrap.reading import Problem, Source, open_source, read_struct
from crossdock.canonical.consumers import ANYWHERE, Consumer, Reads, names_in, unmet
from crossdock.canonical.shapes import Shape, shape
from crossdock.mediation.library import Library
from crossdock.ports.json_calls import CallFor

FOLDER = "contracts/expects"
FILES_MAX = 1_000
CONNECTORS = "crossdock.connectors."
# Where the code of a writer may stand: the connector, and what connectors share.
HOUSES = (CONNECTORS, "crossdock.ports.")
# How connectors written in Python keep what writes a command.
WRITERS = ("CALLS", "TASKS")


class Expects(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One consumer's file. `owner` is whom to ask before a contract changes under it."""

    owner: str
    read: Annotated[tuple[Reads, ...], msgspec.Meta(min_length=1, max_length=500)]


def stated(folder: Path, problems: list[Problem]) -> tuple[Consumer, ...]:
    """The consumers that say what they read; what the contracts of today do not meet is a problem at its line."""
    files = sorted((folder / FOLDER).glob("*.toml"))
    if len(files) > FILES_MAX:
        problems.append(Problem(FOLDER, 0, "", f"more than {FILES_MAX} consumers: one file may state many contracts"))
        return ()
    now = shape() if files else {}
    found = []
    for path in files:
        source = open_source(path, f"{FOLDER}/{path.name}", problems)
        expects = read_struct(Expects, source, problems) if source.table else None
        if expects is not None:
            consumer = Consumer(path.stem, expects.owner, expects.read)
            problems.extend(_problems(source, consumer, now))
            found.append(consumer)
    return tuple(found)


def _problems(source: Source, consumer: Consumer, now: Shape) -> Iterator[Problem]:
    for one in unmet([consumer], now):
        yield source.problem(("read", str(one.at)), one.detail)


def consumers_of(folder: Path) -> tuple[Consumer, ...]:
    """Everybody known: our connectors and, of a folder that is a project, its partners and those who state what they
    read.

    Raises:
        ConfigurationError: the project cannot be read.
    """
    if not (folder / "crossdock.toml").is_file():
        return derived(open_library(), {})
    project = read_project(folder, MANIFESTS)
    connected = {config.partner.id: config.partner.connector for config in project.partners}
    return (*derived(library_of(project), connected), *stated(folder, []))


def derived(library: Library, partners: Mapping[str, str]) -> tuple[Consumer, ...]:
    """What every connector reads of the commands it takes, and every partner (by id, its connector) beyond that.

    Of a connector in Python that keeps no table of writers nothing is told.
    """
    now = shape()
    builtin = [(kind, kind, "") for kind in sorted(MANIFESTS)]
    connected = [(partner, connector, partner) for partner, connector in sorted(partners.items())]
    found = []
    for name, connector, partner in (*builtin, *connected):
        reads = {command: _narrowed(command, names, now) for command, names in _by_maps(library, connector, partner)}
        for command, names in _by_code(connector):
            reads.setdefault(command, _narrowed(command, names, now))
        if reads:
            found.append(Consumer(name, f"the {connector} connector", tuple(reads[one] for one in sorted(reads)), True))
    return tuple(found)


def _by_maps(library: Library, connector: str, partner: str) -> Iterator[tuple[str, frozenset[str]]]:
    for one in library.book(connector, partner).maps:
        yield from one.reads.items()


def _by_code(connector: str) -> Iterator[tuple[str, frozenset[str]]]:
    """The names that the code of a connector's writers uses, by command."""
    with suppress(ModuleNotFoundError):
        module = import_module(f"{CONNECTORS}{connector}.outbound")
        for table in WRITERS:
            writers = getattr(module, table, None)
            for command, writer in writers.items() if isinstance(writers, Mapping) else ():
                code = writer.write if isinstance(writer, CallFor) else writer
                yield command, frozenset(_names(code, set()))


def _names(value: object, seen: set[object]) -> Iterator[str]:
    if isinstance(value, FunctionType) and value not in seen and value.__module__.startswith(HOUSES):
        seen.add(value)
        for cell in value.__closure__ or ():
            yield from _names(cell.cell_contents, seen)
        yield from _of_code(value.__code__, value.__globals__, seen)


def _of_code(code: CodeType, world: Mapping[str, object], seen: set[object]) -> Iterator[str]:
    yield from code.co_names
    for name in code.co_names:
        yield from _names(world.get(name), seen)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _of_code(constant, world, seen)


def _narrowed(command: str, names: frozenset[str], now: Shape) -> Reads:
    """The names that are fields of the command or of its parts: all else is the connector's own."""
    return Reads(command, tuple(ANYWHERE + name for name in sorted(names & names_in(command, now))))
