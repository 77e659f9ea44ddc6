"""All maps of an installation, and the ones one partner is read and written with.

A connector ships maps and code tables; the integration project adds maps of its own, overlays for all partners of a
connector, and overlays and codes for one partner. A partner's book is compiled when it is first asked for, and kept.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Protocol

import msgspec

from crossdock.kernel.errors import Rejected
from crossdock.kernel.tree import Document, Syntax
from crossdock.mapping.codes import CodeTable
from crossdock.mapping.compiled import CompiledMap, DocumentMap, compile_map
from crossdock.mapping.converters import Converter
from crossdock.mapping.provenance import Explanation
from crossdock.mapping.spec import Spec, overlay
from crossdock.mediation.asking import Author
from crossdock.mediation.syntaxes import SYNTAXES


class Shelf(msgspec.Struct, frozen=True):
    """What one connector ships, or one partner adds: maps by name, code tables by name, and maps written in Python by
    the document they read."""

    maps: tuple[Spec, ...] = ()
    tables: Mapping[str, CodeTable] = {}
    own: Mapping[str, DocumentMap] = {}


class MapBook:
    """The maps one partner is read and written with."""

    def __init__(self, maps: Sequence[CompiledMap], own: Mapping[str, DocumentMap] | None = None) -> None:
        self.maps = tuple(maps)
        self._own = dict(own or {})
        self._by_kind: dict[str, list[CompiledMap]] = {}
        self._by_command: dict[str, CompiledMap] = {}
        for one in maps:
            if one.facts_in:
                self._by_kind.setdefault(one.spec.head("document"), []).append(one)
            for command in one.commands_out:
                self._by_command.setdefault(command, one)

    @property
    def own(self) -> Mapping[str, DocumentMap]:
        """Python of the partner's own, by the document it reads."""
        return self._own

    @property
    def kinds(self) -> tuple[str, ...]:
        """The documents it reads."""
        return tuple(sorted(self._by_kind.keys() | self._own.keys()))

    @property
    def commands(self) -> tuple[str, ...]:
        """The commands it writes."""
        return tuple(sorted(self._by_command))

    def reader(self, kind: str, version: str) -> DocumentMap | None:
        """What reads this document: the map made for its version, else the one made for any, else the last there is.

        Python of the partner's own goes before every map.
        """
        if kind in self._own:
            return self._own[kind]
        known = self._by_kind.get(kind, ())
        exact = [one for one in known if any(version.startswith(each) for each in versions_of(one))]
        general = [one for one in known if not versions_of(one)]
        return next(iter((*exact, *general, *reversed(known))), None)

    def writer(self, command: str) -> CompiledMap | None:
        """What writes this command, `None` where it cannot be said to this partner."""
        return self._by_command.get(command)


class Watch(Protocol):
    """Somebody who wants to know what was read, where a connector reads with Python instead of a map."""

    def read_by_python(
        self, document: Document, author: Author, told: Explanation | None, facts: tuple[bytes, ...]
    ) -> None:
        """One document was read, and these envelopes made of it."""


class Library:
    """Every shelf there is. `converters` are further ones a connector's maps may name; `carrying` are connectors whose
    messages hold documents of other connectors.

    `watch` is there while samples are looked at (`mediation.witness`), never in a hub.
    """

    watch: Watch | None = None

    def __init__(
        self,
        connectors: Mapping[str, Shelf],
        partners: Mapping[str, Shelf] | None = None,
        converters: Mapping[str, Mapping[str, Converter]] | None = None,
        carrying: Container[str] = (),
    ) -> None:
        self._connectors = connectors
        self._carrying = carrying
        self._partners = partners or {}
        self._converters = converters or {}
        self._books: dict[tuple[str, str], MapBook] = {}

    def book(self, connector: str, partner: str = "") -> MapBook:
        """The book of one partner of a connector; without a partner, what the connector ships.

        Raises:
            Rejected: a map, an overlay or a code table has mistakes; the text names file and rule.
        """
        # Partners without a shelf of their own share one book.
        key = (connector, partner if partner in self._partners else "")
        book = self._books.get(key)
        if book is None:
            book = self._books[key] = self._compile(*key)
        return book

    def mistakes(self, connector: str, partner: str = "") -> list[tuple[Spec | None, Rejected]]:
        """Everything wrong with the maps of a book, each with the map where one is to blame; `book` stops at the first.

        An overlay without its base is wrong by itself: the others are looked at without it.
        """
        added = self._partners.get(partner, Shelf())
        specs = list(self._connectors.get(connector, Shelf()).maps)
        found: list[tuple[Spec | None, Rejected]] = []
        for over in added.maps:
            try:
                specs = laid(specs, (over,), partner)
            except Rejected as error:
                if connector not in self._carrying or self._home(over) in ("", connector):
                    found.append((over, error))
        for spec in specs:
            try:
                self._compiled(spec, connector, partner)
            except Rejected as error:
                found.append((spec, error))
        carried = {self._home(over) for over in added.maps} - {"", connector} if connector in self._carrying else ()
        return found + [wrong for home in sorted(carried) for wrong in self._carried_mistakes(home, partner)]

    def _carried_mistakes(self, connector: str, partner: str) -> list[tuple[Spec | None, Rejected]]:
        """What is wrong with a partner's overlays of a connector whose documents it sends inside others."""
        try:
            self._compile(connector, partner)
        except Rejected as error:
            overs = [over for over in self._partners[partner].maps if self._home(over) == connector]
            return [(overs[0], error)]
        return []

    def refuse_strangers(self, connector: str, partner: str) -> None:
        """Overlays of a partner over maps its connector does not have, which would never be used.

        Raises:
            Rejected: there is one; a partner whose messages carry documents of other connectors may have them.
        """
        base, added = self._connectors.get(connector, Shelf()), self._partners.get(partner, Shelf())
        if connector not in self._carrying:
            laid(base.maps, added.maps, partner)

    def _home(self, over: Spec) -> str:
        """The connector that ships the map an overlay extends, empty where none does."""
        homes = (name for name, shelf in self._connectors.items() if over.extends in {one.name for one in shelf.maps})
        return next(homes, "")

    def _compile(self, connector: str, partner: str) -> MapBook:
        base = self._connectors.get(connector, Shelf())
        added = self._partners.get(partner, Shelf())
        # What is laid over another connector's map stands in that connector's book.
        here = [over for over in added.maps if self._home(over) in ("", connector)]
        specs = laid(base.maps, here, partner)
        return MapBook([self._compiled(spec, connector, partner) for spec in specs], {**base.own, **added.own})

    def _compiled(self, spec: Spec, connector: str, partner: str) -> CompiledMap:
        base = self._connectors.get(connector, Shelf()).tables
        added = self._partners.get(partner, Shelf()).tables
        tables = {**base, **{name: _joined(base.get(name), one) for name, one in added.items()}}
        return compile_map(spec, syntax_of(spec), tables, self._converters.get(connector, {}))


def laid(base: Iterable[Spec], added: Iterable[Spec], partner: str) -> list[Spec]:
    """The maps of a connector with a partner's laid over them. A map of a partner's own comes before all others.

    Raises:
        Rejected: an overlay extends a map that is not there.
    """
    specs = {spec.name: spec for spec in base}
    fresh: list[Spec] = []
    for over in added:
        if not over.extends:
            fresh.append(over)
        elif over.extends in specs:
            specs[over.extends] = overlay(specs[over.extends], over)
        else:
            known = ", ".join(sorted(specs)) or "none"
            raise Rejected(f"{over.name} of {partner} extends {over.extends}, which is not there; there are: {known}")
    return [*fresh, *specs.values()]


def syntax_of(spec: Spec) -> Syntax:
    """The syntax a map is written for.

    Raises:
        Rejected: there is no such syntax.
    """
    name = spec.head("syntax")
    if name not in SYNTAXES:
        raise Rejected(f"map {spec.name}: there is no syntax {name!r}; there are {', '.join(SYNTAXES)}")
    return SYNTAXES[name]


def versions_of(one: CompiledMap) -> tuple[str, ...]:
    """The grammars a map was made for."""
    return one.spec.texts("versions")


def _joined(base: CodeTable | None, more: CodeTable) -> CodeTable:
    return more if base is None else base.extended(more.rows, more.source)
