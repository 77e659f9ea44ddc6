"""Everything the catalogue site tells, gathered from the code's own tables and one project. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from crossdock.app.catalogue.drawing import Drawing, draw
from crossdock.app.catalogue.lineage import Leads, Line, by_trigger, leads_of, lines_of
from crossdock.app.catalogue.processes import PROCESSES, Process
from crossdock.canonical.catalogue import COMMAND_TYPES, EVENT_TYPES
from crossdock.canonical.compatibility import Change, changes
from crossdock.canonical.consumers import Consumer, Reads
from crossdock.canonical.declarations import CommandType, EventType
from crossdock.canonical.extensions import Extension, ExtensionField, on_contract
from crossdock.canonical.lifecycle import Decision, decisions
from crossdock.canonical.registry import Contract, contracts, published
from crossdock.canonical.shapes import CONTRACT, Field, Shape, shape
from crossdock.ports.connector import Manifest
from crossdock.ports.directory import Partner
from crossdock.process.terms.authority import ClaimRule


class CodeList(msgspec.Struct, frozen=True):
    """One table of codes: whose it is, what is in it, where it comes from and who answers for it."""

    owner: str
    name: str
    codes: int
    source: str
    version: str
    steward: str


class Proved(msgspec.Struct, frozen=True):
    """One row of the specification and the tests that fail without it."""

    id: str
    kind: str
    name: str
    tests: tuple[str, ...]


class Given(msgspec.Struct, frozen=True):
    """What is not in the tables: who is connected, which code lists there are, what the tests prove.

    `proofs` is empty where the tests are not at hand: an installation has none.
    """

    title: str
    manifests: tuple[Manifest, ...]
    partners: tuple[Partner, ...] = ()
    claims: tuple[ClaimRule, ...] = ()
    codes: tuple[CodeList, ...] = ()
    proofs: tuple[Proved, ...] = ()
    extensions: Mapping[str, Extension] = {}
    consumers: tuple[Consumer, ...] = ()


class Promise(msgspec.Struct, frozen=True):
    """What is promised of one contract: its rows of the registry, its fields, since which published version it is
    there, what changed in it since the last one, and what was decided about it."""

    struct: str
    registered: tuple[Contract, ...]
    fields: tuple[Field, ...]
    since: int
    changed: tuple[Change, ...]
    decided: tuple[Decision, ...]


class Book(msgspec.Struct, frozen=True):
    """The whole, looked up by name."""

    given: Given
    events: Mapping[str, EventType]
    commands: Mapping[str, CommandType]
    promises: Mapping[str, Promise]
    parts: Mapping[str, tuple[Field, ...]]
    versions: tuple[int, ...]
    processes: tuple[Process, ...]
    lines: Mapping[str, tuple[Line, ...]]
    waiting: Mapping[str, tuple[Line, ...]]
    watchers: Mapping[str, tuple[tuple[str, Leads], ...]]
    senders: Mapping[str, tuple[Line, ...]]

    @property
    def kinds(self) -> frozenset[str]:
        """The connectors there are."""
        return frozenset(one.kind for one in self.given.manifests)

    @property
    def homes(self) -> Mapping[str, str]:
        """The process in whose table a row stands, by the row's id."""
        return {line.anchor: line.process for lines in self.lines.values() for line in lines if line.anchor}

    def proof(self, id_: str) -> Proved | None:
        """What proves that row of the specification."""
        return next((one for one in self.given.proofs if one.id == id_), None)

    def drawing(self, name: str) -> Drawing:
        """The drawing of a process."""
        return draw(next(process for process in self.processes if process.name == name))

    def speakers(self, event: str) -> tuple[Manifest, ...]:
        """The connectors that bring this fact."""
        return tuple(one for one in self.given.manifests if event in one.facts_in)

    def takers(self, command: str) -> tuple[Manifest, ...]:
        """The connectors that take this command."""
        return tuple(one for one in self.given.manifests if command in one.commands_out)

    def added_to(self, contract: str) -> tuple[tuple[str, ExtensionField], ...]:
        """What local extensions add to a fact type or command."""
        return on_contract(self.given.extensions, contract)

    def readers_of(self, contract: str) -> tuple[tuple[Consumer, Reads], ...]:
        """Who relies on a fact type or command, and on what of it."""
        every = ((consumer, reads) for consumer in self.given.consumers for reads in consumer.reads)
        return tuple((consumer, reads) for consumer, reads in every if reads.contract == contract)

    def partners_by(self, connector: str) -> tuple[Partner, ...]:
        """Who is connected by it."""
        return tuple(one for one in self.given.partners if one.connector == connector)


def bind(given: Given) -> Book:
    """The book of this version and these givens."""
    lines = {process.name: lines_of(process) for process in PROCESSES}
    promises, parts = _promises()
    return Book(
        given=given,
        events=EVENT_TYPES,
        commands=COMMAND_TYPES,
        promises=promises,
        parts=parts,
        versions=tuple(version.number for version in published()),
        processes=PROCESSES,
        lines=lines,
        waiting=by_trigger(),
        watchers=_watchers(),
        senders=_senders(line for found in lines.values() for line in found),
    )


def _promises() -> tuple[dict[str, Promise], dict[str, tuple[Field, ...]]]:
    """Every contract, and the parts that contracts share."""
    now, versions = shape(), published()
    changed = changes(versions[-1].shape, now) if versions else ()
    fields = _by_struct(now)
    registered: dict[str, tuple[Contract, ...]] = {}
    for row in contracts():
        registered[row.contract] = (*registered.get(row.contract, ()), row)
    promises, own, made = {}, set(), decisions()
    for (struct, name), field in now.items():
        if struct == CONTRACT:
            since = next((one.number for one in versions if (CONTRACT, name) in one.shape), 0)
            touched = tuple(one for one in changed if name in one.contracts)
            own.add(field.type)
            mine = tuple(one for one in made if one.contract == name)
            promises[name] = Promise(
                field.type, registered.get(name, ()), fields.get(field.type, ()), since, touched, mine
            )
    parts = {name: found for name, found in fields.items() if name not in own and name != CONTRACT}
    return promises, parts


def _by_struct(fields: Shape) -> dict[str, tuple[Field, ...]]:
    found: dict[str, tuple[Field, ...]] = {}
    for field in fields.values():
        found[field.struct] = (*found.get(field.struct, ()), field)
    return found


def _watchers() -> dict[str, tuple[tuple[str, Leads], ...]]:
    """By trigger, the processes that remember or answer it without a row."""
    found: dict[str, tuple[tuple[str, Leads], ...]] = {}
    for process in PROCESSES:
        for trigger, work in process.watched.items():
            found[trigger] = (*found.get(trigger, ()), (process.name, leads_of((work,), trigger)))
    return found


def _senders(lines: Iterable[Line]) -> dict[str, tuple[Line, ...]]:
    """By command, the rows that may send it."""
    found: dict[str, tuple[Line, ...]] = {}
    for line in lines:
        for command in line.leads.commands:
            found[command] = (*found.get(command, ()), line)
    return found
