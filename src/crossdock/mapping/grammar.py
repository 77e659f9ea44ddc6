"""The two small notations inside a map, parsed once: paths (`N1[01=ST]/N4.02`) and conditions (`BEG.01 in 00|05`).

    path       [`/` | `../`…] step `/` step … [`.` field]     `.03` a field of the node itself, `$name` of the message
    step       name or `*`, then any number of `[…]`           names with other signs stand in single quotes
    […]        `[2]` the second, `[-1]` the last, or a condition on that node in which a bare word is a field of it
    condition  path | path op value | `not` c | c `and` c | c `or` c | `(` c `)`
    op         `=` `!=` `<` `<=` `>` `>=` (numbers) `in` `not in` (values parted by `|`)

A path alone is true where it reads a text that is not empty. The syntax after `.` is the document's own (kernel.tree).
"""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from crossdock.kernel.errors import Rejected

STEPS_MAX, NESTING_MAX = 16, 8
RESERVED = ("and", "or", "not", "in")
OPERATORS = ("!=", "<=", ">=", "=", "<", ">")
_SPACE = re.compile(r"\s*")
_WORD_END = frozenset(" \t\r\n()=!<>|")
_POSITION = re.compile(r"-?[1-9]\d{0,5}")


class Path(msgspec.Struct, frozen=True):
    """Where a value or a node stands. `up` counts `../`; `message` is the name after `$`; `field` None names a node."""

    text: str
    steps: tuple[Step, ...] = ()
    field: str | None = None
    up: int = 0
    absolute: bool = False
    message: str = ""


class Step(msgspec.Struct, frozen=True):
    """One step down: children of this name that pass the tests in turn; a number picks one of those left."""

    name: str
    tests: tuple[Condition | int, ...] = ()


class Atom(msgspec.Struct, frozen=True):
    """One comparison. Without an operator: the path reads something."""

    path: Path
    operator: str = ""
    values: tuple[str, ...] = ()


class Both(msgspec.Struct, frozen=True):
    """All of them (`and`), or any (`or`)."""

    word: str
    parts: tuple[Condition, ...]


class Not(msgspec.Struct, frozen=True):
    """The opposite."""

    part: Condition


Condition = Atom | Both | Not
Part = Callable[[], Condition]


def parse_path(text: str) -> Path:
    """A path as written in a map.

    Raises:
        Rejected: it is none; the text says what is wrong.
    """
    return _path(text, 0)


def parse_condition(text: str) -> Condition:
    """A condition as written in a map.

    Raises:
        Rejected: it is none; the text says what is wrong.
    """
    return _whole(text, 0, inside=False)


def _whole(text: str, depth: int, *, inside: bool) -> Condition:
    reader = _Reader(text, depth, inside=inside)
    found = reader.either()
    if reader.rest():
        raise Rejected(f"{reader.rest()!r} is left over in the condition {text!r}")
    return found


def _path(text: str, depth: int) -> Path:
    if depth > NESTING_MAX:
        raise Rejected(f"more than {NESTING_MAX} brackets inside one another: make the path simpler")
    if text.startswith("$"):
        return Path(text, message=text[1:])
    rest, up = text, 0
    while rest.startswith("../"):
        rest, up = rest[3:], up + 1
    absolute = rest.startswith("/")
    if absolute and up:
        raise Rejected(f"{text!r} goes up and begins at the root: write one of them")
    steps, field = _steps(rest.removeprefix("/"), text, depth)
    if not steps and field is None:
        raise Rejected(f"{text!r} names nothing: write a path such as BEG.03 or N1[01=ST]/N4.02")
    return Path(text, steps, field, up, absolute)


def _steps(rest: str, text: str, depth: int) -> tuple[tuple[Step, ...], str | None]:
    steps: list[Step] = []
    while rest:
        if rest[0] == ".":
            if rest[1:2] == ".":
                raise Rejected(f"{text!r} has two dots together: `../` goes up and is followed by a path")
            return tuple(steps), rest[1:]
        name, rest = _name(rest, text)
        tests: list[Condition | int] = []
        while rest.startswith("["):
            inner, rest = _bracket(rest, text)
            tests.append(int(inner) if _POSITION.fullmatch(inner) else _whole(inner, depth + 1, inside=True))
        steps.append(Step(name, tuple(tests)))
        if rest.startswith("/"):
            rest = rest[1:]
            if not rest or rest[0] == ".":
                raise Rejected(f"{text!r} has a `/` with no name after it")
        elif rest and rest[0] != ".":
            raise Rejected(f"{text!r} cannot be read from {rest!r} on")
        if len(steps) > STEPS_MAX:
            raise Rejected(f"{text!r} has more than {STEPS_MAX} steps")
    return tuple(steps), None


def _name(rest: str, text: str) -> tuple[str, str]:
    if rest[0] == "'":
        name, quote, rest = rest[1:].partition("'")
        if not quote:
            raise Rejected(f"{text!r} has a quote that is not closed")
        return name, rest
    end = next((at for at, sign in enumerate(rest) if sign in "/[."), len(rest))
    name = rest[:end]
    if not name or any(sign in _WORD_END or sign == "]" for sign in name):
        raise Rejected(f"{text!r}: {name!r} is no name; put names with other signs in single quotes")
    return name, rest[end:]


def _bracket(rest: str, text: str) -> tuple[str, str]:
    depth, quoted = 0, False
    for at, sign in enumerate(rest):
        if sign == "'":
            quoted = not quoted
        elif not quoted and sign in "[]":
            depth += 1 if sign == "[" else -1
            if depth == 0:
                return rest[1:at].strip(), rest[at + 1 :]
    raise Rejected(f"{text!r} has a bracket that is not closed")


class _Reader:
    """Reads one condition from left to right; `inside` brackets a bare word is a field."""

    def __init__(self, text: str, depth: int, *, inside: bool) -> None:
        self.text, self.at, self.depth, self.inside, self.open = text, 0, depth, inside, 0

    def rest(self) -> str:
        """What is not read yet."""
        return self.text[self.at :].strip()

    def either(self) -> Condition:
        """`or`, the weakest."""
        return self._joined("or", lambda: self._joined("and", self._single))

    def _joined(self, word: str, part: Part) -> Condition:
        parts = [part()]
        while self._take_word(word):
            parts.append(part())
        return parts[0] if len(parts) == 1 else Both(word, tuple(parts))

    def _single(self) -> Condition:
        self.open += 1
        if self.open + self.depth > NESTING_MAX * 2:
            raise Rejected(f"the condition {self.text!r} is nested too deep")
        try:
            if self._take_word("not"):
                return Not(self._single())
            if self._take("("):
                found = self.either()
                if not self._take(")"):
                    raise Rejected(f"the condition {self.text!r} has a parenthesis that is not closed")
                return found
            return self._atom()
        finally:
            self.open -= 1

    def _atom(self) -> Condition:
        word = self._scan()
        if word in RESERVED:
            raise Rejected(f"the condition {self.text!r} has {word!r} where a path belongs")
        bare = self.inside and not any(sign in "./$'[" for sign in word)
        path = Path(word, field=word) if bare else _path(word, self.depth + 1)
        if self._take_word("in"):
            return Atom(path, "in", self._values())
        if self._take_word("not"):
            if not self._take_word("in"):
                raise Rejected(f"the condition {self.text!r} has `not` without `in` behind a path")
            return Not(Atom(path, "in", self._values()))
        operator = next((one for one in OPERATORS if self._take(one)), "")
        return Atom(path, operator, (self._value(),)) if operator else Atom(path)

    def _values(self) -> tuple[str, ...]:
        found = [self._value()]
        while self._take("|"):
            found.append(self._value())
        return tuple(found)

    def _value(self) -> str:
        self._skip()
        if self._take("'"):
            end = self.text.find("'", self.at)
            if end < 0:
                raise Rejected(f"the condition {self.text!r} has a quote that is not closed")
            value, self.at = self.text[self.at : end], end + 1
            return value
        return self._scan()

    def _scan(self) -> str:
        """One word: up to a space, a parenthesis or an operator outside brackets and quotes."""
        self._skip()
        start, depth, quoted = self.at, 0, False
        while self.at < len(self.text):
            sign = self.text[self.at]
            if sign == "'":
                quoted = not quoted
            elif not quoted:
                depth += (sign == "[") - (sign == "]")
                if depth == 0 and sign in _WORD_END:
                    break
            self.at += 1
        if self.at == start:
            raise Rejected(f"the condition {self.text!r} breaks off at {self.text[start:]!r}")
        return self.text[start : self.at]

    def _skip(self) -> None:
        match = _SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def _take(self, sign: str) -> bool:
        self._skip()
        found = self.text.startswith(sign, self.at)
        self.at += len(sign) if found else 0
        return found

    def _take_word(self, word: str) -> bool:
        self._skip()
        end = self.at + len(word)
        found = self.text.startswith(word, self.at) and (end == len(self.text) or self.text[end] in " \t\r\n('")
        self.at = end if found else self.at
        return found
