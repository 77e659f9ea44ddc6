"""One word per concept: the glossary, the log lines and the ids that documents and tests speak of."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from crossdock.bootstrap.settings import Flow, RoleName
from crossdock.canonical.vocabulary import Disposition, FactClass, Lane
from crossdock.ports.connector import OutcomeKind
from tests.house.sources import ROOT, sources, trials

GLOSSARY = (ROOT / "docs" / "glossary.md").read_text()
LOG_METHODS = {"debug", "info", "warning", "error", "exception", "critical"}
LOG_NAME = re.compile(r"[a-z]+(\.[a-z_]+)+")
# The processes of issue 2 (mission.md): each is shown by a test that names it.
PROCESSES = ("W-01", "W-02", "W-16", "W-17", "W-18")


def log_names() -> Iterator[tuple[str, str]]:
    for file in sources():
        for node in ast.walk(file.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LOG_METHODS:
                receiver = ast.unparse(node.func.value)
                if receiver.rpartition(".")[2] in ("log", "_log", "logger") and node.args:
                    name = node.args[0]
                    yield (f"{file.name}:{node.lineno}", name.value if isinstance(name, ast.Constant) else "?")


def test_there_are_log_lines_to_check() -> None:
    assert list(log_names())


def test_every_log_line_has_a_fixed_name_that_the_glossary_explains() -> None:
    unknown = [(place, name) for place, name in log_names() if f"`{name}`" not in GLOSSARY]
    assert unknown == []


def test_log_names_all_have_one_shape() -> None:
    assert [(place, name) for place, name in log_names() if not LOG_NAME.fullmatch(name)] == []


def test_the_glossary_names_no_log_line_that_is_gone() -> None:
    named = set(re.findall(r"`([a-z]+\.[a-z_]+)`", GLOSSARY.partition("## Log lines")[2]))
    assert named == {name for _, name in log_names()}


@pytest.mark.parametrize(
    "word",
    [*Disposition, *FactClass, *(lane.value for lane in Lane), *RoleName, *Flow, *(one.value for one in OutcomeKind)],
)
def test_the_glossary_holds_every_word_of_the_small_vocabularies(word: str) -> None:
    assert re.search(rf"\b{word}\b", GLOSSARY)


def test_the_glossary_explains_each_word_once() -> None:
    words = [word for row in re.findall(r"^\| \*\*(.+?)\*\*", GLOSSARY, re.MULTILINE) for word in row.split(", ")]
    assert sorted(words) == sorted(set(words))
    assert len(words) > 40


@pytest.mark.parametrize("process", PROCESSES)
def test_every_process_of_the_mission_is_named_by_a_test(process: str) -> None:
    assert [file.name for file in trials() if process in file.text and file.name != "tests/house/test_words.py"]


def test_decisions_are_numbered_dated_short_and_held_in_place() -> None:
    files = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    # A branch takes its number before it lands: numbers are taken once, and a gap is one that has not landed.
    numbers = [path.name[:4] for path in files]
    assert numbers == sorted(set(numbers))
    assert all(number.isdecimal() for number in numbers)
    for path in files:
        text = path.read_text()
        assert re.search(r"^2\d{3}-\d\d-\d\d · (accepted|superseded by \d{4})", text, re.MULTILINE), path.name
        assert "**Held in place by:**" in text.rpartition("\n\n")[2], path.name
        assert len(text.splitlines()) <= 40, path.name


def test_every_path_a_decision_names_exists() -> None:
    for path in sorted((ROOT / "docs" / "decisions").glob("*.md")):
        for named in re.findall(r"`((?:tests|src|docs|\.ci)/[\w./-]+)`", path.read_text()):
            assert (ROOT / named).exists(), f"{path.name} names {named}"
