"""Our own Python, parsed once for all house tests: files, functions, comments and what they hold."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "crossdock"
TESTS = ROOT / "tests"
CORE = ("kernel", "canonical", "formats", "process", "ports", "app")

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


class Function(msgspec.Struct, frozen=True):
    """A function or method of the class `owner`; `code_lines` leave out docstring, blanks and comments."""

    file: str
    owner: str
    node: FunctionNode
    code_lines: int

    @property
    def name(self) -> str:
        """`file::Class.function`."""
        return f"{self.file}::{self.owner + '.' if self.owner else ''}{self.node.name}"


class SourceFile(msgspec.Struct, frozen=True):
    """One file; `name` is relative to the repository, `lines` counts all of them."""

    name: str
    room: str
    text: str
    tree: ast.Module
    lines: int


@cache
def sources() -> tuple[SourceFile, ...]:
    """The package's files."""
    return tuple(_read(path) for path in sorted(PACKAGE.rglob("*.py")))


@cache
def trials() -> tuple[SourceFile, ...]:
    """The tests' files."""
    return tuple(_read(path) for path in sorted(TESTS.rglob("*.py")))


@cache
def functions(*, of_tests: bool = False) -> tuple[Function, ...]:
    """Every function of the package, or of the tests."""
    return tuple(found for file in (trials() if of_tests else sources()) for found in _functions(file, file.tree, ""))


@cache
def classes() -> tuple[tuple[str, ast.ClassDef], ...]:
    """Every class of the package, with its file."""
    return tuple(
        (file.name, node) for file in sources() for node in ast.walk(file.tree) if isinstance(node, ast.ClassDef)
    )


def comments(file: SourceFile) -> Iterator[tuple[int, str]]:
    """Line and text of each comment; text in strings does not count."""
    for token in tokenize.generate_tokens(io.StringIO(file.text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def percentile(values: list[int], share: float) -> int:
    """The value that `share` of all do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def per_thousand(count: int) -> float:
    """A count per 1,000 lines of the package."""
    return count * 1000 / sum(file.lines for file in sources())


def _read(path: Path) -> SourceFile:
    text = path.read_text(encoding="utf-8")
    name = path.relative_to(ROOT).as_posix()
    parts = path.relative_to(PACKAGE).parts if path.is_relative_to(PACKAGE) else ()
    return SourceFile(name, parts[0] if len(parts) > 1 else "", text, ast.parse(text, name), text.count("\n"))


def _functions(file: SourceFile, node: ast.AST, owner: str) -> Iterator[Function]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, FunctionNode):
            yield Function(file.name, owner, child, _code_lines(file.text, child))
        inner = child.name if isinstance(child, ast.ClassDef) else owner
        yield from _functions(file, child, inner)


def _code_lines(text: str, node: FunctionNode) -> int:
    skipped: set[int] = set()
    if ast.get_docstring(node, clean=False) is not None:
        skipped = set(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    numbered = list(enumerate(text.splitlines(), start=1))[node.lineno - 1 : node.end_lineno]
    return sum(
        1 for number, line in numbered if number not in skipped and line.strip() and not line.strip().startswith("#")
    )
