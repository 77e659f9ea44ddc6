"""`[[fact]]` tables: from nodes of a document to canonical envelopes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, cast

import msgspec
from msgspec import inspect

from crossdock.canonical.catalogue import EVENT_TYPES
from crossdock.canonical.declarations import EventType
from crossdock.canonical.envelope import Reference, Subject
from crossdock.canonical.references import CONTROL, SCHEMES
from crossdock.canonical.vocabulary import FactClass
from crossdock.canonical.wire import REVISION_MAX, make_envelope
from crossdock.kernel.codec import refuse_nul
from crossdock.kernel.errors import Rejected
from crossdock.kernel.instant import Occurrence
from crossdock.kernel.tree import Node
from crossdock.mapping.converters import shown
from crossdock.mapping.layers import Source, occurrence_of
from crossdock.mapping.run import BAD, CONTRACT, FindAll, Read, Run, Spot, Test
from crossdock.mapping.shapes import Part, Shapes, Tracer
from crossdock.mapping.sources import Bench
from crossdock.mapping.spec import Table, identity, listed, spread, table

FACTS_MAX = 20_000
_KEYS = {
    *("id", "type", "each", "when", "class", "subject", "occurred", "refs", "fields"),
    *("revision", "corrects", "retracts", "slot_key"),
}
_TEXTS = ("corrects", "retracts", "slot_key")
_CLASSES = inspect.type_info(FactClass)
_TEXT = inspect.type_info(str)
_REVISION = inspect.IntType(ge=0, le=REVISION_MAX)


class MappedFact(NamedTuple):
    """One canonical envelope in JSON, the node it was read at, and the rule that made it."""

    body: bytes
    type: str
    node: Node
    rule: str


class RefRule(NamedTuple):
    """One row of `refs`."""

    scheme: str
    each: FindAll | None
    when: Test | None
    id: Read
    scope: Read


class FactRule(NamedTuple):
    """A compiled `[[fact]]`."""

    rule: str
    kind: EventType
    each: FindAll | None
    when: Test | None
    cls: Read
    subject_kind: str
    subject: Part
    subject_id: Read
    occurred: Source | None
    refs: tuple[RefRule, ...]
    payload: Read
    revision: Read
    texts: tuple[tuple[str, Read], ...]

    def nodes(self, root: Node, run: Run) -> Iterator[Node]:
        """The nodes that give a fact, one after the other; `$index` counts them."""
        for index, node in enumerate(self.each(root, run) if self.each else (root,), 1):
            run.index = index
            if self.when is None or self.when(node, run):
                yield node


def compile_fact(bench: Bench, tracer: Tracer, one: Table) -> FactRule | None:
    """One `[[fact]]` table; None where its type is unknown. Mistakes go to the bench."""
    rule = identity(one, "fact")
    kind = EVENT_TYPES.get(str(one.get("type", "")))
    if kind is None:
        bench.fail(f"{rule}.type", f"{one.get('type')!r} is no event type: see the catalogue of events")
        return None
    if strange := sorted(one.keys() - _KEYS):
        bench.fail(rule, f"has {', '.join(strange)}; a fact has {', '.join(sorted(_KEYS))}")
    shapes = Shapes(bench, tracer)
    subject = table(one, "subject")
    named = str(subject.get("kind", kind.subject))
    if kind.subjects and named not in kind.subjects:
        bench.fail(f"{rule}.subject.kind", f"{kind.name} is about a {' or a '.join(sorted(kind.subjects))}")
    if "id" not in subject or subject.keys() - {"kind", "id"}:
        bench.fail(f"{rule}.subject", "is a table with id, and kind where it is not the usual one")
    about = shapes.field(f"{rule}.subject.id", "subject.id", subject.get("id", "="), _TEXT)
    return FactRule(
        rule=rule,
        kind=kind,
        each=shapes.every(f"{rule}.each", one["each"]) if "each" in one else None,
        when=bench.test(f"{rule}.when", one.get("when")),
        cls=_read(shapes.field(f"{rule}.class", "class", one.get("class", "=ACT"), _CLASSES)),
        subject_kind=named,
        subject=about,
        subject_id=_read(about),
        occurred=_occurred(bench, tracer, one, rule),
        refs=tuple(_ref(bench, shapes, row, f"{rule}.refs[{at}]", at) for at, row in enumerate(listed(one, "refs"))),
        payload=shapes.payload(f"{rule}.fields", spread(table(one, "fields")), kind.payload),
        revision=_read(
            shapes.field(f"{rule}.revision", "revision", one["revision"], _REVISION)
            if "revision" in one
            else Part(None)
        ),
        texts=tuple((key, _read(shapes.field(f"{rule}.{key}", key, one[key], _TEXT))) for key in _TEXTS if key in one),
    )


def _occurred(bench: Bench, tracer: Tracer, one: Table, rule: str) -> Source | None:
    if "occurred" not in one:
        return None
    rule = f"{rule}.occurred"
    source = bench.moment(rule, one["occurred"], bench.source(rule, one["occurred"]))
    part = tracer.field("occurred", rule, Part(source.read, locate=source.locate), leaf=True)
    return source._replace(read=part.read or source.read)


def _ref(bench: Bench, shapes: Shapes, row: Table, rule: str, at: int) -> RefRule:
    scheme = str(row.get("scheme", ""))
    if scheme not in SCHEMES and scheme != CONTROL:
        bench.fail(f"{rule}.scheme", f"{scheme!r} is no kind of identifier: there are {', '.join(SCHEMES)}")
    if "id" not in row or row.keys() - {"scheme", "id", "scope", "each", "when"}:
        bench.fail(rule, "is a table with scheme and id; scope, each and when where needed")
    number = shapes.field(f"{rule}.id", f"refs[{at}].id", row.get("id", "="), _TEXT)
    scope = shapes.field(f"{rule}.scope", f"refs[{at}].scope", row["scope"], _TEXT) if "scope" in row else Part(None)
    each = shapes.every(f"{rule}.each", row["each"]) if "each" in row else None
    return RefRule(scheme, each, bench.test(f"{rule}.when", row.get("when")), _read(number), _read(scope))


def _read(part: Part) -> Read:
    read, fixed = part.read, part.fixed
    if read is None:
        return lambda node, run: fixed
    if fixed is None:
        return read
    return lambda node, run: fixed if (value := read(node, run)) is None else value


# ---------------------------------------------------------------- reading


def make_fact(fact: FactRule, node: Node, run: Run) -> tuple[MappedFact | None, str]:
    """One fact at one node, or None where findings say why not.

    Returns:
        The fact, and the complaint of the contract that no finding tells yet, as `detail - at `$.path``.
    """
    errors = run.errors
    subject = fact.subject_id(node, run)
    if subject is None:
        at = fact.subject.locate(node, run) if fact.subject.locate else Spot(node)
        told = fact.subject.say or f"send the number of the {fact.subject_kind}"
        run.remark(CONTRACT, f"the subject has no id: {told}", at, f"{fact.rule}.subject.id")
    occurred = _when(fact, node, run)
    refs = _refs(fact.refs, node, run)
    built = fact.payload(node, run)
    cls = fact.cls(node, run)
    revision = fact.revision(node, run)
    texts = {key: str(value) for key, read in fact.texts if (value := read(node, run)) is not None}
    if run.errors != errors or occurred is None:
        return None, ""
    try:
        payload = msgspec.convert(built, fact.kind.payload)
        body = make_envelope(
            fact.kind.name,
            Subject(fact.subject_kind, str(subject)),
            run.context.source,
            occurred,
            payload,
            refs=refs,
            cls=FactClass(str(cls)) if cls is not None else FactClass.ACT,
            revision=cast("int | None", revision),
            corrects=texts.get("corrects", ""),
            retracts=texts.get("retracts", ""),
            slot_key=texts.get("slot_key", ""),
        )
        refuse_nul(body)
    except msgspec.ValidationError as error:
        return None, str(error)
    except Rejected as error:
        return None, error.detail
    except UnicodeEncodeError:
        return None, "text holds half a character (a surrogate): send valid text"
    return MappedFact(body, fact.kind.name, node, fact.rule), ""


def _when(fact: FactRule, node: Node, run: Run) -> Occurrence | None:
    if fact.occurred is None:
        return run.spoken()
    value = fact.occurred.read(node, run)
    if value is None:
        told = fact.occurred.say or "send date and time"
        at = fact.occurred.locate(node, run)
        run.remark(CONTRACT, f"it is not said when this happened: {told}", at, f"{fact.rule}.occurred")
    return occurrence_of(value)


def _refs(rules: tuple[RefRule, ...], node: Node, run: Run) -> tuple[Reference, ...]:
    found: dict[tuple[str, str, str], None] = {}
    for rule in rules:
        for one in rule.each(node, run) if rule.each is not None else (node,):
            if rule.when is not None and not rule.when(one, run):
                continue
            number = rule.id(one, run)
            if number is not None and number is not BAD and number != "":
                scope = rule.scope(one, run)
                found[rule.scheme, shown(number), "" if scope is None else shown(scope)] = None
    return tuple([Reference(*one) for one in found])
