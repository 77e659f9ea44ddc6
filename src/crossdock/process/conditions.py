"""Conditions of policies: a small typed expression language, compiled once to closures (decision 0020).

    order.total > 50000 and ship_to.country not in ["DE", "NL"]
    "3" in goods.hazard_classes or (goods.kgm * 2 >= 1000 and not order.cross_border)

Written as Python writes expressions, read by Python's own parser, and never run by Python: what is not listed here does
not compile. There are declared fields, texts, numbers, `True`, `False`, lists of texts or numbers, `and`, `or`, `not`,
`==`, `!=`, `<`, `<=`, `>`, `>=`, `in`, `not in`, `+`, `-`, `*`. No calls, no loops, no names but the fields, so a
condition ends after as many steps as it has parts. Types are checked when it is compiled. A number nobody has stated
makes every comparison with it false; a text nobody has stated is empty.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from enum import StrEnum
from operator import add, eq, ge, gt, le, lt, mul, ne, sub
from typing import Generic, TypeVar, cast

import msgspec

from crossdock.kernel.errors import Rejected

T = TypeVar("T")

Value = str | bool | Decimal | tuple[str, ...] | tuple[Decimal, ...] | None
Read = Callable[[T], Value]

LENGTH_MAX, PARTS_MAX, DEPTH_MAX, LIST_MAX = 1_000, 200, 20, 500


class Kind(StrEnum):
    """What a part of a condition is."""

    TEXT = "text"
    NUMBER = "number"
    FLAG = "yes or no"
    TEXTS = "list of texts"
    NUMBERS = "list of numbers"


class Field(msgspec.Struct, Generic[T], frozen=True):
    """A field conditions may ask for: its kind, how it is read, and what it means (for the reference)."""

    kind: Kind
    read: Read[T]
    means: str = ""


class Part(msgspec.Struct, Generic[T], frozen=True):
    """A compiled part."""

    kind: Kind
    read: Read[T]


LISTS = {Kind.TEXTS: Kind.TEXT, Kind.NUMBERS: Kind.NUMBER}
Compare = Callable[[object, object], bool]
# What stands on both sides has been found to be of one kind by then.
ORDERS = cast("Mapping[type[ast.cmpop], Compare]", {ast.Lt: lt, ast.LtE: le, ast.Gt: gt, ast.GtE: ge})
EQUALS: Mapping[type[ast.cmpop], Compare] = {ast.Eq: eq, ast.NotEq: ne}
SUMS: Mapping[type[ast.operator], Callable[[object, object], Decimal]] = {ast.Add: add, ast.Sub: sub, ast.Mult: mul}


def compile_condition(text: str, fields: Mapping[str, Field[T]]) -> Callable[[T], bool]:
    """The condition as a test.

    Raises:
        Rejected: it is no condition; the text says what and, where it helps, at which column.
    """
    if len(text) > LENGTH_MAX:
        raise Rejected(f"a condition has at most {LENGTH_MAX} characters: make two rules of it")
    try:
        tree = ast.parse(text.strip(), mode="eval")
        if sum(1 for _ in ast.walk(tree)) > PARTS_MAX:
            raise Rejected(f"a condition has at most {PARTS_MAX} parts: make two rules of it")
        part = _Compiler(text.strip(), fields).part(tree.body, 0)
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        column = getattr(error, "offset", None)
        raise Rejected(f"not a condition{f' at column {column}' if column else ''}: {error.args[0]}") from error
    if part.kind is not Kind.FLAG:
        raise Rejected(f"a condition is yes or no, and this is a {part.kind}: compare it with something")
    read = part.read
    return lambda subject: bool(read(subject))


class _Compiler(Generic[T]):
    def __init__(self, text: str, fields: Mapping[str, Field[T]]) -> None:
        self.text = text
        self.fields = fields

    def part(self, node: ast.expr, depth: int) -> Part[T]:
        if depth > DEPTH_MAX:
            raise Rejected(f"a condition is nested at most {DEPTH_MAX} deep: make two rules of it")
        match node:
            case ast.Constant():
                return self._constant(node)
            case ast.Name() | ast.Attribute():
                return self._field(node)
            case ast.List() | ast.Tuple():
                return self._list(node, depth)
            case ast.BoolOp():
                return self._joined(node, depth)
            case ast.UnaryOp(op=ast.Not()):
                inner = self._of_kind(node.operand, Kind.FLAG, depth)
                return Part(Kind.FLAG, lambda subject: not inner(subject))
            case ast.UnaryOp(op=ast.USub()):
                number = self._of_kind(node.operand, Kind.NUMBER, depth)
                return Part(Kind.NUMBER, lambda subject: _minus(number(subject)))
            case ast.BinOp() if type(node.op) in SUMS:
                return self._sum(node, depth)
            case ast.Compare():
                return self._compared(node, depth)
            case _:
                raise self._refused(node, "this cannot stand in a condition")

    def _refused(self, node: ast.AST, why: str) -> Rejected:
        shown = ast.get_source_segment(self.text, node) or "it"
        return Rejected(f"column {getattr(node, 'col_offset', 0) + 1}, {shown[:60]}: {why}")

    def _constant(self, node: ast.Constant) -> Part[T]:
        value = node.value
        if isinstance(value, bool):
            return Part(Kind.FLAG, lambda subject: value)
        if isinstance(value, str):
            return Part(Kind.TEXT, lambda subject: value)
        try:
            # The text as written: a float would not be the number somebody meant.
            number = Decimal((ast.get_source_segment(self.text, node) or "").replace("_", ""))
        except InvalidOperation as error:
            raise self._refused(node, "neither a text nor a number") from error
        return Part(Kind.NUMBER, lambda subject: number)

    def _field(self, node: ast.Name | ast.Attribute) -> Part[T]:
        name = ast.unparse(node)
        field = self.fields.get(name)
        if field is None:
            near = get_close_matches(name, self.fields, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(self.fields))}"
            raise self._refused(node, f"no such field; {hint} Texts stand in quotes")
        return Part(field.kind, field.read)

    def _list(self, node: ast.List | ast.Tuple, depth: int) -> Part[T]:
        if len(node.elts) > LIST_MAX:
            raise self._refused(node, f"a list has at most {LIST_MAX} members")
        members = [self.part(one, depth + 1) for one in node.elts]
        if not all(isinstance(one, ast.Constant) for one in node.elts):
            raise self._refused(node, "a list holds texts or numbers as they are")
        kinds = {one.kind for one in members}
        if not kinds <= {Kind.TEXT} and not kinds <= {Kind.NUMBER}:
            raise self._refused(node, "a list holds texts or numbers, not both")
        values = tuple(one.read(None) for one in members)  # type: ignore[arg-type]  # constants read nothing
        kind = Kind.NUMBERS if kinds == {Kind.NUMBER} else Kind.TEXTS
        fixed: Value = cast("tuple[str, ...]", values)  # of one kind, as was just checked
        return Part(kind, lambda subject: fixed)

    def _of_kind(self, node: ast.expr, kind: Kind, depth: int) -> Read[T]:
        part = self.part(node, depth + 1)
        if part.kind is not kind:
            raise self._refused(node, f"is a {part.kind}, and a {kind} is needed")
        return part.read

    def _joined(self, node: ast.BoolOp, depth: int) -> Part[T]:
        tests = [self._of_kind(one, Kind.FLAG, depth) for one in node.values]
        if isinstance(node.op, ast.And):
            return Part(Kind.FLAG, lambda subject: all(test(subject) for test in tests))
        return Part(Kind.FLAG, lambda subject: any(test(subject) for test in tests))

    def _sum(self, node: ast.BinOp, depth: int) -> Part[T]:
        left, right = (self._of_kind(one, Kind.NUMBER, depth) for one in (node.left, node.right))
        operate = SUMS[type(node.op)]

        def run(subject: T) -> Value:
            one, other = left(subject), right(subject)
            return None if one is None or other is None else operate(one, other)

        return Part(Kind.NUMBER, run)

    def _compared(self, node: ast.Compare, depth: int) -> Part[T]:
        if len(node.ops) != 1:
            raise self._refused(node, "compare two things at a time, and join comparisons by and")
        left, right = self.part(node.left, depth + 1), self.part(node.comparators[0], depth + 1)
        operator = type(node.ops[0])
        if operator in (ast.In, ast.NotIn):
            return self._member(node, left, right, wanted=operator is ast.In)
        if left.kind is not right.kind or left.kind in LISTS:
            raise self._refused(node, f"a {left.kind} cannot be compared with a {right.kind}")
        one, other = left.read, right.read
        if operator in EQUALS:
            same = EQUALS[operator]
            if left.kind is Kind.NUMBER:
                return Part(Kind.FLAG, _ordered(one, other, same))
            return Part(Kind.FLAG, lambda subject: same(one(subject), other(subject)))
        if operator not in ORDERS or left.kind is not Kind.NUMBER:
            raise self._refused(node, f"a {left.kind} has no order: use == or in")
        return Part(Kind.FLAG, _ordered(one, other, ORDERS[operator]))

    def _member(self, node: ast.Compare, left: Part[T], right: Part[T], *, wanted: bool) -> Part[T]:
        if LISTS.get(right.kind) is not left.kind:
            raise self._refused(node, f"a {left.kind} cannot be in a {right.kind}")
        one, many = left.read, right.read
        if isinstance(node.comparators[0], ast.List | ast.Tuple):
            known = frozenset(many(None) or ())  # type: ignore[arg-type]  # a written list reads nothing
            return Part(Kind.FLAG, lambda subject: (one(subject) in known) is wanted)
        return Part(Kind.FLAG, lambda subject: (one(subject) in (many(subject) or ())) is wanted)  # type: ignore[operator]


def _ordered(one: Read[T], other: Read[T], compare: Compare) -> Read[T]:
    def run(subject: T) -> Value:
        left, right = one(subject), other(subject)
        return left is not None and right is not None and compare(left, right)

    return run


def _minus(number: Value) -> Value:
    return -number if isinstance(number, Decimal) else None
