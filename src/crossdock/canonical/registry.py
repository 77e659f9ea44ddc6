"""The registry of contracts: every one with its version, where it stands in its life, and who answers for it. Pure.

draft → approved → active → deprecated → retired. Kept as `published/registry.csv`; shapes of what was published stand
beside it as `published/<number>.tsv`, never changed afterwards.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from importlib.resources import files

import msgspec

from crossdock.canonical.catalogue import COMMAND_TYPES, EVENT_TYPES
from crossdock.canonical.compatibility import Change, Grade, changes
from crossdock.canonical.shapes import CONTRACT, Shape, read, shape

FOLDER = "crossdock.canonical.published"
COLUMNS = ("contract", "version", "state", "owner", "approved_by", "since", "ends", "instead")


class Life(StrEnum):
    """Where a contract stands. Only what is active or deprecated is spoken."""

    DRAFT = "draft"
    APPROVED = "approved"
    ACTIVE = "active"
    DEPRECATED = "deprecated"
    RETIRED = "retired"


class Contract(msgspec.Struct, frozen=True):
    """One row. `ends` is when a deprecated one is retired, `instead` what takes its place."""

    contract: str
    version: int
    state: Life
    owner: str
    approved_by: str
    since: date
    ends: date | None = None
    instead: str = ""


class Published(msgspec.Struct, frozen=True):
    """A version of all shapes as it was promised."""

    number: int
    shape: Shape


def contracts() -> tuple[Contract, ...]:
    """Every row, by contract."""
    text = files(FOLDER).joinpath("registry.csv").read_text()
    return rows_of(text)


def rows_of(text: str) -> tuple[Contract, ...]:
    """The rows of a registry's text.

    Raises:
        ValueError: a row cannot be read.
    """
    found = []
    for row in csv.DictReader(text.splitlines()):
        # A draft is approved by nobody yet.
        values = {"approved_by": ""} | {name: value for name, value in row.items() if value}
        found.append(msgspec.convert(values, Contract, strict=False))
    return tuple(found)


def published() -> tuple[Published, ...]:
    """Every version promised so far, the oldest first."""
    found = [file for file in files(FOLDER).iterdir() if file.name.endswith(".tsv")]
    numbered = sorted((int(file.name.removesuffix(".tsv")), file) for file in found)
    return tuple(Published(number, read(file.read_text())) for number, file in numbered)


def broken(now: Shape | None = None, versions: Sequence[Published] | None = None) -> Mapping[int, tuple[Change, ...]]:
    """By published version, what of it this one breaks; empty where every promise is kept."""
    current = shape() if now is None else now
    found = {}
    for version in published() if versions is None else versions:
        wrong = tuple(one for one in changes(version.shape, current) if one.grade is Grade.BREAKING)
        if wrong:
            found[version.number] = wrong
    return found


def mistakes(rows: Sequence[Contract], today: date) -> Iterator[str]:
    """What is wrong with a registry, in words; nothing when it and the catalogue say the same."""
    spoken = {f"events/{name}": kind.version for name, kind in EVENT_TYPES.items()}
    spoken |= {f"commands/{name}": 1 for name in COMMAND_TYPES}
    known = {(row.contract, row.version): row for row in rows}
    for name, version in sorted(spoken.items()):
        row = known.get((name, version))
        if row is None:
            yield f"{name} version {version} is spoken and not registered: add its row with an owner"
        elif row.state not in (Life.ACTIVE, Life.DEPRECATED):
            yield f"{name} version {version} is spoken and {row.state}: approve and activate it first"
    for row in rows:
        yield from _row_mistakes(row, spoken, today)


def _row_mistakes(row: Contract, spoken: Mapping[str, int], today: date) -> Iterator[str]:
    if row.state is not Life.DRAFT and not row.approved_by:
        yield f"{row.contract} is {row.state} and nobody approved it: say who"
    if row.state is Life.DEPRECATED and (row.ends is None or not row.instead):
        yield f"{row.contract} is deprecated: say when it ends and what takes its place"
    if row.state is Life.DEPRECATED and row.ends is not None and row.ends < today:
        yield f"{row.contract} should have ended on {row.ends}: retire it, or give it more time"
    if row.state is Life.RETIRED and spoken.get(row.contract) == row.version:
        yield f"{row.contract} is retired and still spoken: take it out of the catalogue"


def contract_names(fields: Shape) -> tuple[str, ...]:
    """The contracts of a shape."""
    return tuple(name for struct, name in fields if struct == CONTRACT)
