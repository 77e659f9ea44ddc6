"""CPU time a parser needs for one document, the median of several: `on_edi PARSER FILE` prints seconds.

Each reads what it was made to read: pyx12 and badx12 an X12 interchange, pydifact an EDIFACT one. None makes facts.
"""

from __future__ import annotations

import collections
import collections.abc
import io
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

ROUNDS = 5

# Names the standard library dropped, which badx12 still looks for there.
for _name in ("Iterable", "Mapping", "MutableMapping", "Sequence", "Callable"):
    setattr(collections, _name, getattr(collections.abc, _name))


def pyx12(text: str) -> int:
    """Segments, the envelopes' counts and numbers compared."""
    from pyx12.x12file import X12Reader  # noqa: PLC0415  (one environment holds all, and one is loaded)

    reader = X12Reader(io.StringIO(text))
    return sum(1 for _ in reader)


def badx12(text: str) -> int:
    """A tree of dictionaries."""
    from badx12 import Parser  # noqa: PLC0415

    return len(Parser().parse_document(text).to_dict())


def pydifact(text: str) -> int:
    """Segments grouped by message."""
    from pydifact.segmentcollection import Interchange  # noqa: PLC0415

    return sum(1 for _ in Interchange.from_str(text).get_messages())


PARSERS: Mapping[str, Callable[[str], int]] = {"pyx12": pyx12, "badx12": badx12, "pydifact": pydifact}


def main() -> None:
    """Read the file several times."""
    name, path = sys.argv[1:]
    text, parse = Path(path).read_bytes().decode("latin-1"), PARSERS[name]
    spent = []
    for _ in range(ROUNDS):
        begin = time.process_time()
        found = parse(text)
        spent.append(time.process_time() - begin)
        assert found > 0
    sys.stdout.write(f"{statistics.median(spent)}\n")


if __name__ == "__main__":
    main()
