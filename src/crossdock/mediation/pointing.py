"""Paths in a partner's settings, in the language of maps: which nodes of a document are meant, what stands there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from crossdock.kernel.errors import Permanent, Rejected
from crossdock.kernel.tree import Document, Node
from crossdock.mapping.grammar import parse_path
from crossdock.mapping.paths import Paths
from crossdock.mapping.run import Exhausted, Run
from crossdock.mediation.reading import Words, map_context
from crossdock.mediation.syntaxes import SYNTAXES
from crossdock.ports.connector import IntakeContext

Point = Callable[[Document, IntakeContext], str]
PointAll = Callable[[Document, IntakeContext], Sequence[Node]]


@lru_cache(maxsize=1024)
def text_at(syntax: str, path: str) -> Point:
    """Reads the text at a path from a document's root; empty where nothing stands there.

    Raises:
        Permanent: it is no path of this syntax.
    """
    try:
        read = Paths(SYNTAXES[syntax]).text(parse_path(path))
    except Rejected as error:
        raise Permanent(f"settings: {error.detail}") from error

    def text(document: Document, context: IntakeContext) -> str:
        try:
            return (read(document.root, Run(document, map_context(document, context, Words()))) or "").strip()
        except Exhausted:
            return ""

    return text


@lru_cache(maxsize=1024)
def nodes_at(syntax: str, path: str) -> PointAll:
    """Finds the nodes at a path from a document's root, in order.

    Raises:
        Permanent: it is no path of this syntax to nodes.
    """
    try:
        find = Paths(SYNTAXES[syntax]).all(parse_path(path))
    except Rejected as error:
        raise Permanent(f"settings: {error.detail}") from error

    def nodes(document: Document, context: IntakeContext) -> Sequence[Node]:
        try:
            return find(document.root, Run(document, map_context(document, context, Words())))
        except Exhausted:
            return ()

    return nodes
