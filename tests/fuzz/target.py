"""What a target is: any bytes in, and whatever must hold of what comes back; CPU time per byte is held for all."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from crossdock.kernel.tree import Document, Node, Place
from crossdock.ports.connector import Finding

CPU_S_PER_100_KB = 1.0
NODES_LOOKED_AT_MAX = 200


class TooSlow(AssertionError):
    """An input cost more CPU time than its size allows."""


@dataclass(frozen=True)
class Target:
    """One parser or mapping. `check` raises when something does not hold; `tokens` are worth putting into an input."""

    check: Callable[[bytes], None]
    seeds: Callable[[], Sequence[bytes]]
    tokens: tuple[bytes, ...] = ()

    def run(self, body: bytes, slack: float = 1.0) -> None:
        """Check one input. `slack` stretches the time it may take: instrumented code is slower."""
        started = time.process_time()
        self.check(body)
        took = time.process_time() - started
        allowed = CPU_S_PER_100_KB * slack * max(1.0, len(body) / 100_000)
        if took > allowed:
            raise TooSlow(f"{took:.1f} s CPU for {len(body)} bytes, {allowed:.1f} s are allowed")


def told(findings: Iterable[Finding]) -> None:
    """Every finding says what, in a sentence, and where."""
    for finding in findings:
        assert finding.code, finding
        assert finding.detail, finding
        assert finding.where, finding
        assert finding.severity in ("error", "warning", "info"), finding


def inside(place: Place, body: bytes) -> None:
    """A place is within the bytes, or says that it is not known."""
    assert place.words
    assert place.start == -1 or 0 <= place.start <= place.start + place.length <= len(body), place


def placed(document: Document, body: bytes) -> None:
    """Every value of a document (of its first nodes) knows where it stands."""
    todo, looked = [document.root], 0
    while todo and looked < NODES_LOOKED_AT_MAX:
        node = todo.pop()
        looked += 1
        inside(document.where(node, ""), body)
        for field in _fields(node):
            inside(document.where(node, field), body)
        todo.extend(reversed(node.children))


def _fields(node: Node) -> Iterable[str]:
    if isinstance(node.fields, dict):
        return list(node.fields)[:20]
    return [f"{number:02d}" for number in range(1, min(len(node.fields), 20))]
