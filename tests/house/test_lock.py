"""The lock: every file hashed, no index named, nothing needed that is not in it."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.house.sources import ROOT

LOCK = (ROOT / "requirements.lock").read_text()
PINNED = re.compile(r"^([a-z0-9][a-z0-9._-]*)==\S+", re.MULTILINE)


@pytest.mark.parametrize("word", ["http://", "https://", "--index-url", "--extra-index-url", "--find-links", "-i "])
def test_the_lock_names_no_place_to_fetch_from(word: str) -> None:
    assert word not in LOCK


def test_every_pinned_file_is_hashed() -> None:
    entries = re.split(r"^(?=[a-z0-9])", LOCK, flags=re.MULTILINE)[1:]
    assert len(entries) > 40
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry or "==" not in entry] == []


def test_everything_the_project_asks_for_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = [
        *project["project"]["dependencies"],
        *project["project"]["optional-dependencies"]["dev"],
        *project["build-system"]["requires"],
    ]
    names = {re.split(r"[\[>=<~! ]", one, maxsplit=1)[0] for one in asked}
    assert names <= set(PINNED.findall(LOCK))
