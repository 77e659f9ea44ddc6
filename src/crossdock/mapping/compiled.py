"""A map at work: compiled once, then documents to facts and commands to documents, with the source of every field."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Protocol

import msgspec

from crossdock.canonical.catalogue import COMMAND_OF_PAYLOAD
from crossdock.canonical.declarations import Payload
from crossdock.kernel.errors import Rejected
from crossdock.kernel.tree import Document, Node, Syntax
from crossdock.mapping.codes import CodeTable
from crossdock.mapping.converters import Converter
from crossdock.mapping.facts import FACTS_MAX, FactRule, MappedFact, compile_fact, make_fact
from crossdock.mapping.outbound import (
    CommandDocument,
    CommandSyntax,
    DocumentRule,
    Scribe,
    command_document,
    compile_document,
    write_nodes,
)
from crossdock.mapping.paths import Paths
from crossdock.mapping.provenance import (
    Explanation,
    NotingSyntax,
    Recorder,
    envelope_path,
    feeding,
    never_read,
    origins,
)
from crossdock.mapping.run import CONTRACT, FINDINGS_MAX, Exhausted, Finding, MapContext, Run, Spot
from crossdock.mapping.scribing import RecordingScribe, WritingExplanation
from crossdock.mapping.shapes import Tracer
from crossdock.mapping.sources import Bench, Problem
from crossdock.mapping.spec import Spec, identity

_HEAD = {"syntax", "document", "versions", "version", "title", "source", "direction"}


class Mapped(msgspec.Struct, frozen=True):
    """What a map made of one document. A fact with an error among the findings is not there; the others are."""

    facts: tuple[MappedFact, ...] = ()
    findings: tuple[Finding, ...] = ()


class Written(msgspec.Struct, frozen=True):
    """What a map made of one command: the root of a document, or None where findings say why not."""

    root: Node | None
    kind: str = ""
    findings: tuple[Finding, ...] = ()


class DocumentMap(Protocol):
    """What turns documents into facts: a compiled map, or Python of one's own. Pure; never raises on content."""

    def read(self, document: Document, context: MapContext) -> Mapped:
        """The facts of one document, in document order."""


class MapError(Rejected):
    """A map that cannot be used; `problems` are all its mistakes."""

    def __init__(self, spec: Spec, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        told = "\n".join(f"  {one.rule}: {one.detail}" for one in problems)
        super().__init__(f"map {spec.name} cannot be used; its author must correct:\n{told}", where=spec.name)


class CompiledMap:
    """A map for one syntax, with the tables and converters of one partner. It holds no state between documents."""

    def __init__(self, spec: Spec, bench: Bench, recipe: Recipe) -> None:
        self.spec = spec
        self._recipe = recipe
        self._facts = _compile_facts(spec, bench, Tracer())
        self._documents = recipe.documents(bench, Scribe())

    @property
    def facts_in(self) -> tuple[str, ...]:
        """The event types it can make."""
        return tuple(sorted({one.kind.name for one in self._facts}))

    @property
    def commands_out(self) -> tuple[str, ...]:
        """The commands it can write."""
        return tuple(sorted({one.command.name for one in self._documents}))

    @property
    def reads(self) -> Mapping[str, frozenset[str]]:
        """By command it can write, the names of the command's fields its documents read."""
        found: dict[str, frozenset[str]] = {}
        for one in self._documents:
            found[one.command.name] = found.get(one.command.name, frozenset()) | one.reads
        return found

    @property
    def rules(self) -> tuple[str, ...]:
        """Every rule that reads something for a field of a fact, as provenance tells them."""
        recorder, _ = self._recipe.recording()
        return tuple(dict.fromkeys(recorder.rules))

    def read(self, document: Document, context: MapContext) -> Mapped:
        """The facts of one document, rule by rule and in document order within each."""
        run = Run(document, context)
        facts: list[MappedFact] = []
        recording: Recording | None = None
        try:
            for number, rule in enumerate(self._facts):
                for node in rule.nodes(document.root, run):
                    fact, complaint = make_fact(rule, node, run)
                    if fact is not None:
                        facts.append(fact)
                    elif complaint and len(run.findings) < FINDINGS_MAX:
                        # Finding the place costs a compilation, so it is done once for all complaints of a document.
                        recording = recording or self._recipe.recording()
                        _complain(recording, number, complaint, node, run)
                    if len(facts) > FACTS_MAX:
                        raise Exhausted(f"more than {FACTS_MAX} facts in one document: send it in parts")
        except Exhausted as error:
            run.remark(CONTRACT, error.detail, Spot(document.root), "")
        return Mapped(tuple(facts), tuple(run.findings))

    def explain(self, document: Document, context: MapContext) -> Explanation:
        """Where every field of every fact comes from, and what every field of the document fed. Not for the hot path.

        The map is compiled and run once more for it, a few milliseconds. Where `read` ends because a document is too
        much, so does this.
        """
        recorder, rules = self._recipe.recording()
        run = Run(document, context)
        claimed = []
        with suppress(Exhausted):
            for rule in rules:
                for node in rule.nodes(document.root, run):
                    recorder.begin()
                    fact, _ = make_fact(rule, node, run)
                    if fact is not None:
                        claimed.append(recorder.claims)
        return Explanation(
            tuple(origins(document, self.spec, claims) for claims in claimed),
            feeding(claimed, recorder.trail),
            tuple(never_read(document.root, recorder.trail)),
        )

    def write(self, payload: Payload, context: MapContext) -> Written:
        """The document of a command, by the first rule for it whose `when` holds.

        Raises:
            Rejected: the map has no document for this command.
        """
        kind = COMMAND_OF_PAYLOAD.get(type(payload))
        document = command_document(kind.name if kind else type(payload).__name__, payload)
        run = Run(document, context)
        rule = _rule_for(self._documents, document, run)
        if rule is None:
            raise Rejected(f"map {self.spec.name} writes no document for {document.kind}: add a [[document]] to it")
        try:
            root = write_nodes(rule, document, run)
        except Exhausted as error:
            run.remark(CONTRACT, error.detail, Spot(document.root), rule.rule)
            root = None
        return Written(None if run.errors else root, rule.kind, tuple(run.findings))

    def explain_writing(self, payload: Payload, context: MapContext) -> WritingExplanation | None:
        """Where every field of the document `write` makes comes from, and what of the command went nowhere.

        None where it makes none. Like `explain`, not for the hot path.
        """
        kind = COMMAND_OF_PAYLOAD.get(type(payload))
        document = command_document(kind.name if kind else type(payload).__name__, payload)
        scribe = RecordingScribe()
        run = Run(document, context)
        rule = _rule_for(self._recipe.written_down(scribe), document, run)
        if rule is None:
            return None
        scribe.begin()
        with suppress(Exhausted):
            root = write_nodes(rule, document, run)
            return None if run.errors else scribe.told(rule.kind, root, document, self.spec)
        return None


def _rule_for(rules: tuple[DocumentRule, ...], document: CommandDocument, run: Run) -> DocumentRule | None:
    """The first rule for a command that applies to it."""
    mine = (rule for rule in rules if rule.command.name == document.kind)
    return next((rule for rule in mine if rule.when is None or rule.when(document.root, run)), None)


Recording = tuple[Recorder, tuple[FactRule, ...]]


class Recipe(msgspec.Struct, frozen=True):
    """What a map was compiled from, to compile it again with every read written down."""

    spec: Spec
    syntax: Syntax
    tables: Mapping[str, CodeTable]
    converters: Mapping[str, Converter]

    def recording(self) -> Recording:
        """The inbound rules once more, and what they will write into."""
        recorder = Recorder()
        values, conditions = (NotingSyntax(self.syntax, recorder.trail, deciding=one) for one in (False, True))
        bench = Bench(Paths(values, conditions), self.tables, self.converters, [])
        return recorder, _compile_facts(self.spec, bench, recorder)

    def documents(self, bench: Bench, scribe: Scribe, paths: Paths | None = None) -> tuple[DocumentRule, ...]:
        """The outbound rules; their mistakes join those of the bench."""
        writing = Bench(paths or Paths(CommandSyntax()), self.tables, self.converters, bench.problems, writing=True)
        kind = self.spec.head("document")
        found = (compile_document(writing, one, kind, scribe) for one in self.spec.tables("document"))
        return tuple(one for one in found if one is not None)

    def written_down(self, scribe: RecordingScribe) -> tuple[DocumentRule, ...]:
        """The outbound rules once more, with every read of the command written down."""
        values, conditions = (NotingSyntax(CommandSyntax(), scribe.trail, deciding=one) for one in (False, True))
        paths = Paths(values, conditions)
        return self.documents(Bench(paths, self.tables, self.converters, []), scribe, paths)


def compile_map(
    spec: Spec,
    syntax: Syntax,
    tables: Mapping[str, CodeTable] | None = None,
    converters: Mapping[str, Converter] | None = None,
) -> CompiledMap:
    """Compile a map, once.

    Args:
        tables: code tables by the name `codes` uses; those of `[codes.…]` in the map are laid over them.
        converters: further converters by name, for `as`: text to text or value, ValueError for what they cannot take.

    Raises:
        MapError: the map has mistakes; all of them are told, each with its rule.
    """
    known = dict(tables or {})
    for name, rows in spec.codes().items():
        known[name] = known.get(name, CodeTable(name, {})).extended(rows, spec.name)
    recipe = Recipe(spec, syntax, known, converters or {})
    bench = Bench(Paths(syntax, keeping=True), known, recipe.converters, [])
    _check_head(spec, bench)
    compiled = CompiledMap(spec, bench, recipe)
    if bench.problems:
        raise MapError(spec, bench.problems)
    return compiled


def _complain(recording: Recording, number: int, complaint: str, node: Node, run: Run) -> None:
    """What the contract says of a payload, at the place the field was read at."""
    detail, _, path = complaint.partition(" - at ")
    path = envelope_path(path.strip("`").removeprefix("$").removeprefix("."))
    recorder, rules = recording
    again = Run(run.document, run.context)
    again.index = run.index
    recorder.begin()
    make_fact(rules[number], node, again)
    claim = next((claim for claimed, claim in recorder.claims.items() if envelope_path(claimed) == path), None)
    seen = next((one for one in claim[1] if one.raw.strip() and not one.deciding), None) if claim else None
    spot = Spot(seen.node, seen.field) if seen else Spot(node)
    run.remark(
        CONTRACT, f"{path}: {detail}: correct it and send again", spot, claim[0] if claim else rules[number].rule
    )


def _compile_facts(spec: Spec, bench: Bench, tracer: Tracer) -> tuple[FactRule, ...]:
    found = (compile_fact(bench, tracer, one) for one in spec.tables("fact"))
    return tuple(one for one in found if one is not None)


def _check_head(spec: Spec, bench: Bench) -> None:
    if spec.extends:
        bench.fail("extends", f"lay it over {spec.extends} before it is compiled")
    for key in ("syntax", "document", "version", "source"):
        if not spec.head(key):
            bench.fail(
                f"map.{key}", "is not there: a map says syntax, document, version, and the source it was made from"
            )
    head = spec.data.get("map")
    if isinstance(head, dict) and (strange := sorted(head.keys() - _HEAD)):
        bench.fail("map", f"has {', '.join(strange)}; there are {', '.join(sorted(_HEAD))}")
    for key in ("fact", "document"):
        names = [identity(one, key) for one in spec.tables(key)]
        for name in sorted({name for name in names if names.count(name) > 1}):
            bench.fail(name, "is there twice: give each its own id")
    if not spec.tables("fact") and not spec.tables("document"):
        bench.fail("map", "makes nothing: write [[fact]] or [[document]]")
