"""The page of all samples is what the code makes of them today, and holds what issue 3 promises of every file."""

from __future__ import annotations

import pytest

from crossdock.testing.sample_table import PAGE, SAMPLES, Tally, page, tallies
from tests.unit.formats.kit import needs_samples


@pytest.fixture(scope="module")
def found() -> dict[str, Tally]:
    """Every sample, read once."""
    return tallies(SAMPLES)


@needs_samples
def test_the_page_is_what_becomes_of_the_samples(found: dict[str, Tally]) -> None:
    assert PAGE.read_text() == page(found), "run `make docs` and commit the page"


@needs_samples
def test_no_file_crashes_and_what_is_read_is_written_byte_for_byte(found: dict[str, Tally]) -> None:
    assert [kind for kind, tally in found.items() if tally.crashed or tally.same != tally.readable] == []


def test_a_type_of_which_nothing_comes_says_why_the_most_frequent_first() -> None:
    tally = Tally(files=2, read=2)
    tally.reasons.update({"**B** rare": 1, "**A** often | 2": 3})
    (row,) = (line for line in page({"x12/850": tally}).splitlines() if line.startswith("| `x12/850`"))
    assert row == "| `x12/850` | 2 | 2 | 0 | 0 | 0 of 0 | 3 × **A** often \\| 2<br>1 × **B** rare |"
