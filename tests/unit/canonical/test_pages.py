"""The reference pages of events and commands are what the tables say."""

from __future__ import annotations

from pathlib import Path

import pytest

from crossdock.canonical.catalogue import COMMAND_TYPES, EVENT_TYPES
from crossdock.canonical.pages import pages

REFERENCE = Path(__file__).parents[3] / "docs" / "reference"


@pytest.mark.parametrize("name", pages())
def test_the_page_is_up_to_date(name: str) -> None:
    assert (REFERENCE / name).read_text(encoding="utf-8") == pages()[name], "run `make docs` and commit the page"


def test_every_event_and_command_has_its_line() -> None:
    for name, types in (("events.md", EVENT_TYPES), ("commands.md", COMMAND_TYPES)):
        lines = [line for line in pages()[name].splitlines() if line.startswith("| `")]
        assert [line.split("`")[1] for line in lines] == list(types)


def test_a_required_field_is_in_bold_and_an_optional_one_is_not() -> None:
    line = next(line for line in pages()["events.md"].splitlines() if line.startswith("| `shipment.handed_over`"))

    assert "**handover_no**" in line
    assert ", bol," in line
    assert " 1 h " in line


def test_a_line_of_a_table_has_as_many_cells_as_its_head() -> None:
    for text in pages().values():
        cells = {line.replace("\\|", "").count("|") for line in text.splitlines() if line.startswith("|")}
        assert len(cells) == 1
