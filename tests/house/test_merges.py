"""No file holds both sides of a merge that nobody finished."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.house.sources import ROOT

FOLDERS = ("src", "tests", "docs", "deploy", "changelog", "clients")
BEGIN, END = b"\n<<<<<<< ", b"\n>>>>>>> "


def files() -> Iterator[Path]:
    for folder in FOLDERS:
        yield from (path for path in (ROOT / folder).rglob("*") if path.is_file() and path.suffix != ".pyc")


def test_every_merge_is_finished() -> None:
    halves = [path for path in files() if BEGIN in (body := path.read_bytes()) and END in body]
    assert halves == []
