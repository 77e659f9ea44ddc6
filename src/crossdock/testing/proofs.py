"""Which test proves which row of the specification: the ids, the tests that name them, and the page made of both.

A test says what it proves with `@pytest.mark.proves("FRT-03", "FIN-01")`, on a function, a class, a parameter or as a
module's `pytestmark`. The markers are read from the source, so the page needs no test run and cannot depend on one.
`specification.csv` beside this module lists the ids: every transition row, exception, reconciliation, KPI, business
state, rule and parameter of the domain specification, the policies and scenarios of the mission, and the faults found
in other products that must not be found here (`PF-01` to `PF-22`).
"""

from __future__ import annotations

import ast
import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

SPECIFICATION = Path(__file__).with_name("specification.csv")
TESTS = SPECIFICATION.parents[3] / "tests"
MADE = "<!-- made from the markers of the tests by `make docs`: mark the tests, do not change this page -->"
TESTS_SHOWN = 3


class Item(NamedTuple):
    """One row of the specification."""

    id: str
    kind: str
    name: str


def specification() -> tuple[Item, ...]:
    """All ids, in the order of the specification."""
    with SPECIFICATION.open(encoding="utf-8", newline="") as lines:
        return tuple(Item(row["id"], row["kind"], row["name"]) for row in csv.DictReader(lines))


def proofs(tests: Path) -> dict[str, list[str]]:
    """For each id named by a marker, the tests that name it, as `unit/process/test_load.py::test_name`."""
    found: dict[str, list[str]] = {}
    for path in sorted(tests.rglob("test_*.py")):
        name = path.relative_to(tests).as_posix()
        for where, id_ in _marks(ast.parse(path.read_text(encoding="utf-8"))):
            tests_of = found.setdefault(id_, [])
            if (place := f"{name}::{where}" if where else name) not in tests_of:
                tests_of.append(place)
    return found


def _marks(module: ast.Module) -> Iterator[tuple[str, str]]:
    for node in module.body:
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "pytestmark" for t in node.targets):
            yield from (("", id_) for id_ in _ids(node.value))
        elif isinstance(node, ast.ClassDef):
            inner = [part for part in node.body if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)]
            for mark in node.decorator_list:
                yield from ((node.name, id_) for id_ in _ids(mark))
            for function in inner:
                yield from _of(function)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _of(node)


def _of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[tuple[str, str]]:
    for mark in function.decorator_list:
        yield from ((function.name, id_) for id_ in _ids(mark))


def _ids(tree: ast.AST) -> Iterator[str]:
    """Every literal a `pytest.mark.proves(...)` below here is given."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "proves":
            for value in node.args:
                if not isinstance(value, ast.Constant) or not isinstance(value.value, str):
                    raise TypeError(f"line {value.lineno}: proves takes ids written out, not {ast.unparse(value)}")
                yield value.value


def page(proved: Mapping[str, list[str]]) -> str:
    """The page: how many of each kind are proved, then every id with the tests that would fail without it."""
    items = specification()
    kinds = Counter(item.kind for item in items)
    done = Counter(item.kind for item in items if item.id in proved)
    lines = [
        MADE,
        "",
        "# What is proved, row by row",
        "",
        "Ids are those of the domain specification and of the mission; `PF-…` are faults of other products, proved",
        "absent here. A test that proves a row fails without it.",
        "",
        "| kind | rows | proved |",
        "|---|---|---|",
        *(f"| {kind} | {count} | {done[kind]} |" for kind, count in kinds.items()),
        f"| **all** | **{len(items)}** | **{sum(done.values())}** |",
    ]
    for kind, rows in groupby(items, attrgetter("kind")):
        lines += ["", f"## {kind}", "", "| id | what | proved by |", "|---|---|---|"]
        lines += [f"| {item.id} | {item.name} | {_shown(proved.get(item.id, []))} |" for item in rows]
    return "\n".join(lines) + "\n"


def _shown(tests: list[str]) -> str:
    if not tests:
        return "**no test yet**"
    more = f" and {len(tests) - TESTS_SHOWN} more" if len(tests) > TESTS_SHOWN else ""
    return "<br>".join(f"`{test}`" for test in tests[:TESTS_SHOWN]) + more


def main() -> None:
    """Write the page from the tests of the checkout this module stands in."""
    root = SPECIFICATION.parents[3]
    (root / "docs" / "reference" / "proofs.md").write_text(page(proofs(TESTS)), encoding="utf-8")


if __name__ == "__main__":
    main()
