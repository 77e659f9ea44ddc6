"""Sources of values and what a map puts around them, layer by layer: codes, converters, conditions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from crossdock.kernel.instant import Occurrence
from crossdock.kernel.tree import Getter, Node
from crossdock.mapping import moments
from crossdock.mapping.converters import Converter, shown
from crossdock.mapping.run import BAD, CONTRACT, UNKNOWN_CODE, WARNING, Locate, Read, Run, Spot, Test

SHOWN_MAX = 60


class Source(NamedTuple):
    """A compiled expression. `constant` is set where it never depends on the document, `default` where it may not.

    `plain` tells that it reads text as it stands, `moment` that it reads an occurrence, `own` that it is nothing but a
    field of the current node. `meanings` are the codes it may give, `fallback` the constant for others.
    """

    read: Read
    locate: Locate
    constant: object = None
    default: object = None
    required: bool = False
    say: str = ""
    plain: bool = False
    moment: bool = False
    own: Getter | None = None
    meanings: Mapping[str, str] | None = None
    fallback: str = ""


def here(node: Node, run: Run) -> Spot:
    return Spot(node)


def _nothing(node: Node, run: Run) -> None:
    return None


NOTHING = Source(_nothing, here)


def constant(value: str) -> Source:
    return Source(lambda node, run: value, here, constant=value, plain=True)


def first(parts: list[Source]) -> Source:
    reads = [part.read for part in parts]

    def read(node: Node, run: Run) -> object:
        for one in reads:
            if (value := one(node, run)) is not None:
                return value
        return None

    def locate(node: Node, run: Run) -> Spot:
        for one in parts:
            if one.read(node, run) is not None:
                return one.locate(node, run)
        # Where nothing is, the first place that could be named; a word of the message has none.
        spots = [one.locate(node, run) for one in parts]
        return next((spot for spot in spots if spot.field or spot.missing), spots[0])

    return Source(read, locate, moment=any(part.moment for part in parts), plain=all(part.plain for part in parts))


def concat(parts: list[Source], sep: str) -> Source:
    def read(node: Node, run: Run) -> object:
        found = [part.read(node, run) for part in parts]
        if BAD in found:
            return BAD
        if all(value is None for value, part in zip(found, parts, strict=True) if part.constant is None):
            return None
        return sep.join([shown(value) for value in found if value is not None])

    told = next((part for part in parts if part.constant is None), parts[0])
    return Source(read, told.locate, plain=True)


def guarded(test: Test, source: Source) -> Source:
    inner = source.read
    return source._replace(
        read=lambda node, run: inner(node, run) if test(node, run) else None, constant=None, own=None
    )


def converted(rule: str, converter: Converter, source: Source) -> Source:
    inner, locate = source.read, source.locate

    def read(node: Node, run: Run) -> object:
        value = inner(node, run)
        if value is None or value is BAD:
            return value
        try:
            found = converter(value if isinstance(value, str) else shown(value))
        except ValueError as error:
            told = shown(value)[:SHOWN_MAX]
            return run.remark(CONTRACT, f"{told!r} {error}: correct it and send again", locate(node, run), rule)
        return None if found == "" else found

    return Source(read, locate)


def looked_up(rule: str, name: str, meanings: Mapping[str, str], unknown: str, source: Source) -> Source:
    inner, locate = source.read, source.locate

    def read(node: Node, run: Run) -> object:
        value = inner(node, run)
        if value is None or value is BAD:
            return value
        code = value if isinstance(value, str) else shown(value)
        found = meanings.get(code)
        if found is not None:
            return found or None
        if unknown == "same":
            return code
        detail = f"code {code[:SHOWN_MAX]!r} is not in table {name!r}: add it there, or to the partner's codes"
        if unknown == "refuse":
            return run.remark(UNKNOWN_CODE, detail, locate(node, run), rule)
        run.remark(UNKNOWN_CODE, detail, locate(node, run), rule, WARNING)
        return unknown[1:] if unknown != "omit" else None

    known = meanings if unknown != "same" else None
    return Source(read, locate, plain=True, meanings=known, fallback=unknown[1:] if unknown.startswith("=") else "")


def written(rule: str, day: Source, zone: Source, form: Source) -> Source:
    def read(node: Node, run: Run) -> object:
        text = day.read(node, run)
        if text is None or text is BAD:
            return text
        named = zone.read(node, run)
        try:
            return moments.write_moment(
                shown(text), shown(form.read(node, run) or "iso"), shown(named) if named else run.context.tz
            )
        except ValueError as error:
            return run.remark(CONTRACT, f"{text!r} cannot be written: {error}", day.locate(node, run), rule)

    return Source(read, day.locate, plain=True)


def occurrence_of(value: object) -> Occurrence | None:
    """What a moment read, None where it read none."""
    return value if isinstance(value, Occurrence) else None
