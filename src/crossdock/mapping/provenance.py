"""Field-level provenance, worked out when asked: the map is compiled once more with every read written down.

Forwards (`Explanation.fields`): each canonical field, the places it was read at, the rule and the map that made it.
Backwards (`fed`, `unread`): each field of the document and the canonical fields it fed; what was never looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec

from crossdock.kernel.tree import Document, Getter, Node, Place, Syntax
from crossdock.mapping.run import Read, Run
from crossdock.mapping.shapes import Part, Tracer
from crossdock.mapping.spec import Spec

# What parts a position from its repetition and component, `01#2-3`.
_POSITION = re.compile("[-#]")
_INDEX = re.compile(r"\[(\d+)\]")
ENVELOPE = ("class", "subject.", "occurred", "refs[", "revision", "corrects", "retracts", "slot_key")


class Origin(NamedTuple):
    """Where one canonical field comes from.

    Attributes:
        places: what was read for it, in the order read; empty for a constant of the map.
        raw: the texts at these places, as they stand in the bytes.
        decided: the places conditions read on the way to it, such as the qualifier of a segment.
        rule: the rule as a path in the map, `fact.order.fields.lines.item`.
        map, version: the file that made the rule, which may be a partner's overlay.
    """

    places: tuple[Place, ...]
    raw: tuple[str, ...]
    decided: tuple[Place, ...]
    rule: str
    map: str
    version: str


class Explanation(msgspec.Struct, frozen=True):
    """What a document was turned into, both ways.

    Attributes:
        fields: one mapping for each fact in the order of `Mapped.facts`: path in the envelope (`payload.lines[0].item`,
            `subject.id`) to its origin.
        fed: `(node.at, field)` read to the paths it fed, each with the number of its fact in front (`0:subject.id`);
            empty where it only decided something.
        unread: `(node.at, field)` of every field with text that no rule looked at.
    """

    fields: tuple[Mapping[str, Origin], ...]
    fed: Mapping[tuple[int, str], tuple[str, ...]]
    unread: tuple[tuple[int, str], ...]


class Noted(NamedTuple):
    """One read: a field of a node, what stood there, and whether a condition asked."""

    node: Node
    field: str
    raw: str
    deciding: bool


class NotingSyntax:
    """A syntax whose getters write down what they read."""

    def __init__(self, syntax: Syntax, trail: list[Noted], *, deciding: bool) -> None:
        self._syntax = syntax
        self._trail = trail
        self._deciding = deciding

    def getter(self, field: str) -> Getter:
        """As the syntax's own, noted."""
        get, trail, deciding = self._syntax.getter(field), self._trail, self._deciding

        def noted(node: Node) -> str:
            raw = get(node)
            trail.append(Noted(node, field, raw, deciding))
            return raw

        return noted


class Recorder(Tracer):
    """Writes down which reads belong to which canonical field, while a fact is made."""

    def __init__(self) -> None:
        self.trail: list[Noted] = []
        self.claims: dict[str, tuple[str, list[Noted]]] = {}
        self.rules: list[str] = []
        self._path: list[str] = []
        self._counts: list[int] = []

    def begin(self) -> None:
        """A new fact begins."""
        self.claims = {}
        self._path, self._counts = [], []

    def field(self, name: str, rule: str, part: Part, *, leaf: bool) -> Part:
        """Also claims what the field read, and keeps the rules there are."""
        if leaf and part.read is not None:
            self.rules.append(rule)
        if part.read is None:
            if part.fixed is None or not name.startswith(ENVELOPE):
                return part
            return part._replace(read=self._claimed(name, rule, _always(part.fixed)))
        read = self._claimed(name, rule, part.read) if leaf else self._within(name, part.read)
        return part._replace(read=read, own=None)

    def object(self, rule: str, parts: Mapping[str, Part], read: Read) -> Read:
        """Also claims the constants and defaults that stand in an object that is made; they read nothing."""
        fixed = [name for name, part in parts.items() if part.fixed is not None]

        def claimed(node: Node, run: Run) -> object:
            built = read(node, run)
            if isinstance(built, dict):
                for name in fixed:
                    self.claims.setdefault(".".join([*self._path, name]), (f"{rule}.{name}", []))
            return built

        return claimed if fixed else read

    def item(self, read: Read) -> Read:
        """One item of a list; it has a number when it is kept."""

        def numbered(node: Node, run: Run) -> object:
            path = self._path[-1]
            self._path[-1] = f"{path}[{self._counts[-1]}]"
            try:
                value = read(node, run)
            finally:
                self._path[-1] = path
            self._counts[-1] += value is not None
            return value

        return numbered

    def joined(self, places: list[int]) -> None:
        """The claims of joined items belong to what they became, those of several together."""
        head = ".".join(self._path)
        moved: dict[str, tuple[str, list[Noted]]] = {}
        for path, (rule, reads) in self.claims.items():
            number, mark, rest = path.removeprefix(head).partition("]")
            if path.startswith(f"{head}[") and mark:
                path = f"{head}[{places[int(number[1:])]}]{rest}"  # noqa: PLW2901  (the claim moves)
                while path in moved and "[" in rest:
                    # Lists inside follow one another: what stands behind the first one's items counts on.
                    rest = _INDEX.sub(lambda found: f"[{int(found[1]) + 1}]", rest, count=1)
                    path = f"{head}[{places[int(number[1:])]}]{rest}"  # noqa: PLW2901
            known, before = moved.get(path, (rule, []))
            moved[path] = (known, [*before, *reads])
        self.claims = moved

    def _within(self, name: str, read: Read) -> Read:
        def inside(node: Node, run: Run) -> object:
            self._path.append(name)
            self._counts.append(0)
            try:
                return read(node, run)
            finally:
                self._path.pop()
                self._counts.pop()

        return inside

    def _claimed(self, name: str, rule: str, read: Read) -> Read:
        def claimed(node: Node, run: Run) -> object:
            mark = len(self.trail)
            value = read(node, run)
            if value is not None:
                path = ".".join([*self._path, name] if name else self._path)
                _, reads = self.claims.get(path, (rule, []))
                self.claims[path] = (rule, [*reads, *self.trail[mark:]])
            return value

        return claimed


def _always(value: object) -> Read:
    return lambda node, run: value


def envelope_path(path: str) -> str:
    """A claimed path as a path in the envelope: all but the envelope's own fields are the payload's."""
    return path if path.startswith(ENVELOPE) else f"payload.{path}"


def origins(document: Document, spec: Spec, claims: Mapping[str, tuple[str, list[Noted]]]) -> dict[str, Origin]:
    """The claims of one fact with their places worked out."""
    return {envelope_path(path): origin(document, spec, rule, reads) for path, (rule, reads) in claims.items()}


def origin(document: Document, spec: Spec, rule: str, reads: Iterable[Noted]) -> Origin:
    """What a rule read, with its places worked out."""
    seen = [one for one in dict.fromkeys(reads) if one.raw.strip()]
    told, asked = ([one for one in seen if one.deciding is deciding] for deciding in (False, True))
    places, decided = (tuple(document.where(one.node, one.field) for one in some) for some in (told, asked))
    return Origin(places, tuple(one.raw for one in told), decided, rule, *spec.maker(rule))


def feeding(
    facts: Iterable[Mapping[str, tuple[str, list[Noted]]]], trail: Iterable[Noted]
) -> dict[tuple[int, str], tuple[str, ...]]:
    """The other way round: each field read and what it fed."""
    fed: dict[tuple[int, str], dict[str, None]] = {(one.node.at, one.field): {} for one in trail if one.raw.strip()}
    for number, claims in enumerate(facts):
        for path, (_, reads) in claims.items():
            for one in reads:
                if one.raw.strip() and not one.deciding:
                    fed.setdefault((one.node.at, one.field), {})[f"{number}:{envelope_path(path)}"] = None
    return {spot: tuple(paths) for spot, paths in fed.items()}


def never_read(root: Node, trail: Iterable[Noted]) -> list[tuple[int, str]]:
    """Fields with text that were not looked at, in document order; to read one component is to read the field."""
    seen = {(one.node.at, one.field) for one in trail}
    seen |= {(one.node.at, _POSITION.split(one.field)[0]) for one in trail if not isinstance(one.node.fields, Mapping)}
    found: list[tuple[int, str]] = []
    todo = [root]
    while todo:
        node = todo.pop()
        found += [(node.at, name) for name, text in fields_of(node) if text.strip() and (node.at, name) not in seen]
        todo.extend(reversed(node.children))
    return found


def fields_of(node: Node) -> Iterable[tuple[str, str]]:
    """The fields of a node by the name a path gives them: names as they are, positions as two digits from 1."""
    if isinstance(node.fields, Mapping):
        return node.fields.items()
    return [(f"{number:02d}", text) for number, text in enumerate(node.fields) if number]
