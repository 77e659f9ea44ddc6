"""What things are called, and what may stand where."""

from __future__ import annotations

import ast
import re

from tests.house.sources import PACKAGE, ROOT, TESTS, functions, sources, trials

VAGUE = {"util", "utils", "common", "helper", "helpers", "misc"}
INIT_LINES_MAX = 5
# The files that touch the environment, each with the reason.
ENVIRONMENT = {
    "src/crossdock/bootstrap/settings.py": "the one reader",
    "src/crossdock/runtime/supervisor.py": "hands its own environment on to the roles it starts",
}
TEST_ROOMS = {
    "unit",
    "browser",
    "conformance",
    "connectors",
    "integration",
    "interop",
    "simulation",
    "replay",
    "migrations",
    "e2e",
    "fuzz",
    "docs",
    "house",
}


def test_no_module_has_a_name_that_says_nothing() -> None:
    paths = [path for folder in (PACKAGE, TESTS) for path in folder.rglob("*") if path.suffix in ("", ".py")]
    assert [str(path.relative_to(ROOT)) for path in paths if path.stem.lower() in VAGUE] == []


def test_a_folder_says_in_five_lines_what_lives_there_and_does_nothing() -> None:
    wrong = []
    for file in sources():
        if file.name.endswith("/__init__.py"):
            only_text = len(file.tree.body) == 1 and ast.get_docstring(file.tree) is not None
            if not only_text or file.lines > INIT_LINES_MAX:
                wrong.append(file.name)
    assert wrong == []


def test_every_folder_of_the_package_has_its_sign() -> None:
    folders = {path.parent for path in PACKAGE.rglob("*.py")}
    assert [str(folder.relative_to(ROOT)) for folder in folders if not (folder / "__init__.py").exists()] == []


def test_every_module_says_what_it_is_for() -> None:
    assert [file.name for file in sources() if ast.get_docstring(file.tree) is None] == []


def test_tests_stand_in_the_room_for_what_they_need() -> None:
    rooms = {path.name for path in TESTS.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert rooms <= TEST_ROOMS


def test_unit_tests_mirror_the_package() -> None:
    rooms = {path.name for path in (TESTS / "unit").iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert rooms <= {path.name for path in PACKAGE.iterdir()}


def test_test_names_tell_the_rule() -> None:
    tests = [one for one in functions(of_tests=True) if one.node.name.startswith("test_")]
    assert [one.name for one in tests if one.node.name.count("_") < 2] == []


def test_no_test_sleeps() -> None:
    """Waiting for time to pass hides a race; `asyncio.sleep(0)` only lets others run."""
    sleeping = []
    for file in trials():
        for node in ast.walk(file.tree):
            called = isinstance(node, ast.Call) and re.search(r"(^|\.)sleep$", ast.unparse(node.func))
            if called and not (node.args and ast.unparse(node.args[0]) == "0"):
                sleeping.append(f"{file.name}:{node.lineno}")
    assert sleeping == []


def test_no_test_patches_our_code_by_a_string() -> None:
    patching = []
    for file in trials():
        for node in ast.walk(file.tree):
            if isinstance(node, ast.Call) and re.search(r"(^|\.)(patch|setattr)$", ast.unparse(node.func)):
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    patching.append(f"{file.name}:{node.lineno}")
    assert patching == []


def test_only_the_settings_read_the_environment() -> None:
    reading = [
        f"{file.name}:{node.lineno}"
        for file in sources()
        if file.name not in ENVIRONMENT
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv")
    ]
    assert reading == []


def test_sql_lives_with_its_driver_only() -> None:
    statement = re.compile(r"^\s*(select\s.+\sfrom|insert\s+into|update\s+\w+\s+set|delete\s+from)\s", re.IGNORECASE)
    elsewhere = [
        f"{file.name}:{node.lineno}"
        for file in sources()
        if file.room != "postgres"
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and statement.match(node.value)
    ]
    assert elsewhere == []
