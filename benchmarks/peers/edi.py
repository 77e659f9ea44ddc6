"""EDI: bytes to facts on our side, bytes to segments or a tree on the peers'; processes of their own, in turns."""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec

from benchmarks.peers.machine import ROOT, Unavailable, hidden, run
from benchmarks.peers.peer import PROGRAMS
from benchmarks.peers.setup import pinned, python_environment
from crossdock.bench import edifact, formats

ROUNDS = 3
READ_S = 120.0
MESSAGES = 100
OURS = ("x12", "edifact")
# Parser, what it reads, what it makes of it.
PEERS = (
    ("pyx12", "x12", "segments, envelopes checked"),
    ("badx12", "x12", "a tree"),
    ("pydifact", "edifact", "segments by message"),
)
DOCUMENTS = {"x12": "X12 214", "edifact": "EDIFACT IFTSTA"}


class Edi(msgspec.Struct, frozen=True):
    """One parser on one kind of document: CPU microseconds a message, and how many times ours; no `error`: it ran."""

    parser: str
    version: str
    document: str
    makes: str
    us: float = 0.0
    to_ours: float = 0.0
    error: str = ""


def measure_edi() -> list[Edi]:
    """Ours and every peer, in turns."""
    with tempfile.TemporaryDirectory() as folder:
        files = {"x12": Path(folder) / "x12.edi", "edifact": Path(folder) / "edifact.edi"}
        files["x12"].write_bytes(formats.status_messages(MESSAGES))
        files["edifact"].write_bytes(edifact.status_messages(MESSAGES))
        spent: dict[str, list[float]] = {name: [] for name in (*OURS, *(peer for peer, _, _ in PEERS))}
        errors: dict[str, str] = {}
        for _ in range(ROUNDS):
            for dialect in OURS:
                own = [sys.executable, "-m", f"{PROGRAMS}.on_crossdock_edi", dialect, files[dialect]]
                spent[dialect].append(seconds(own))
            for parser, dialect, _ in PEERS:
                try:
                    theirs = [python_environment("edi") / "python", "-m", f"{PROGRAMS}.on_edi", parser, files[dialect]]
                    spent[parser].append(seconds(theirs))
                except Unavailable as reason:
                    errors[parser] = hidden(f"{reason.tried}: {reason.error}")
    ours = [Edi("Crossdock", "", DOCUMENTS[dialect], "canonical facts", us(spent[dialect]), 1.0) for dialect in OURS]
    return ours + [compared(peer, spent[peer[0]], spent[peer[1]], errors.get(peer[0], "")) for peer in PEERS]


def compared(peer: tuple[str, str, str], theirs: Sequence[float], ours: Sequence[float], error: str) -> Edi:
    """One row of the table."""
    parser, dialect, makes = peer
    if error or not theirs:
        return Edi(parser, "", DOCUMENTS[dialect], makes, error=error)
    to_ours = statistics.median(other / own for own, other in zip(ours, theirs, strict=True))
    return Edi(parser, pinned("edi", parser), DOCUMENTS[dialect], makes, us(theirs), round(to_ours, 1))


def us(spent: Sequence[float]) -> float:
    """Microseconds a message, the middle of the rounds."""
    return round(statistics.median(spent) / MESSAGES * 1e6, 1)


def seconds(command: Sequence[object]) -> float:
    """What the program printed."""
    path = {"PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"}
    return float(run(command, timeout_s=READ_S, cwd=ROOT, env=path).strip())
