"""What a partner's delimited file looks like: declared, not guessed."""

from __future__ import annotations

import re

import msgspec

from crossdock.formats.charset import charset_named

_NUMBERS = {
    ".": re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"),
    ",": re.compile(r"[+-]?(?:[0-9]+(?:,[0-9]*)?|,[0-9]+)"),
}


class Column(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One column. `length_max` counts characters (0: any); `decimal` is the mark of a number, empty for text."""

    name: str
    required: bool = False
    length_max: int = 0
    decimal: str = ""

    @property
    def rules(self) -> bool:
        """Whether there is anything to check."""
        return self.required or self.length_max > 0 or bool(self.decimal)

    def problem(self, value: str) -> tuple[str, str] | None:
        """Fault code and sentence of what is wrong with a value of this column."""
        if not value:
            return ("DSV-REQUIRED", f"{self.name} is empty: send it") if self.required else None
        if self.length_max and len(value) > self.length_max:
            return (
                "DSV-LENGTH",
                f"{self.name} has {len(value)} characters, at most {self.length_max} are agreed: shorten it",
            )
        if self.decimal and _NUMBERS[self.decimal].fullmatch(value.strip()) is None:
            return "DSV-NUMBER", f"{self.name} is {value[:40]!r}: send a number with {self.decimal!r} as decimal mark"
        return None


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of row. `key` is what its key column holds; it stands under the last row of the kind `parent`."""

    name: str = "row"
    columns: tuple[Column, ...] = ()
    key: str = ""
    parent: str = ""


class DelimitedLayout(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file's layout.

    With `header` the first row names the columns, in any order; columns of the layout are then checked and others taken
    as they are. Without it the columns stand in the order of the layout, or are called `1`, `2` … where it names none.
    `key_column` counts from 1 and is 0 where all rows are of the first kind; several kinds go without a header. `quote`
    is empty where the partner has none. `newline` and `guard_formulas` are for writing only: the guard puts an
    apostrophe before text a spreadsheet would run (OWASP, CSV injection).
    """

    name: str
    version: str = ""
    charset: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    header: bool = True
    key_column: int = 0
    records: tuple[Record, ...] = (Record(),)
    newline: str = "\r\n"
    guard_formulas: bool = True

    def __post_init__(self) -> None:
        """Refuse a layout that contradicts itself, with all that is wrong at once."""
        names = [record.name for record in self.records]
        problems = [
            (not charset_named(self.charset), f"charset {self.charset!r} is not known"),
            (len(self.delimiter) != 1 or self.delimiter in "\r\n\0", "delimiter must be one character on a line"),
            (len(self.quote) > 1 or self.quote in ("\r", "\n", self.delimiter), "quote must be one other character"),
            (self.newline not in ("\r\n", "\n", "\r"), "newline must be CR LF, LF or CR"),
            (not self.records, "name at least one kind of row"),
            (len(set(names)) < len(names), "two kinds of rows have one name"),
            (
                len(self.records) > 1 and (self.header or self.key_column < 1),
                "several kinds need a key column, no header",
            ),
            (any(r.parent and r.parent not in names[:n] for n, r in enumerate(self.records)), "a parent comes first"),
            (any(c.decimal not in ("", ".", ",") for r in self.records for c in r.columns), "decimal is '.' or ','"),
            (any(len({c.name for c in r.columns}) < len(r.columns) for r in self.records), "a column is named twice"),
        ]
        told = [sentence for wrong, sentence in problems if wrong]
        if told:
            raise ValueError("; ".join(told))
