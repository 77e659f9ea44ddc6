"""Items of a list that speak of the same thing."""

from __future__ import annotations

from decimal import Decimal

from crossdock.mapping.joining import join_items
from crossdock.mapping.run import BAD


def item(line: str, value: object, uom: str = "EA") -> dict[str, object]:
    return {"line": line, "qty": {"value": value, "uom": uom}}


def test_quantities_of_one_line_are_added() -> None:
    joined, places, complaint = join_items([item("10", "30"), item("20", "1"), item("10", "10")], ("line",))
    assert joined == [item("10", Decimal(40)), item("20", "1")]
    assert (places, complaint) == ([0, 1, 0], "")


def test_two_units_are_a_complaint() -> None:
    _, _, complaint = join_items([item("10", "30"), item("10", "1", "CS")], ("line",))
    assert complaint == "qty is in EA and in CS"


def test_a_value_that_was_found_to_be_none_adds_nothing_and_never_raises() -> None:
    joined, _, complaint = join_items([item("10", "30"), item("10", BAD), item("10", "ten")], ("line",))
    assert joined == [item("10", Decimal(30))]
    assert complaint == ""
