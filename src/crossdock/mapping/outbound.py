"""`[[document]]` tables: from a canonical command to the nodes of a document.

The command's payload becomes a tree itself, so that both directions have one language: an object is a node, its single
values are its fields, what is inside stands under it, and each item of a list is a node of the list's name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
from typing import NamedTuple

import msgspec
from msgspec import inspect

from crossdock.canonical.catalogue import COMMAND_TYPES
from crossdock.canonical.declarations import CommandType
from crossdock.kernel.errors import Rejected
from crossdock.kernel.tree import Getter, Node, Place
from crossdock.mapping.converters import shown
from crossdock.mapping.grammar import Path, parse_path
from crossdock.mapping.layers import Source
from crossdock.mapping.paths import Check
from crossdock.mapping.run import BAD, CONTRACT, FindAll, Run, Spot, Test
from crossdock.mapping.sources import Bench
from crossdock.mapping.spec import Table, Toml, identity, listed, table

NODES_WRITTEN_MAX = 200_000


class CommandSyntax:
    """Fields of a command's tree go by their names."""

    def getter(self, field: str) -> Getter:
        """Reads a field by name; the items of a list of single values have one without a name."""
        return lambda node: node.fields.get(field, "") if isinstance(node.fields, Mapping) else ""


class CommandDocument(msgspec.Struct, frozen=True):
    """A command as a document."""

    kind: str
    root: Node
    syntax: str = "command"
    version: str = ""

    def where(self, node: Node, field: str) -> Place:
        """Its path in the payload: `create_fulfilment_order: lines[1].qty.value`."""
        path = _path(self.root, node)
        return Place(f"{self.kind}: {'.'.join(part for part in (path, field) if part)}")


def _path(above: Node, sought: Node) -> str | None:
    """The way from a node down to another, None where it is not below it. Worked out only when a place is told."""
    if above is sought:
        return ""
    names = [child.name for child in above.children]
    for at, child in enumerate(above.children):
        below = _path(child, sought)
        if below is not None:
            # One of its name says nothing of a list: an object and a list of one look the same here.
            several = names.count(child.name) > 1
            own = f"{child.name}[{names[:at].count(child.name)}]" if several else child.name
            return f"{own}.{below}" if below else own
    return None


def command_document(name: str, payload: msgspec.Struct) -> CommandDocument:
    """The payload of a command as a tree, with its defaults said."""
    return CommandDocument(name, _node(name, payload, [0]))


def _node(name: str, value: object, count: list[int]) -> Node:
    count[0] += 1
    fields: dict[str, str] = {}
    node = Node(name, fields, count[0])
    if not isinstance(value, msgspec.Struct | dict):
        fields[""] = _text(value)
        return node
    items = (
        value.items() if isinstance(value, dict) else [(one, getattr(value, one)) for one in value.__struct_fields__]
    )
    for key, inner in items:
        if isinstance(inner, msgspec.Struct | dict):
            node.children.append(_node(str(key), inner, count))
        elif isinstance(inner, tuple | list):
            node.children.extend(_node(str(key), one, count) for one in inner)
        elif inner is not None:
            fields[str(key)] = _text(inner)
    return node


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value.value) if isinstance(value, Enum) else shown(value)


# ---------------------------------------------------------------- templates


class Scribe:
    """What recording adds to each field of a template as it is compiled; this one adds nothing."""

    def field(self, name: str, rule: str, source: Source) -> Source:
        """One field of a node."""
        return source

    def node(self, node: Node) -> None:
        """The fields read since the last node stand in this one."""


# Writes the nodes of one template under a parent.
Write = Callable[[Node, Run, list[Node]], bool]


class DocumentRule(NamedTuple):
    """A compiled `[[document]]`: the command it is for, what it is called in its syntax, its nodes, and the names of
    the command they read."""

    rule: str
    command: CommandType
    kind: str
    when: Test | None
    nodes: tuple[Write, ...]
    reads: frozenset[str]


def compile_document(bench: Bench, one: Table, kind: str, scribe: Scribe) -> DocumentRule | None:
    """One `[[document]]` table; None where its command is unknown. Mistakes go to the bench."""
    rule = identity(one, "document")
    command = COMMAND_TYPES.get(str(one.get("command", "")))
    if command is None:
        bench.fail(f"{rule}.command", f"{one.get('command')!r} is no command: see the catalogue of commands")
        return None
    if strange := sorted(one.keys() - {"id", "command", "kind", "when", "node"}):
        bench.fail(rule, f"has {', '.join(strange)}; a document has id, command, kind, when, node")
    read: set[str] = set()
    bench = msgspec.structs.replace(bench, paths=bench.paths.checked(_known(command, read)))
    nodes = _templates(bench, scribe, rule, one)
    when = bench.test(f"{rule}.when", one.get("when"))
    return DocumentRule(rule, command, str(one.get("kind", kind)), when, nodes, frozenset(read))


def _known(command: CommandType, read: set[str]) -> Check:
    """Refuses paths with names this command's contract does not have, and notes the others in `read`; what stands under
    `ext` is the partner's own."""
    nodes: set[str] = set()
    fields: set[str] = {""}
    _names(inspect.type_info(command.payload), nodes, fields)

    def check(path: Path) -> None:
        names = [step.name for step in path.steps if step.name != "*"]
        if "ext" in names:
            return
        if wrong := [name for name in names if name not in nodes]:
            single = wrong[0] in fields
            told = f"is a single value: write .{wrong[0]}" if single else f"is nothing {command.name} has"
            raise Rejected(f"{path.text!r}: {wrong[0]!r} {told}")
        if (path.field or "") not in fields:
            raise Rejected(f"{path.text!r}: {path.field!r} is no single value {command.name} has")
        read.update(name for name in (*names, path.field) if name)

    return check


def _names(kind: inspect.Type, nodes: set[str], fields: set[str]) -> None:
    if isinstance(kind, inspect.Metadata):
        _names(kind.type, nodes, fields)
    elif isinstance(kind, inspect.UnionType):
        for one in kind.types:
            _names(one, nodes, fields)
    elif isinstance(kind, inspect.VarTupleType):
        _names(kind.item_type, nodes, fields)
    elif isinstance(kind, inspect.StructType):
        for field in kind.fields:
            told = field.type.type if isinstance(field.type, inspect.Metadata) else field.type
            inner = told.types if isinstance(told, inspect.UnionType) else (told,)
            node = any(isinstance(one, inspect.StructType | inspect.VarTupleType | inspect.DictType) for one in inner)
            (nodes if node else fields).add(field.name)
            _names(field.type, nodes, fields)


def _templates(bench: Bench, scribe: Scribe, rule: str, one: Table) -> tuple[Write, ...]:
    return tuple(_template(bench, scribe, f"{rule}.node[{at}]", each) for at, each in enumerate(listed(one, "node")))


def _template(bench: Bench, scribe: Scribe, rule: str, one: Table) -> Write:
    if strange := sorted(one.keys() - {"name", "fields", "each", "at", "when", "node", "id"}):
        bench.fail(rule, f"has {', '.join(strange)}; a node has name, fields, each, at, when, node")
    if not isinstance(one.get("name"), str):
        bench.fail(f"{rule}.name", "a node needs the name it has in the document, such as BEG")
    name = str(one.get("name", ""))
    fields: dict[str, Source] = {}
    for key, value in table(one, "fields").items():
        made_by = f"{rule}.fields.{key}"
        fields[key] = scribe.field(key, made_by, bench.source(made_by, value))
    every, test = _every(bench, rule, one), bench.test(f"{rule}.when", one.get("when"))
    inner = _templates(bench, scribe, rule, one)
    counts = "each" in one
    # A node of constants alone is written; one that could say something says it or is left out.
    speaks = all(field.constant is not None for field in fields.values()) and not (inner and not fields)

    def write(node: Node, run: Run, found: list[Node]) -> bool:
        before, some = run.index, False
        for number, spot in enumerate(every(node, run), 1):
            # What stands inside of an item is of that item: only a list of its own counts anew.
            index = number if counts else before or 1
            run.index = index
            if test is not None and not test(spot, run):
                continue
            run.spend(1)
            texts, said = _texts(rule, fields, spot, run)
            written = Node(name, texts, 0)
            scribe.node(written)
            for each in inner:
                said = each(spot, run, written.children) or said
                run.index = index
            if said or speaks:
                found.append(written)
                some = True
        run.index = before
        return some

    return write


def _every(bench: Bench, rule: str, one: Table) -> FindAll:
    key: str = next((key for key in ("each", "at") if key in one), "")
    if not key:
        return lambda node, run: [node]
    try:
        every = bench.paths.all(parse_path(_path_text(one[key])))
    except Rejected as error:
        bench.fail(f"{rule}.{key}", error.detail)
        return lambda node, run: []
    return every if key == "each" else lambda node, run: every(node, run)[:1]


def _path_text(toml: Toml) -> str:
    return toml if isinstance(toml, str) else ""


def _texts(rule: str, fields: Mapping[str, Source], node: Node, run: Run) -> tuple[dict[str, str], bool]:
    """The texts of one node, and whether the command said any of them."""
    texts: dict[str, str] = {}
    said = False
    for name, field in fields.items():
        value = field.read(node, run)
        if value is None or value is BAD:
            if value is None and field.required:
                told = field.say or "the command must say it for this partner"
                run.remark(CONTRACT, f"{name} has nothing to stand in it: {told}", Spot(node), f"{rule}.fields.{name}")
            if isinstance(field.default, str):
                texts[name] = field.default
            continue
        texts[name] = shown(value)
        said = said or field.constant is None
    return texts, said


def write_nodes(rule: DocumentRule, document: CommandDocument, run: Run) -> Node:
    """The tree of a document; `at` counts its nodes in order."""
    root = Node(rule.kind, {}, 0)
    for each in rule.nodes:
        each(document.root, run, root.children)
    todo, count = [root], 0
    while todo:
        node = todo.pop()
        node.at, count = count, count + 1
        todo.extend(reversed(node.children))
        if count > NODES_WRITTEN_MAX:
            run.remark(
                CONTRACT,
                f"more than {NODES_WRITTEN_MAX} nodes: send the command in parts",
                Spot(document.root),
                rule.rule,
            )
            break
    return root
