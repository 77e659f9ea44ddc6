"""What the tests of all readers ask: real documents by kind, and a walk over every value with its bytes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crossdock.kernel.tree import Document, Node, Place

SAMPLES = Path(__file__).parents[4] / "shared" / "samples"
needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"the real documents are not at {SAMPLES}")


def samples(*patterns: str) -> list[Path]:
    return sorted({path for pattern in patterns for path in SAMPLES.glob(pattern) if path.is_file()})


def nodes(root: Node) -> Iterator[Node]:
    todo = [root]
    while todo:
        node = todo.pop()
        yield node
        todo.extend(reversed(node.children))


def values(document: Document, body: bytes) -> Iterator[tuple[str, bytes, Place]]:
    """Every value of a document with the bytes at its place."""
    for node in nodes(document.root):
        assert isinstance(node.fields, dict)
        for field, value in node.fields.items():
            place = document.where(node, field)
            yield value, body[place.start : place.start + place.length], place
