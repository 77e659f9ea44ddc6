"""What conditions are made of: tests of a field, comparisons, and how they go together. `paths` finds the nodes."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from operator import ge, gt, le, lt

from crossdock.kernel.errors import Rejected
from crossdock.kernel.tree import Getter, Node
from crossdock.mapping.run import ReadText, Run, Test

_ORDER = {"<": lt, "<=": le, ">": gt, ">=": ge}


def together(word: str, tests: list[Test]) -> Test:
    """Tests joined by `and` or `or`; two of them, as nearly always, without a loop."""
    if len(tests) == 2:
        one, other = tests
        if word == "and":
            return lambda node, run: one(node, run) and other(node, run)
        return lambda node, run: one(node, run) or other(node, run)
    if word == "and":
        return lambda node, run: all(test(node, run) for test in tests)
    return lambda node, run: any(test(node, run) for test in tests)


def own_test(get: Getter, operator: str, values: tuple[str, ...]) -> Test | None:
    """A test of a field of the node itself, which is asked more often than all others; None for those that compare."""
    if not operator:
        return lambda node, run: bool(get(node).strip())
    if operator == "in":
        several = frozenset(values)
        return lambda node, run: get(node).strip() in several
    if operator not in ("=", "!="):
        return None
    (value,) = values
    if operator == "=":
        return lambda node, run: get(node).strip() == value
    return lambda node, run: get(node).strip() != value


def compared(read: ReadText, operator: str, value: str) -> Test:
    """A test whether a number is before or behind another.

    Raises:
        Rejected: the other is no number.
    """
    compare = _ORDER[operator]
    limit = _number(value)
    if limit is None:
        raise Rejected(f"{operator} compares numbers, and {value!r} is none")

    def test(node: Node, run: Run) -> bool:
        number = _number(read(node, run) or "")
        return number is not None and bool(compare(number, limit))

    return test


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
