"""Migrations: numbered, named for when they run, and each head says what it locks, how long, how to go back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.sources import PACKAGE

FILES = sorted((PACKAGE / "postgres" / "migrations").glob("*"))
NAME = re.compile(r"\d{4}_(pre|post)_[a-z0-9_]+\.sql")


def head(path: Path) -> str:
    lines = []
    for line in path.read_text().splitlines():
        if not line.startswith("--"):
            break
        lines.append(line)
    return "\n".join(lines)


def test_there_are_migrations_and_nothing_else_beside_them() -> None:
    names = [path.name for path in FILES if path.name not in ("__init__.py", "__pycache__")]
    assert names
    assert [name for name in names if not NAME.fullmatch(name)] == []


def test_no_two_migrations_share_a_number() -> None:
    numbers = [path.name[:4] for path in FILES if path.suffix == ".sql"]
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("path", [path for path in FILES if path.suffix == ".sql"], ids=lambda path: path.name)
def test_each_head_says_lock_time_and_way_back(path: Path) -> None:
    assert re.search(r"\bLock: ", head(path))
    assert re.search(r"\b(Time: |milliseconds|seconds|short)", head(path))
    assert re.search(r"\bBack: ", head(path))


def test_an_index_without_a_lock_stands_in_a_file_of_its_own() -> None:
    """`concurrently` cannot run inside a transaction, and every other migration does."""
    for path in FILES:
        if path.suffix == ".sql" and re.search(r"\bconcurrently\b", re.sub(r"--.*", "", path.read_text())):
            statements = [part for part in re.sub(r"--.*", "", path.read_text()).split(";") if part.strip()]
            assert len(statements) == 1, path.name
