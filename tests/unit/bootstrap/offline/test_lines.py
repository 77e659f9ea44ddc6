"""Where a rule of a map or a row of a code list stands."""

from __future__ import annotations

import pytest

from crossdock.bootstrap.offline.lines import line_of_error, line_of_rule

MAP = """# a comment
extends = "x12/850"
[map]
version = "1"

[[fact]]
id = "order"
subject = { id = "BEG.03" }
refs = [
  { scheme = "po", id = ".02" },
]
[fact.fields]
order_no = "BEG.03"
"ship_to.name" = "N1.02"
customer = { no = "N1.04" }

[fact.fields.lines]
each = "PO1"
fields = { no = ".01" }

[[fact]]
type = "order.held"
subject = { id = "BEG.03" }
[fact.fields]
hold_id = "BEG.03"

[codes.units]
KI = "KT"
"""


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        ("extends", 2),
        ("map.version", 4),
        ("fact.order", 6),
        ("fact.order.subject.id", 8),
        ("fact.order.refs[0].scheme", 9),
        ("fact.order.fields.order_no", 13),
        ("fact.order.fields.ship_to.name", 14),
        ("fact.order.fields.customer.no", 15),
        ("fact.order.fields.lines", 17),
        ("fact.order.fields.lines.each", 18),
        ("fact.order.held.fields.hold_id", 25),
        ("codes.units", 27),
        ("document.940", 0),
    ],
)
def test_a_rule_is_found_where_it_is_written(rule: str, line: int) -> None:
    assert line_of_rule(MAP, rule) == line


def test_the_line_of_a_toml_error_is_the_one_it_names() -> None:
    assert line_of_error("", "Expected '=' after a key (at line 12, column 4)") == 12


def test_a_row_is_counted_without_comments_at_the_top_and_blank_lines() -> None:
    text = "# source: x\n# version: 1\n\ncode,value\nA,1\n\nB,2\n"
    assert [line_of_error(text, f"code table a, row {row}: wrong") for row in (1, 2, 3, 4)] == [4, 5, 7, 0]
