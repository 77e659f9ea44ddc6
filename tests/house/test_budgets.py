"""The budgets of the house (docs/concepts/house.md): measured on every run, so that growth is a decision."""

from __future__ import annotations

import ast
from statistics import mean, median

from tests.house.sources import (
    CORE,
    classes,
    comments,
    functions,
    per_thousand,
    percentile,
    sources,
    trials,
)

FILE_MEDIAN_MAX, FILE_P90_MAX, FILE_MAX = 100, 300, 500
FUNCTIONS_PER_FILE_P90_MAX = 15
FUNCTION_MEAN_MAX, FUNCTION_P90_MAX, FUNCTION_MAX = 12, 27, 60
TEST_MEDIAN_MAX, TEST_P90_MAX = 12, 30
ANY_PER_THOUSAND_MAX = 3.0
IGNORES_PER_THOUSAND_MAX = 1.0
BROAD_EXCEPTS_PER_THOUSAND_MAX = 0.5
FUNCTION_DOCSTRINGS_MIN = 0.80
TEST_LINES_PER_LINE_MAX = 2.0

# file::function over the limit, each with the reason why it is one idea that would read worse in pieces.
LONG_FUNCTIONS: dict[str, str] = {}

# Core files that name `Any`, each with the reason.
ANY_IN_CORE: dict[str, str] = {}


def test_files_are_short() -> None:
    sizes = [file.lines for file in sources()]
    assert median(sizes) <= FILE_MEDIAN_MAX
    assert percentile(sizes, 0.9) <= FILE_P90_MAX


def test_no_file_is_a_wall() -> None:
    walls = [f"{file.name}: {file.lines}" for file in (*sources(), *trials()) if file.lines > FILE_MAX]
    assert walls == []


def test_files_hold_few_functions() -> None:
    counts = [sum(1 for one in functions() if one.file == file.name) for file in sources()]
    assert percentile(counts, 0.9) <= FUNCTIONS_PER_FILE_P90_MAX


def test_functions_are_short() -> None:
    sizes = [one.code_lines for one in functions()]
    assert mean(sizes) <= FUNCTION_MEAN_MAX
    assert percentile(sizes, 0.9) <= FUNCTION_P90_MAX


def test_no_function_is_a_wall_beyond_the_named_ones() -> None:
    long = {one.name: one.code_lines for one in functions() if one.code_lines > FUNCTION_MAX}
    assert {name: size for name, size in long.items() if name not in LONG_FUNCTIONS} == {}
    assert set(LONG_FUNCTIONS) <= set(long), "an exception that is no longer needed must go"


def test_tests_are_short_and_not_more_than_twice_the_source() -> None:
    sizes = [one.code_lines for one in functions(of_tests=True) if one.node.name.startswith("test_")]
    assert median(sizes) <= TEST_MEDIAN_MAX
    assert percentile(sizes, 0.9) <= TEST_P90_MAX
    written = sum(file.lines for file in trials())
    assert written <= TEST_LINES_PER_LINE_MAX * sum(file.lines for file in sources())


def test_every_function_is_fully_annotated() -> None:
    missing = []
    for one in (*functions(), *functions(of_tests=True)):
        arguments = one.node.args
        named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
        unsaid = [arg.arg for arg in named if arg and arg.annotation is None and arg.arg not in ("self", "cls")]
        if unsaid or one.node.returns is None:
            missing.append(f"{one.name}: {', '.join(unsaid) or 'its result'}")
    assert missing == []


def test_any_is_rare_and_absent_from_the_core() -> None:
    uses = [
        file
        for file in sources()
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Name | ast.Attribute) and "Any" in (getattr(node, "id", ""), getattr(node, "attr", ""))
    ]
    assert per_thousand(len(uses)) <= ANY_PER_THOUSAND_MAX
    assert {file.name for file in uses if file.room in CORE} <= set(ANY_IN_CORE)


def test_ignored_types_are_rare_and_carry_their_code() -> None:
    ignores = [
        (file.name, line, text)
        for file in sources()
        for line, text in comments(file)
        if "type: ignore" in text or "mypy: " in text
    ]
    assert [found for found in ignores if "type: ignore[" not in found[2]] == []
    assert per_thousand(len(ignores)) <= IGNORES_PER_THOUSAND_MAX


def test_broad_excepts_are_rare_and_bare_ones_absent() -> None:
    handlers = [
        (file.name, node.lineno, node.type)
        for file in sources()
        for node in ast.walk(file.tree)
        if isinstance(node, ast.ExceptHandler)
    ]
    bare = [f"{name}:{line}" for name, line, kind in handlers if kind is None]
    broad = [
        f"{name}:{line}"
        for name, line, kind in handlers
        if isinstance(kind, ast.Name) and kind.id in ("Exception", "BaseException")
    ]
    assert bare == []
    assert per_thousand(len(broad)) <= BROAD_EXCEPTS_PER_THOUSAND_MAX, broad


def test_public_classes_all_say_what_they_are() -> None:
    silent = [
        f"{file}::{node.name}"
        for file, node in classes()
        if not node.name.startswith("_") and ast.get_docstring(node) is None
    ]
    assert silent == []


def test_most_public_functions_say_what_they_promise() -> None:
    public = [one for one in functions() if not one.node.name.startswith("_") and not one.owner.startswith("_")]
    told = [one for one in public if ast.get_docstring(one.node)]
    assert len(told) >= FUNCTION_DOCSTRINGS_MIN * len(public)


def test_imports_stand_at_the_top_except_where_a_command_loads_its_work() -> None:
    hidden = [
        f"{one.name}"
        for one in functions()
        if not one.file.startswith("src/crossdock/cli/")
        for node in ast.walk(one.node)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []
