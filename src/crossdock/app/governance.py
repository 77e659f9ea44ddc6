"""What governs the hub as people look at it: contracts and their versions, who owns what, who answers for what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import msgspec

from crossdock.app.capabilities import CAPABILITIES, Capability
from crossdock.app.catalogue.drawing import Drawing, draw
from crossdock.app.catalogue.lineage import Line, lines_of
from crossdock.app.catalogue.processes import BY_NAME, PROCESSES, Process
from crossdock.canonical.compatibility import Change, changes
from crossdock.canonical.consumers import Consumer, Unmet, readers, touched, unmet
from crossdock.canonical.extensions import Extension
from crossdock.canonical.lifecycle import Decision, board, decisions, undecided
from crossdock.canonical.ownership import OWNERSHIP, Ownership
from crossdock.canonical.registry import Contract, broken, contract_names, contracts, mistakes, published
from crossdock.canonical.shapes import shape
from crossdock.ports.clock import Clock
from crossdock.ports.directory import Directory, Partner

DECISIONS_SHOWN = 50


class Verdict(msgspec.Struct, frozen=True):
    """Whether this version keeps what was promised: by published version what it breaks, and what is wrong with the
    registry. `since` are the compatible changes since the last published version, `unmet` what consumers expect and do
    not find, `readers` who reads what."""

    broken: dict[int, tuple[Change, ...]]
    mistakes: tuple[str, ...]
    since: tuple[Change, ...]
    unmet: tuple[Unmet, ...] = ()
    readers: dict[str, tuple[str, ...]] = {}

    @property
    def is_kept(self) -> bool:
        """Whether nothing is wrong."""
        return not self.broken and not self.mistakes and not self.unmet

    def hit(self, change: Change) -> tuple[str, ...]:
        """The consumers that read what changed."""
        return touched(change, self.readers)


class Governance(msgspec.Struct, frozen=True):
    """Everything on the page."""

    contracts: tuple[Contract, ...]
    versions: tuple[int, ...]
    verdict: Verdict
    ownership: tuple[Ownership, ...]
    capabilities: tuple[Capability, ...]
    stewards: tuple[Partner, ...]
    processes: tuple[Process, ...]
    extensions: Mapping[str, Extension]
    decided: tuple[Decision, ...]


class Drawn(msgspec.Struct, frozen=True):
    """One process: its drawing, and its rows with what each may lead to."""

    process: Process
    drawing: Drawing
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Council:
    """See the module."""

    directory: Directory
    clock: Clock
    extensions: Mapping[str, Extension]

    def governance(self, words: str = "") -> Governance:
        """All of it; `words` narrows the contracts."""
        found = [row for row in contracts() if words.lower() in row.contract]
        return Governance(
            contracts=tuple(found),
            versions=tuple(one.number for one in published()),
            verdict=_of_today(self.clock.now().date()),
            ownership=OWNERSHIP,
            capabilities=CAPABILITIES,
            stewards=tuple(self.directory.partners()),
            processes=PROCESSES,
            extensions=self.extensions,
            decided=decisions()[-DECISIONS_SHOWN:],
        )

    @staticmethod
    def process(name: str) -> Drawn | None:
        """One process drawn; `None` where none has that name."""
        process = BY_NAME.get(name)
        return None if process is None else Drawn(process, draw(process), lines_of(process))


@lru_cache(maxsize=1)
def _of_today(today: date) -> Verdict:
    """Contracts are part of the program: what is read off them changes with the day alone."""
    return verdict(today)


def verdict(today: date, consumers: Sequence[Consumer] = ()) -> Verdict:
    """Whether this version keeps every promise made, and what these consumers rely on."""
    versions, current = published(), shape()
    since: Sequence[Change] = changes(versions[-1].shape, current) if versions else ()
    by_place = dict(readers(consumers, current))
    for version in versions if consumers else ():
        # What is gone today was read where it stood then.
        by_place = {**readers(consumers, version.shape), **by_place}
    founding = frozenset(contract_names(versions[0].shape)) if versions else frozenset[str]()
    rows = contracts()
    wrong = (*mistakes(rows, today), *undecided(rows, decisions(), board(), founding))
    return Verdict(dict(broken(current, versions)), wrong, tuple(since), tuple(unmet(consumers, current)), by_place)
