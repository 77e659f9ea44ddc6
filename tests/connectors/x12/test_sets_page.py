"""The page that says which sets there are agrees with what is read and written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crossdock.connectors.x12.asked import READERS
from crossdock.connectors.x12.codes import NO_MEANING
from crossdock.connectors.x12.inbound import SPOKEN_BY
from crossdock.connectors.x12.manifest import MANIFEST
from crossdock.connectors.x12.outbound import SET_OF
from tests.connectors.x12.kit import LIBRARY
from tests.house.sources import ROOT

PAGE = (ROOT / "docs" / "reference" / "x12-sets.md").read_text(encoding="utf-8")


def rows(chapter: str) -> Iterator[list[str]]:
    text = PAGE.partition(f"## {chapter}\n")[2].partition("\n## ")[0]
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[0].isdecimal():
            yield cells


def names(text: str) -> set[str]:
    return set(re.findall(r"`([a-z_.]+)`", text))


def test_every_set_taken_stands_there_with_its_senders_and_facts() -> None:
    told = {cells[0]: cells for cells in rows("In")}
    assert set(told) == set().union(*SPOKEN_BY.values())
    for code, (_, senders, facts, by, _) in told.items():
        assert senders.split(", ") == sorted(role for role, sets in SPOKEN_BY.items() if code in sets), code
        found = LIBRARY.book("x12").reader(code, "004010")
        assert (by == "Python") == (found is None and code in READERS), code
        if found is not None:
            assert names(facts) == set(next(one for one in LIBRARY.book("x12").maps if one is found).facts_in), code
    assert set().union(*(names(cells[2]) for cells in told.values())) == set(MANIFEST.facts_in)


def test_every_command_stands_there_with_its_set() -> None:
    told = {command: cells for cells in rows("Out") for command in names(cells[2])}
    assert set(told) == set(MANIFEST.commands_out)
    for command, (code, _, _, by) in told.items():
        found = LIBRARY.book("x12").writer(command)
        assert code == (SET_OF[command] if found is None else found.spec.head("document"))
        assert by.startswith("Python" if found is None else "map")


def test_every_set_without_a_meaning_stands_there_with_its_reason() -> None:
    text = PAGE.partition("## Not read, not written\n")[2].partition("\n## ")[0]
    lines = [line.strip("| ").partition(" |") for line in text.splitlines() if line.startswith("|")]
    told = {set_name.removesuffix(" in"): why for set_name, _, why in lines if set_name.endswith(" in")}
    assert told.keys() == NO_MEANING.keys()
    assert all(why.strip() for why in told.values())
