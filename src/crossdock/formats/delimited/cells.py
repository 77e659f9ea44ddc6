"""Rows and cells of a delimited text, each as it stands (RFC 4180, with any delimiter, quote and line end).

The standard library's csv is faster, but keeps no places and no spelling, and lets half-quoted cells pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from crossdock.formats.delimited.layout import DelimitedLayout
from crossdock.formats.records import LINE_END, lines

CELLS_MAX = 10_000


class Row:
    """One row: where it starts, its raw cells with their quotes, and its line end."""

    __slots__ = ("cells", "end", "names", "start")

    def __init__(self, start: int, cells: list[str], end: str) -> None:
        self.start = start
        self.cells = cells
        self.end = end
        self.names: tuple[str, ...] = ()

    def span(self, number: int) -> tuple[int, int]:
        """Where the cell stands in the text."""
        begin = self.start + sum(map(len, self.cells[:number])) + number
        return begin, begin + len(self.cells[number])

    @property
    def length(self) -> int:
        """Characters without the line end."""
        return sum(map(len, self.cells)) + max(len(self.cells) - 1, 0)


def split(text: str, layout: DelimitedLayout) -> Iterator[Row]:
    """All rows of a text; blank lines are rows with one empty cell, a cell beyond the last allowed holds the rest."""
    if not layout.quote or layout.quote not in text:
        for start, line, end in lines(text):
            yield Row(start, line.split(layout.delimiter, CELLS_MAX), end)
        return
    cell = _cell(layout.delimiter, layout.quote)
    position, size = 0, len(text)
    while position < size:
        row = Row(position, [], "")
        while True:
            found = cell.match(text, position)
            assert found is not None
            row.cells.append(found[0])
            position = found.end()
            if position == size or text[position] != layout.delimiter:
                break
            position += 1
            if len(row.cells) == CELLS_MAX:
                ended = LINE_END.search(text, position)
                row.cells.append(text[position : ended.start() if ended else size])
                position += len(row.cells[-1])
                break
        ended = LINE_END.match(text, position)
        if ended is not None:
            row.end, position = ended[0], ended.end()
        yield row


@lru_cache(maxsize=64)
def _cell(delimiter: str, quote: str) -> re.Pattern[str]:
    d, q = re.escape(delimiter), re.escape(quote)
    # Possessive, so that a quote that is never closed costs one look to the end and no way back.
    return re.compile(f"{q}(?:[^{q}]|{q}{q})*+{q}(?=[{d}\\r\\n]|\\Z)|[^{d}\\r\\n]*")


def meaning(raw: str, quote: str) -> str:
    """The value of a raw cell."""
    if quote and len(raw) > 1 and raw.startswith(quote) and raw.endswith(quote):
        return raw[1:-1].replace(quote * 2, quote)
    return raw


def unclosed(raw: str, quote: str) -> bool:
    """A cell that begins with a quote and is not wholly inside of quotes."""
    if not quote or not raw.startswith(quote):
        return False
    return len(raw) < 2 or not raw.endswith(quote) or quote in raw[1:-1].replace(quote * 2, "")
