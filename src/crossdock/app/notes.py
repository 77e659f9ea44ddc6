"""Release notes of the contracts, made from what was published, what is now, and what the board decided. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

import msgspec

from crossdock.canonical.compatibility import Change, Grade, changes
from crossdock.canonical.consumers import Consumer, readers, touched
from crossdock.canonical.lifecycle import Decision
from crossdock.canonical.registry import Contract, Life, Published
from crossdock.canonical.shapes import CONTRACT, Shape

CONTRACTS_SHOWN = 4
KINDS = {"added": "Added", "changed": "Changed", "fixed": "Fixed", "removed": "Removed", "security": "Security"}


class Notes(msgspec.Struct, frozen=True):
    """What is in the notes since one published version; `hit` are the consumers that read what a change touches."""

    since: int
    added: tuple[str, ...]
    breaking: tuple[Change, ...]
    compatible: tuple[Change, ...]
    decided: tuple[Decision, ...]
    ending: tuple[Contract, ...]
    hit: Mapping[str, tuple[str, ...]]
    fragments: Mapping[str, tuple[str, ...]]


def notes(
    then: Published,
    now: Shape,
    rows: Iterable[Contract],
    decided: Sequence[Decision],
    *,
    after: date | None = None,
    consumers: Sequence[Consumer] = (),
    fragments: Mapping[str, tuple[str, ...]] | None = None,
) -> Notes:
    """The notes since that version; `after` leaves out decisions of that day and before."""
    found = changes(then.shape, now)
    new = {name for struct, name in now.keys() - then.shape.keys() if struct == CONTRACT}
    # What only a new contract is made of is told by its name.
    told = [one for one in found if one.where not in new and not (one.contracts and set(one.contracts) <= new)]
    by_place = {**readers(consumers, now), **readers(consumers, then.shape)}
    return Notes(
        since=then.number,
        added=tuple(sorted(new)),
        breaking=tuple(one for one in told if one.grade is Grade.BREAKING),
        compatible=tuple(one for one in told if one.grade is Grade.COMPATIBLE),
        decided=tuple(one for one in decided if after is None or one.on > after),
        ending=tuple(row for row in rows if row.state is Life.DEPRECATED),
        hit={one.where: touched(one, by_place) for one in told if touched(one, by_place)},
        fragments=fragments or {},
    )


def as_text(found: Notes) -> str:
    """The notes in Markdown."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Notes) -> Iterator[str]:
    yield f"# Contracts since published version {found.since}"
    yield from _part("Breaks", [_change(one, found.hit) for one in found.breaking])
    yield from _part("Ends", [f"`{one.contract}` on {one.ends}; instead: {one.instead}" for one in found.ending])
    yield from _part("New", [f"`{name}`" for name in found.added])
    yield from _part("Changed, compatibly", [_change(one, found.hit) for one in found.compatible])
    moved = [
        f"{one.on} `{one.contract}` version {one.version}: {one.after} by {one.by} ({one.role}): {one.reason}"
        for one in found.decided
    ]
    yield from _part("Decided", moved)
    for kind, title in KINDS.items():
        yield from _part(title, list(found.fragments.get(kind, ())))
    if not (found.breaking or found.added or found.compatible or found.decided or found.ending or found.fragments):
        yield from ("", "Nothing changed.")


def _change(one: Change, hit: Mapping[str, tuple[str, ...]]) -> str:
    more = len(one.contracts) - CONTRACTS_SHOWN
    where = ", ".join(one.contracts[:CONTRACTS_SHOWN]) + (f" and {more} more" if more > 0 else "")
    read_by = f"; read by {', '.join(hit[one.where])}" if one.where in hit else ""
    return f"`{one.where}`: {one.detail} ({where}{read_by})"


def _part(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield from ("", f"## {title}", "", *(f"- {line}" for line in lines))
