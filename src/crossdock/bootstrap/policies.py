"""`policies/*.toml` as one policy, with what differs by scope (domain.md §9)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from crossdock.bootstrap.reading import Problem, Source, open_source, read_struct
from crossdock.process.policy import Policy
from crossdock.process.scopes import Override, Scope

OVERRIDE, SCOPE = "override", "scope"
OVERRIDES_MAX = 2_000
# What has no meaning of its own in a file, and what cannot differ by scope.
OURS = ("scope", "overrides")
AUTHORITY = "authority"
COMMON = ("version", "tenant", OVERRIDE, "overrides", AUTHORITY)


def read_policy(folder: Path, problems: list[Problem]) -> Policy:
    """All `policies/*.toml` as one policy. Without a `version` of its own it is named by the digest of its keys."""
    policy = Policy()
    owners: dict[str, str] = {}
    digest = hashlib.sha256()
    scoped: list[tuple[Source, dict[str, object]]] = []
    for path in sorted((folder / "policies").glob("*.toml")):
        source = open_source(path, f"policies/{path.name}", problems)
        for key in _leaves(source.table):
            digest.update(repr(key).encode())
            dotted = ".".join(key[0])
            if dotted in owners and dotted != OVERRIDE:
                problems.append(source.problem(key[0], f"already given in {owners[dotted]}: keep one of the two"))
            owners[dotted] = source.name
        whole = dict(source.table)
        scoped.append((source, whole))
        source.table.pop(OVERRIDE, None)
        found = [name for name in OURS if source.table.pop(name, None) is not None]
        problems.extend(source.problem((name,), "differs by scope only: write [[override]] tables") for name in found)
        if source.table.pop(AUTHORITY, None) is not None:
            problems.append(source.problem((AUTHORITY,), "stands in authority.toml: write [[claims]] there"))
        policy = read_struct(Policy, source, problems, base=policy) or policy
    if owners and "version" not in owners:
        policy = msgspec.structs.replace(policy, version=digest.hexdigest()[:12])
    overrides = tuple(one for source, whole in scoped for one in _overrides(source, whole, policy, problems))
    return msgspec.structs.replace(policy, overrides=overrides) if overrides else policy


def _overrides(source: Source, whole: dict[str, object], policy: Policy, problems: list[Problem]) -> Iterator[Override]:
    tables = whole.get(OVERRIDE, [])
    if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
        problems.append(source.problem((OVERRIDE,), "write each as a table of its own: [[override]]"))
        return
    if len(tables) > OVERRIDES_MAX:
        problems.append(source.problem((OVERRIDE,), f"more than {OVERRIDES_MAX}: scope them more widely"))
        return
    source.table[OVERRIDE] = tables
    for number, table in enumerate(tables):
        place = (OVERRIDE, str(number))
        scope = read_struct(Scope, source, problems, (*place, SCOPE)) if SCOPE in table else None
        if SCOPE not in table:
            problems.append(source.problem(place, 'scope is missing: add scope = { customer = "…" }'))
        table.pop(SCOPE, None)
        found = [name for name in COMMON if table.pop(name, None) is not None]
        problems.extend(source.problem((*place, name), "is the same everywhere: take it out") for name in found)
        merged = read_struct(Policy, source, problems, place, base=policy)
        if scope is not None and merged is not None:
            yield Override(scope, _changes(table, merged))


def _changes(table: Mapping[str, object], read: msgspec.Struct) -> dict[str, object]:
    """The keys a table names, with their values as they were read."""
    changes: dict[str, object] = {}
    for name, value in table.items():
        known = getattr(read, name)
        inner = isinstance(value, dict) and isinstance(known, msgspec.Struct)
        changes[name] = _changes(value, known) if inner else known  # type: ignore[arg-type]  # both were just looked at
    return changes


def _leaves(table: Mapping[str, object], path: tuple[str, ...] = ()) -> Iterable[tuple[tuple[str, ...], object]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _leaves(value, (*path, name))
        else:
            yield (*path, name), value
