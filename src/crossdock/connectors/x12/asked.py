"""Where the facts of the sets that Python reads come from: their readers asked again, an element at a time.

Decision 15 says why these sets have no map.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping

import msgspec

from crossdock.connectors.x12 import acknowledgement_997, advice_945, response_990, status_214
from crossdock.connectors.x12.facts import Desk
from crossdock.formats.x12.document import X12Document
from crossdock.formats.x12.tree import BINARY, TransactionSet
from crossdock.mediation.asking import Answer, Author, Cell, asked
from crossdock.mediation.library import Watch
from crossdock.mediation.witness import cells_of
from crossdock.ports.connector import DecodedFact

SetReader = Callable[[Desk], list[DecodedFact]]

READERS: Mapping[str, tuple[SetReader, str]] = {
    "945": (advice_945.read_945, advice_945.VERSION),
    "990": (response_990.read_990, response_990.VERSION),
    "214": (status_214.read_214, status_214.VERSION),
    "997": (acknowledgement_997.read_997, acknowledgement_997.VERSION),
    "999": (acknowledgement_997.read_997, acknowledgement_997.VERSION),
}
# Codes that mean something to the readers, so that a code can be another one and not only an unknown one.
HINTS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("AT7", "01"): ("AF", "X1", "D2"),
    ("AT7", "02"): ("AO", "AI"),
    ("AT7", "03"): ("AA", "AB"),
    ("AT7", "04"): ("AO", "AI"),
    ("AT7", "07"): ("UT", "ET"),
    ("G62", "05"): ("UT", "ET"),
    ("MS1", "02"): ("TX", "CA"),
    ("MS1", "03"): ("US", "NL"),
    ("MS1", "06"): ("E", "W"),
    ("MS1", "07"): ("N", "S"),
    ("N4", "02"): ("TX", "CA"),
    ("N4", "04"): ("US", "NL"),
    ("B1", "04"): ("A", "D"),
    ("W12", "05"): ("CA", "LB"),
    ("AK1", "01"): ("OW", "SM"),
    ("AK2", "01"): ("940", "204"),
    ("AK5", "01"): ("A", "R"),
    ("IK5", "01"): ("A", "R"),
    ("AK9", "01"): ("A", "R"),
}
_SERVICE = frozenset(("ST", "SE", *BINARY))
_SEGMENT = re.compile(r" / segment (\d+) ")


def tell(watch: Watch, transaction: TransactionSet, desk_of: Callable[[TransactionSet], Desk]) -> None:
    """Tell a watch where the facts of one set come from; `desk_of` opens a desk for a set like it."""
    reader, version = READERS[transaction.code]
    divide, mark = transaction.interchange.divide, transaction.interchange.delimiters.element

    def ask(cell: Cell | None, text: str) -> Answer:
        texts = list(transaction.texts)
        if cell is not None:
            row = divide(texts[cell.node.at])
            row[int(cell.field)] = text
            texts[cell.node.at] = mark.join(row)
        changed = msgspec.structs.replace(transaction, texts=texts, faults=[])
        desk = desk_of(changed)
        facts = reader(desk)
        faults = [f"{one.code} {one.detail}" for one in changed.faults]
        return Answer(_named(facts), (*faults, *(f"{one.code} {one.detail}" for one in desk.findings)))

    document = X12Document(transaction)
    cells = [cell for cell in cells_of(document.root, HINTS) if cell.node.name not in _SERVICE]
    author = Author(reader.__name__, f"x12/{transaction.code} (Python)", version)
    facts = tuple(body for _, body in ask(None, "").facts)
    watch.read_by_python(document, author, asked(document, cells, ask, author), facts)


def _named(facts: list[DecodedFact]) -> tuple[tuple[str, bytes], ...]:
    """Each fact by the segment it was read at, and which one of those."""
    counts: Counter[str] = Counter()
    named = []
    for fact in facts:
        found = _SEGMENT.search(fact.where)
        segment = found[1] if found else ""
        counts[segment] += 1
        named.append((f"{segment}.{counts[segment]}", fact.body))
    return tuple(named)
