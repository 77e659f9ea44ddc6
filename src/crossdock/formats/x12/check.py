"""A transaction set held against its grammar: faults with the codes of AK3 and AK4.

Tolerant, only what takes the meaning away is an error: no beginning segment, a date, time or number that is none, and
that only in 4010 and 5010, whose tables we have. Everything else real partners do, and is told as a warning. Strict,
every breach is an error. Sets we have no layout for are not judged.

What a set looks like repeats: partners send the same segments in the same order, and values of the same make. So each
order of segments is laid out once, and each segment's profile (its text with letters and digits made alike) is judged
once; a set of known order and known profiles costs a few look-ups. All memories are bounded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import contains
from typing import NamedTuple, Protocol

import msgspec

from crossdock.formats.x12.grammar import Slot, family, layout, make
from crossdock.formats.x12.segment_check import COMPONENTS, EXCESS_SEPARATORS, Flaw, flaws, is_date, is_time
from crossdock.formats.x12.shape import MISSING, Shape, lay_out
from crossdock.formats.x12.tree import ERROR, WARNING, Delimiters, Fault, TransactionSet, divide

FAULTS_MAX = 100
SHAPES_MAX = 512
SHAPE_SEGMENTS_MAX = 200
PROFILES_MAX = 4096
TAG_MAX = 3
TABLED = ("004010", "005010")
TAG_SHOWN_MAX = 9
# What is against the letter and harms nobody: told only when asked for.
_PEDANTRY = frozenset((EXCESS_SEPARATORS, COMPONENTS))
_WORDS = {
    "720-1": "segment {tag} is none of X12",
    "720-2": "segment {tag} stands outside of its loop",
    "720-3": "segment {tag} is mandatory and missing",
    "720-4": "the loop of {tag} comes more than {limit} times",
    "720-5": "segment {tag} comes more than {limit} times",
    "720-6": "segment {tag} does not belong in this set",
    "720-7": "segment {tag} is out of order",
}
_ENDS = ("ST", "SE")


class _Holder(Protocol):
    """Where a profile is looked for."""

    def __contains__(self, profile: object, /) -> bool: ...


class _Everything:
    """For ST and SE, which the envelope has judged, and for segments nobody knows how to judge."""

    def __contains__(self, profile: object, /) -> bool:
        return True


_EVERYTHING = _Everything()


class _Dated(NamedTuple):
    """An element that holds a date or a time."""

    position: int
    holds: Callable[[str], bool]


class _Order(msgspec.Struct, frozen=True):
    """What is known of one order of segments: how it is laid out, where its profiles are kept, where dates stand."""

    shape: Shape
    tags: tuple[str, ...]
    clean: tuple[_Holder, ...]
    dated: tuple[tuple[int, tuple[_Dated, ...]], ...]


def check_set(transaction: TransactionSet, *, strict: bool = False) -> list[Fault]:
    """Everything the grammar finds wrong with a set, at most 100 faults, in reading order."""
    version = transaction.group.version if transaction.group is not None else ""
    grammar = grammar_of(transaction.code, version, transaction.interchange.delimiters)
    return grammar.check(transaction, strict=strict) if grammar is not None else []


def grammar_of(code: str, version: str, marks: Delimiters) -> Grammar | None:
    """The grammar for many sets of one kind; `version` is GS08. `None` for sets we have no layout of."""
    return _grammar(code, family(version), marks)


@lru_cache(maxsize=64)
def _grammar(code: str, version: str, marks: Delimiters) -> Grammar | None:
    root = layout(code, version)
    return Grammar(root, version, marks) if root is not None else None


class Grammar:
    """The grammar of one set in one version under one choice of delimiters, and what was seen of it so far."""

    def __init__(self, root: Slot, version: str, marks: Delimiters) -> None:
        self._root = root
        self._version = version
        self._marks = marks
        self._orders: dict[tuple[str, ...], _Order] = {}
        self._clean: dict[str, set[str]] = {tag: set() for tag in root.below if make(tag, version) is not None}

    def check(self, transaction: TransactionSet, *, strict: bool) -> list[Fault]:
        """See `check_set`."""
        texts = transaction.texts
        heads = transaction.heads
        order = self._orders.get(heads) or self._learn(heads, texts)
        profiles = transaction.interchange.profiles
        if profiles is None:
            wrong = self._judge(texts, order, range(len(texts)), texts)
        else:
            seen = profiles[transaction.first : transaction.first + len(texts)]
            suspects = self._misdated(texts, order)
            if False in map(contains, order.clean, seen):
                suspects.update(at for at, known in enumerate(map(contains, order.clean, seen)) if not known)
                if any(not self._bears(texts[at], order.tags[at]) for at in suspects):
                    order, suspects = self._laid_out(texts), set(range(len(texts)))
            wrong = self._judge(texts, order, sorted(suspects), seen)
        return self._faults(transaction, order.shape, wrong, strict=strict) if wrong or order.shape.slips else []

    def _bears(self, text: str, tag: str) -> bool:
        return text.startswith(tag) and text[len(tag) : len(tag) + 1] in (self._marks.element, "")

    def _learn(self, heads: tuple[str, ...], texts: list[str]) -> _Order:
        order = self._laid_out(texts)
        # A longer tag would hide behind its first three signs.
        if len(texts) <= SHAPE_SEGMENTS_MAX and all(len(tag) <= TAG_MAX for tag in order.tags):
            if len(self._orders) >= SHAPES_MAX:
                self._orders.clear()
            self._orders[heads] = order
        return order

    def _laid_out(self, texts: list[str]) -> _Order:
        separator = self._marks.element
        tags = tuple(text.partition(separator)[0] for text in texts)
        clean = tuple(_EVERYTHING if tag in _ENDS else self._clean.get(tag, _EVERYTHING) for tag in tags)
        dated = tuple((at, found) for at, tag in enumerate(tags) if (found := _dated(tag, self._version)))
        return _Order(lay_out(self._root, self._version, tags), tags, clean, dated)

    def _misdated(self, texts: list[str], order: _Order) -> set[int]:
        """Segments with a value that looks like a date or time and is none: a profile tells only its digits."""
        wrong: set[int] = set()
        for at, positions in order.dated:
            row = texts[at].split(self._marks.element)
            for position, holds in positions:
                if position >= len(row):
                    break
                if row[position] and not holds(row[position]):
                    wrong.add(at)
        return wrong

    def _judge(
        self, texts: list[str], order: _Order, suspects: Sequence[int], profiles: Sequence[str]
    ) -> list[tuple[int, Flaw]]:
        """Look closely at some segments; a profile that proves clean is not looked at again."""
        wrong: list[tuple[int, Flaw]] = []
        for at in suspects:
            tag = order.tags[at]
            made = None if tag in _ENDS else make(tag, self._version)
            if made is None or len(wrong) >= FAULTS_MAX:
                continue
            row = divide(texts[at], self._marks.element)
            found = list(flaws(row, made, self._marks))
            wrong.extend((at, flaw) for flaw in found)
            # Blanks behind a value do not count to its length, and a profile does not tell them from letters.
            if not found and not any(cell.endswith(" ") for cell in row):
                known = self._clean.get(tag)
                if known is not None and len(known) < PROFILES_MAX:
                    known.add(profiles[at])
        return wrong

    def _faults(
        self, transaction: TransactionSet, shape: Shape, wrong: list[tuple[int, Flaw]], *, strict: bool
    ) -> list[Fault]:
        """Breaches as faults of the set, in reading order."""
        beginning = self._root.slots[0].tag
        exact = transaction.group is not None and transaction.group.version[:6] in TABLED
        found: list[Fault] = []
        for slip in shape.slips:
            fatal = exact and slip.code == MISSING and slip.tag == beginning
            detail = _WORDS[slip.code].format(tag=slip.tag[:TAG_SHOWN_MAX], limit=slip.limit)
            detail += f" (loop {slip.loop})" if slip.loop else ""
            fault = transaction.fault(slip.code, detail, slip.at, severity=_severity(strict, fatal))
            found.append(msgspec.structs.replace(fault, tag=slip.tag[:TAG_SHOWN_MAX]))
        for at, flaw in wrong:
            if flaw.code in _PEDANTRY and not strict:
                continue
            severity = _severity(strict, exact and flaw.fatal)
            fault = transaction.fault(flaw.code, flaw.detail, at, flaw.element, severity=severity, value=flaw.value)
            found.append(msgspec.structs.replace(fault, number=flaw.number, repetition=flaw.repetition))
        found.sort(key=lambda fault: fault.segment)
        return found[:FAULTS_MAX]


def _severity(strict: bool, fatal: bool) -> str:
    return ERROR if strict or fatal else WARNING


def _dated(tag: str, version: str) -> tuple[_Dated, ...]:
    made = None if tag in _ENDS else make(tag, version)
    if made is None:
        return ()
    kinds = {"DT": is_date, "TM": is_time}
    return tuple(_Dated(at, kinds[one.type]) for at, one in enumerate(made.elements, 1) if one.type in kinds)
