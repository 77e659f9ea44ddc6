"""Canonical payloads as targets: expressions are checked against the contract's fields and coerced to their types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import NamedTuple

import msgspec
from msgspec import inspect

from crossdock.kernel.errors import Rejected
from crossdock.kernel.instant import Occurrence
from crossdock.kernel.tree import Getter, Node
from crossdock.mapping.coercion import as_decimal, coerced, coercion, digits, kind_of_enum
from crossdock.mapping.grammar import parse_path
from crossdock.mapping.joining import join_items
from crossdock.mapping.layers import Source
from crossdock.mapping.run import (
    BAD,
    CONTRACT,
    ERROR,
    UNKNOWN_CODE,
    WARNING,
    Find,
    FindAll,
    Locate,
    Read,
    Run,
    Spot,
    Test,
)
from crossdock.mapping.sources import Bench
from crossdock.mapping.spec import Table, Toml

LIST_MAX = 20_000
LIST_KEYS = {"each", "fields", "value", "when", "join", "required", "empty", "say"}


class Part(NamedTuple):
    """One field of a target. `fixed` stands in where `read` finds nothing; without `read` it is all there is.

    `own` is set where `read` only trims a field of the current node, with `numeric` where it also must be a number.
    """

    read: Read | None
    fixed: object = None
    locate: Locate | None = None
    required: bool = False
    say: str = ""
    own: Getter | None = None
    numeric: bool = False


class Tracer:
    """What recording adds to each field as it is compiled; this one adds nothing."""

    def field(self, name: str, rule: str, part: Part, *, leaf: bool) -> Part:
        """One field of an object."""
        return part

    def item(self, read: Read) -> Read:
        """One item of a list."""
        return read

    def joined(self, places: list[int]) -> None:
        """The items of the list just made were joined: for each, its place now."""

    def object(self, rule: str, parts: Mapping[str, Part], read: Read) -> Read:
        """One object as a whole."""
        return read


class Shapes:
    """Compiles the fields of one payload."""

    def __init__(self, bench: Bench, tracer: Tracer) -> None:
        self._bench = bench
        self._tracer = tracer

    def payload(self, rule: str, fields: Table, struct: type[msgspec.Struct]) -> Read:
        """A dictionary of the payload, BAD where a finding was made."""
        shape = inspect.type_info(struct)
        assert isinstance(shape, inspect.StructType)
        return self._object(rule, fields, shape, always=True)

    def field(self, rule: str, name: str, toml: Toml, kind: inspect.Type, *, demanded: bool = False) -> Part:
        """One field by its type; `demanded` says that the contract cannot be without it."""
        kind = _unwrapped(kind)
        leaf = False
        if isinstance(kind, inspect.StructType) and kind.cls is not Occurrence:
            part = self._struct(rule, toml, kind, demanded=demanded)
        elif isinstance(kind, inspect.VarTupleType | inspect.ListType):
            part = self._list(rule, toml, kind.item_type)
        elif isinstance(kind, inspect.DictType):
            part = self._dict(rule, toml, kind)
        else:
            part, leaf = self._scalar(rule, toml, kind), True
        return self._tracer.field(name, rule, part, leaf=leaf)

    # ---------------------------------------------------------------- objects

    def _struct(self, rule: str, toml: Toml, kind: inspect.StructType, *, demanded: bool) -> Part:
        if not isinstance(toml, dict):
            names = ", ".join(one.encode_name for one in kind.fields)
            self._bench.fail(rule, f"is an object: write a table with its fields ({names})")
            return Part(None)
        options = isinstance(toml.get("fields"), dict)
        fields = toml["fields"] if options else toml
        assert isinstance(fields, dict)
        omit = options and toml.get("incomplete") == "omit"
        if options and (strange := sorted(toml.keys() - {"fields", "at", "when", "incomplete", "required", "say"})):
            self._bench.fail(rule, f"has {', '.join(strange)}; beside fields go at, when, incomplete, required, say")
        if options and toml.get("incomplete", "omit") != "omit":
            self._bench.fail(rule, "'incomplete' can only be omit: an object that is not whole is left out")
        read = self._object(rule, fields, kind, demanded=demanded, omit=omit)
        if options:
            read = self._placed(rule, toml, read)
        required = options and toml.get("required") is True
        sought = self._sought(toml.get("at")) if options else None
        return Part(read, locate=sought, required=required, say=str(toml.get("say", "")) if options else "")

    def _sought(self, toml: Toml | None) -> Locate | None:
        """Where an object or the first of a list is looked for, so that a finding names what is not there."""
        with suppress(Rejected):
            return self._bench.paths.locate(parse_path(toml)) if isinstance(toml, str) else None
        return None

    def _placed(self, rule: str, toml: Table, read: Read) -> Read:
        find, test = self._node(f"{rule}.at", toml.get("at")), self._bench.test(f"{rule}.when", toml.get("when"))

        def placed(node: Node, run: Run) -> object:
            if test is not None and not test(node, run):
                return None
            spot = find(node, run) if find is not None else node
            return None if spot is None else read(spot, run)

        return placed

    def _node(self, rule: str, toml: Toml | None) -> Find | None:
        if toml is None:
            return None
        try:
            path = parse_path(str(toml))
            if path.field is not None:
                raise Rejected(f"{path.text!r} must name a node: leave out the field")
            return self._bench.paths.first(path)
        except Rejected as error:
            self._bench.fail(rule, error.detail)
            return None

    def _object(
        self,
        rule: str,
        fields: Table,
        kind: inspect.StructType,
        *,
        always: bool = False,
        demanded: bool = False,
        omit: bool = False,
    ) -> Read:
        known = {one.encode_name: one for one in kind.fields}
        parts: dict[str, Part] = {}
        for name, toml in fields.items():
            if name not in known:
                self._bench.fail(f"{rule}.{name}", f"is no field of {kind.cls.__name__}: {', '.join(known)}")
                continue
            shape = known[name]
            parts[name] = self.field(f"{rule}.{name}", name, toml, shape.type, demanded=shape.required)
        needed = [one.encode_name for one in kind.fields if one.required]
        for name in needed:
            if name not in parts:
                self._bench.fail(f"{rule}.{name}", f"is not mapped, and {kind.cls.__name__} cannot be without it")
        needed += [name for name, part in parts.items() if part.required and name not in needed]
        return self._tracer.object(
            rule, parts, _built(rule, parts, needed, always=always, demanded=demanded, omit=omit)
        )

    def _dict(self, rule: str, toml: Toml, kind: inspect.DictType) -> Part:
        if not isinstance(toml, dict):
            self._bench.fail(rule, "holds names of your own: write a table of them")
            return Part(None)
        parts = {name: self.field(f"{rule}.{name}", name, one, kind.value_type) for name, one in toml.items()}
        needed = [name for name, part in parts.items() if part.required]
        read = _built(rule, parts, needed, always=False, demanded=False, omit=False)
        return Part(self._tracer.object(rule, parts, read))

    # ---------------------------------------------------------------- lists

    def _list(self, rule: str, toml: Toml, kind: inspect.Type) -> Part:
        lists: list[Toml] = [toml]
        if isinstance(toml, dict) and "all" in toml:
            lists = toml["all"] if isinstance(toml["all"], list) else []
            reads = [self._items(f"{rule}.all[{index}]", one, kind) for index, one in enumerate(lists)]
        else:
            reads = [self._items(rule, toml, kind)]
        if not reads:
            self._bench.fail(rule, "'all' takes a list of lists, each with each")

        options = toml if isinstance(toml, dict) else {}
        names = self._joined_by(rule, options, kind)
        joined = self._tracer.joined
        may_be_empty = options.get("empty") is True

        def read(node: Node, run: Run) -> object:
            found: list[object] = []
            for one in reads:
                one(node, run, found)
            if len(found) > LIST_MAX:
                return run.remark(CONTRACT, f"more than {LIST_MAX} items: send it in parts", Spot(node), rule)
            if BAD in found:
                return BAD
            if names and len(found) > 1:
                found, places, complaint = join_items(found, names)
                joined(places)
                if complaint:
                    return run.remark(CONTRACT, f"{complaint}: send one unit for each", Spot(node), rule)
            return found if found or may_be_empty else None

        sought = next((self._sought(one.get("each")) for one in lists if isinstance(one, dict)), None)
        return Part(read, locate=sought, required=options.get("required") is True, say=str(options.get("say", "")))

    def _joined_by(self, rule: str, options: Table, kind: inspect.Type) -> tuple[str, ...]:
        names = options.get("join", [])
        shape = _unwrapped(kind)
        known = [one.encode_name for one in shape.fields] if isinstance(shape, inspect.StructType) else []
        if not isinstance(names, list) or any(name not in known for name in names):
            self._bench.fail(
                rule, f"'join' takes a list of fields of its items: {', '.join(known) or 'there are none'}"
            )
            return ()
        return tuple(str(name) for name in names)

    def _items(self, rule: str, toml: Toml, kind: inspect.Type) -> Items:
        if not isinstance(toml, dict) or "each" not in toml or ("fields" in toml) == ("value" in toml):
            self._bench.fail(rule, "is a list: write {each = path, fields = {…}}, or value for a list of single values")
            return _no_items
        if strange := sorted(toml.keys() - LIST_KEYS):
            self._bench.fail(rule, f"has {', '.join(strange)}; a list has {', '.join(sorted(LIST_KEYS))}")
        every = self.every(f"{rule}.each", toml["each"])
        test = self._bench.test(f"{rule}.when", toml.get("when"))
        kind = _unwrapped(kind)
        if isinstance(kind, inspect.StructType) and isinstance(toml.get("fields"), dict):
            fields = toml["fields"]
            assert isinstance(fields, dict)
            item = self._object(rule, fields, kind, always=True)
        elif isinstance(kind, inspect.StructType) or "value" not in toml:
            self._bench.fail(rule, "'fields' goes with a list of objects, 'value' with a list of single values")
            return _no_items
        else:
            part = self._tracer.field(
                "", f"{rule}.value", self._scalar(f"{rule}.value", toml["value"], kind), leaf=True
            )
            item = part.read or (lambda node, run: part.fixed)
        return _looped(every, test, self._tracer.item(item))

    def every(self, rule: str, toml: Toml) -> FindAll:
        """The nodes of an `each`."""
        try:
            return self._bench.paths.all(parse_path(str(toml)))
        except Rejected as error:
            self._bench.fail(rule, error.detail)
            return lambda node, run: []

    # ---------------------------------------------------------------- single values

    def _scalar(self, rule: str, toml: Toml, kind: inspect.Type) -> Part:
        source = self._bench.source(rule, toml)
        if isinstance(kind, inspect.DateTimeType):
            source = self._bench.moment(rule, toml, source)
        try:
            coerce = coercion(kind, source)
            fixed = [one for one in (source.constant, source.default) if one is not None]
            if kind_of_enum(kind):
                self._check_codes(rule, source, kind)
            value = coerce(fixed[0]) if fixed and coerce else fixed[0] if fixed else None
        except (Rejected, ValueError) as error:
            self._bench.fail(rule, f"the constant {error}" if isinstance(error, ValueError) else str(error))
            return Part(None)
        if source.constant is not None:
            return Part(None, value)
        read = coerced(rule, coerce, source, UNKNOWN_CODE if kind_of_enum(kind) else CONTRACT)
        own = source.own if coerce is None or coerce is as_decimal else None
        return Part(read, value, source.locate, source.required, source.say, own, numeric=coerce is as_decimal)

    def _check_codes(self, rule: str, source: Source, kind: inspect.Type) -> None:
        allowed = kind_of_enum(kind)
        meant = {*(source.meanings or {}).values(), source.fallback} - {""}
        if wrong := sorted(meant - allowed):
            self._bench.fail(rule, f"the codes mean {', '.join(wrong[:8])}; possible are {', '.join(sorted(allowed))}")


# How a list is filled: from a node, into the list.
Items = Callable[[Node, Run, list[object]], None]


def _no_items(node: Node, run: Run, found: list[object]) -> None:
    return None


def _looped(every: FindAll, test: Test | None, item: Read) -> Items:
    def fill(node: Node, run: Run, found: list[object]) -> None:
        before = run.index
        for index, one in enumerate(every(node, run), 1):
            run.index = index
            if (test is None or test(one, run)) and (value := item(one, run)) is not None:
                found.append(value)
        run.index = before

    return fill


def _built(rule: str, parts: dict[str, Part], needed: list[str], *, always: bool, demanded: bool, omit: bool) -> Read:
    texts = [(name, part.own) for name, part in parts.items() if part.own and not part.numeric]
    numbers = [(name, part.own, part.read) for name, part in parts.items() if part.own and part.read and part.numeric]
    reads = [(name, part.read) for name, part in parts.items() if part.read and not part.own]
    fixed = [(name, part.fixed) for name, part in parts.items() if part.fixed is not None]
    incomplete = _incomplete(rule, parts, needed, omit=omit)
    # What the contract demands is made of its defaults alone, or told by the name of what it lacks.
    always = always or not (texts or numbers or reads) or (demanded and bool(fixed or needed))

    def build(node: Node, run: Run) -> object:
        built: dict[str, object] = {}
        # Most fields of most documents are these two, and a call less for each is a third of the time.
        for name, get in texts:
            if text := get(node).strip():
                built[name] = text
        for name, get, read in numbers:
            if (value := digits(get(node)) or read(node, run)) is not None:
                built[name] = value
        for name, read in reads:
            if (value := read(node, run)) is not None:
                built[name] = value
        if not built and not always:
            return None
        for name, value in fixed:
            built.setdefault(name, value)
        for name in needed:
            if name not in built:
                return incomplete(built, node, run)
        return built

    return build


def _incomplete(
    rule: str, parts: dict[str, Part], needed: list[str], *, omit: bool
) -> Callable[[dict[str, object], Node, Run], object]:
    def incomplete(built: dict[str, object], node: Node, run: Run) -> object:
        for name in needed:
            if name not in built:
                part = parts.get(name, Part(None))
                at = part.locate(node, run) if part.locate is not None else Spot(node)
                detail = f"{name} is not there: {part.say or 'send it'}"
                run.remark(CONTRACT, detail, at, f"{rule}.{name}", WARNING if omit else ERROR)
        return None if omit else BAD

    return incomplete


def _unwrapped(kind: inspect.Type) -> inspect.Type:
    if isinstance(kind, inspect.Metadata):
        return _unwrapped(kind.type)
    if isinstance(kind, inspect.UnionType):
        return _unwrapped(next(one for one in kind.types if not isinstance(one, inspect.NoneType)))
    return kind
