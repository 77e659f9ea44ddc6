"""The books of one simulated system: what it did and what it refused, in memory and in a journal on disk."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import msgspec

Json = dict[str, object]


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of the books: `kind` is what happened, `key` to which of the system's objects, `order_no` whose."""

    kind: str
    key: str
    order_no: str = ""
    facts: Json = {}


class Answer(msgspec.Struct, frozen=True):
    """What was answered to a call under an idempotency key, to be answered again to the same call."""

    body_hash: str
    status: int
    body: Json


class Books:
    """Append-only. The journal is written before memory, so a reader of the file sees at least what memory says."""

    def __init__(self, system: str, journal: Path) -> None:
        self.system = system
        self.entries: list[Entry] = []
        self.answers: dict[str, Answer] = {}
        self.replays = 0
        self._by_key: dict[tuple[str, str], Entry] = {}
        journal.parent.mkdir(parents=True, exist_ok=True)
        self._file = journal.open("ab", buffering=0)

    def write(self, kind: str, key: str, order_no: str = "", **facts: object) -> Entry:
        """Add a line."""
        entry = Entry(kind, key, order_no, facts)
        self._file.write(msgspec.json.encode(entry) + b"\n")
        self.entries.append(entry)
        self._by_key[kind, key] = entry
        return entry

    def latest(self, kind: str, key: str) -> Entry | None:
        """The last line of this kind about this object."""
        return self._by_key.get((kind, key))

    def counts(self) -> dict[str, int]:
        """Lines by kind."""
        return dict(Counter(entry.kind for entry in self.entries))

    def close(self) -> None:
        """Close the journal."""
        self._file.close()
