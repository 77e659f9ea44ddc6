"""What each line of a bill comes to, as the ERP is told (domain.md §2.10 request_invoice; docs/decisions/0055)."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from crossdock.canonical.commands.erp import RequestInvoice
from crossdock.kernel.money import Money
from crossdock.process.billing.amounts import line_amounts
from crossdock.process.sums import valued, valued_apart
from tests.unit.process.money import FO, Story, handed

LINES = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 10**12), max_size=6)
PRICES = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 10**9), max_size=6)


def test_an_invoice_is_asked_for_with_what_each_line_comes_to() -> None:
    story = Story().planned()
    story.tell(handed(), FO)
    (request,) = story.sent("request_invoice")
    assert isinstance(request, RequestInvoice)
    assert request.amount == Money(Decimal("530.00"), "EUR")
    assert [(one.line, one.amount.amount) for one in request.amounts] == [
        ("10", Decimal("500.00")),
        ("20", Decimal("30.00")),
    ]


@given(LINES, PRICES, st.sampled_from(("EUR", "JPY", "BHD")))
def test_lines_told_apart_sum_to_the_whole_in_any_currency(
    lines: dict[str, int], prices: dict[str, int], currency: str
) -> None:
    parts = valued_apart(lines, prices, currency)
    assert sum(parts.values()) == valued(lines, prices, currency)
    assert parts.keys() == lines.keys()


def test_without_a_currency_there_are_no_amounts() -> None:
    assert line_amounts({"10": 1_000_000}, {}, {"10": 10_000}, "") == ()
