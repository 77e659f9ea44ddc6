"""What a row leads to, read off the code it runs: the commands, facts of ours and cases its functions name. Pure.

A reading of names, not a run: what a function may send under some condition counts as well, and what it hands to
another process inside the dossier does not. So "may lead to", never "leads to".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import CodeType, FunctionType

import msgspec

from crossdock.app.catalogue.processes import PROCESSES, Process, Work
from crossdock.canonical.catalogue import COMMAND_OF_PAYLOAD, EVENT_TYPES
from crossdock.canonical.declarations import Payload
from crossdock.canonical.exceptions import EXCEPTION_TYPES
from crossdock.canonical.vocabulary import Role
from crossdock.process.machine import Row

HOUSE = "crossdock.process."
# What the shared parts name in general is no work of the row that uses them.
SHARED = frozenset({"crossdock.process.step", "crossdock.process.commands", "crossdock.process.policy"})


class Leads(msgspec.Struct, frozen=True):
    """What may follow: commands to systems, facts we conclude, cases that are opened or closed; each sorted."""

    commands: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()


class Line(msgspec.Struct, frozen=True):
    """One row of a table with what it may lead to. `anchor` is its id where it is the first row of that id."""

    process: str
    row: Row
    leads: Leads
    anchor: str


def lines_of(process: Process) -> tuple[Line, ...]:
    """Every row, in the order of the table."""
    seen: set[str] = set()
    found = []
    for row, work in zip(process.rows, process.work, strict=True):
        found.append(Line(process.name, row, leads_of(work, row.trigger), "" if row.id in seen else row.id))
        seen.add(row.id)
    return tuple(found)


def by_trigger() -> Mapping[str, tuple[Line, ...]]:
    """Every row of every process, by the fact type, command or timer it waits for."""
    found: dict[str, tuple[Line, ...]] = {}
    for process in PROCESSES:
        for line in lines_of(process):
            found[line.row.trigger] = (*found.get(line.row.trigger, ()), line)
    return found


def leads_of(work: Iterable[Work], trigger: str = "") -> Leads:
    """What these functions name. A fact that is the trigger itself is what they read, not what they conclude."""
    commands, facts, cases = set[str](), set[str](), set[str]()
    seen: set[object] = set()
    for function in work:
        for named in _named(function, seen):
            if isinstance(named, str):
                kind = EVENT_TYPES.get(named)
                if kind is not None and Role.SYNC in kind.owners and named != trigger:
                    facts.add(named)
                elif named in EXCEPTION_TYPES:
                    cases.add(named)
            elif named in COMMAND_OF_PAYLOAD:
                commands.add(COMMAND_OF_PAYLOAD[named].name)
    return Leads(tuple(sorted(commands)), tuple(sorted(facts)), tuple(sorted(cases)))


def _named(value: object, seen: set[object]) -> Iterator[str | type[Payload]]:
    """Every text and payload a value names, through the functions of the house it calls; each function once."""
    if isinstance(value, str) or (isinstance(value, type) and issubclass(value, Payload)):
        yield value
    elif isinstance(value, tuple | frozenset):
        for part in value:
            yield from _named(part, seen)
    elif isinstance(value, FunctionType) and value not in seen and value.__module__.startswith(HOUSE):
        seen.add(value)
        for cell in value.__closure__ or ():
            yield from _named(cell.cell_contents, seen)
        if value.__module__ not in SHARED:
            yield from _of_code(value.__code__, value.__globals__, seen)


def _of_code(code: CodeType, names: Mapping[str, object], seen: set[object]) -> Iterator[str | type[Payload]]:
    for name in code.co_names:
        if name in names:
            yield from _named(names[name], seen)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _of_code(constant, names, seen)
        else:
            yield from _named(constant, seen)
