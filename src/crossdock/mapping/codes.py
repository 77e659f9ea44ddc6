"""Code tables as data: what a partner's or a standard's code means in the canonical language, and back."""

from __future__ import annotations

import csv
from collections.abc import Mapping

import msgspec

from crossdock.kernel.errors import Rejected

VALUE = "value"
ROWS_MAX = 50_000


class CodeTable(msgspec.Struct, frozen=True):
    """A table of codes: code -> column -> text, in the order of the file.

    Of several codes with one meaning the first is the one written. `source` and `version` say where it comes from.
    """

    name: str
    rows: Mapping[str, Mapping[str, str]]
    version: str = ""
    source: str = ""

    def column(self, column: str = VALUE) -> dict[str, str]:
        """Code to the text of one column; empty where the code is known and means nothing there."""
        return {code: row[column] for code, row in self.rows.items() if column in row}

    def reverse(self, column: str = VALUE) -> dict[str, str]:
        """Text of one column to the first code that has it."""
        return {meaning: code for code, meaning in reversed(self.column(column).items()) if meaning}

    def extended(self, rows: Mapping[str, Mapping[str, str]], source: str) -> CodeTable:
        """With more codes, or other meanings of known ones; new rows come first when codes are written."""
        known = {code: {**self.rows.get(code, {}), **row} for code, row in rows.items()}
        kept = {code: row for code, row in self.rows.items() if code not in known}
        label = " + ".join(part for part in (self.source, source) if part)
        return CodeTable(self.name, {**known, **kept}, self.version, label)


def parse_codes(name: str, text: str) -> CodeTable:
    """A table from CSV text: comment lines `# source: …` and `# version: …`, a header, then rows; the first column
    is the code.

    Raises:
        Rejected: no header, a row of another length, a code twice; the author of the table must correct the line named.
    """
    head, lines = _head(text)
    read = csv.reader(lines, strict=True)
    rows: dict[str, dict[str, str]] = {}
    try:
        columns = [column.strip() for column in next(read, [])]
        if len(columns) < 2:
            raise Rejected(f"code table {name}: the first line must name the columns, the code first")
        for row in read:
            _add(rows, columns, [cell.strip() for cell in row], f"code table {name}, row {read.line_num}")
    except csv.Error as error:
        raise Rejected(f"code table {name}: {error}") from error
    return CodeTable(name, rows, head.get("version", ""), head.get("source", ""))


def head_of(text: str) -> Mapping[str, str]:
    """What a table says of itself in its comment lines: `source`, `version`, `steward`."""
    return _head(text)[0]


def _head(text: str) -> tuple[dict[str, str], list[str]]:
    head: dict[str, str] = {}
    lines: list[str] = []
    for line in text.splitlines():
        if line.startswith("#") and not lines:
            word, _, value = line[1:].partition(":")
            head[word.strip()] = value.strip()
        elif line.strip():
            lines.append(line)
    return head, lines


def _add(rows: dict[str, dict[str, str]], columns: list[str], row: list[str], where: str) -> None:
    if len(row) != len(columns):
        raise Rejected(f"{where}: {len(row)} cells where the header has {len(columns)}")
    if row[0] in rows:
        raise Rejected(f"{where}: code {row[0]!r} stands there twice")
    if len(rows) >= ROWS_MAX:
        raise Rejected(f"{where}: more than {ROWS_MAX} codes")
    rows[row[0]] = dict(zip(columns[1:], row[1:], strict=True))
