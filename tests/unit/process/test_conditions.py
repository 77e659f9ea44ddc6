"""Conditions of policies: what they can ask, what they refuse, and that none of them is ever run by Python."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdock.kernel.errors import Rejected
from crossdock.process.conditions import LENGTH_MAX, Field, Kind, Value, compile_condition

Subject = dict[str, Value]


def reads(name: str, kind: Kind) -> Field[Subject]:
    return Field(kind, lambda subject: subject[name])


FIELDS = {
    "order.total": reads("total", Kind.NUMBER),
    "order.country": reads("country", Kind.TEXT),
    "order.urgent": reads("urgent", Kind.FLAG),
    "goods.classes": reads("classes", Kind.TEXTS),
    "goods.kgm": reads("kgm", Kind.NUMBER),
}
ORDER: Subject = {"total": Decimal("61250.10"), "country": "NO", "urgent": True, "classes": ("3", "8"), "kgm": None}


def holds(text: str, subject: Subject = ORDER) -> bool:
    return compile_condition(text, FIELDS)(subject)


@pytest.mark.parametrize(
    "text",
    [
        'order.total > 50000 and order.country not in ["DE", "NL"]',
        "order.total == 61250.10",
        "order.total * 2 - 100 >= 122400.2",
        "-order.total < 0",
        'order.country == "NO"',
        'order.country != "SE" and not order.country in ("SE", "FI")',
        'order.urgent and ("3" in goods.classes or False)',
        '"9" not in goods.classes',
        "order.urgent == True",
        "order.total in [1, 61250.10]",
        "order.total > 61_250",
    ],
)
def test_it_holds(text: str) -> None:
    assert holds(text)


@pytest.mark.parametrize("text", ["goods.kgm > 0", "goods.kgm == 0", "goods.kgm != 0", "goods.kgm + 1 < 5"])
def test_a_number_nobody_stated_makes_no_comparison_true(text: str) -> None:
    assert not holds(text)


def test_numbers_are_decimals_as_they_are_written() -> None:
    """0.1 + 0.2 is 0.3."""
    assert compile_condition("order.total == 0.1 + 0.2", FIELDS)({**ORDER, "total": Decimal("0.3")})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("order.totl > 5", "column 1, order.totl: no such field; did you mean order.total?"),
        ("order.total.__class__ == 5", "no such field"),
        ("().__class__.__bases__", "no such field"),
        ("__import__('os').system('true')", "this cannot stand in a condition"),
        ("[one for one in goods.classes]", "this cannot stand in a condition"),
        ("(lambda: order.urgent)()", "this cannot stand in a condition"),
        ("order.total ** 9 > 1", "this cannot stand in a condition"),
        ("order.total / 0 > 1", "this cannot stand in a condition"),
        ("order.total", "this is a number"),
        ('order.total > "5"', "a number cannot be compared with a text"),
        ('order.country > "A"', "has no order"),
        ("order.total in goods.classes", "a number cannot be in a list of texts"),
        ("order.country and order.urgent", "a yes or no is needed"),
        ("1 < order.total < 5", "two things at a time"),
        ('order.country in ["A", 1]', "not both"),
        ("order.total in [order.total]", "as they are"),
        ("order.total is 5", "has no order"),
        ("order.total > 5j", "neither a text nor a number"),
        ("order.total >", "not a condition"),
        ("", "not a condition"),
        ("order.urgent and " * 100 + "order.urgent", "characters"),
        ("not " * 30 + "order.urgent", "nested at most"),
        ("1+" * 120 + "1 > 0", "parts"),
        ("\0", "not a condition"),
    ],
)
def test_everything_else_is_refused_with_the_place(text: str, told: str) -> None:
    with pytest.raises(Rejected) as refused:
        holds(text)
    assert told in refused.value.detail


@given(st.text(max_size=LENGTH_MAX + 10) | st.text("()[]'\"+-*. andornti<>=019order.total", max_size=200))
def test_no_text_breaks_the_compiler(text: str) -> None:
    """It is a condition, or it is refused; nothing else."""
    try:
        test = compile_condition(text, FIELDS)
    except Rejected:
        return
    assert test(ORDER) in (True, False)
