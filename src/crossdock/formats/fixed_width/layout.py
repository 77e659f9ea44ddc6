"""What a partner's file of fixed-width records looks like: declared, not guessed."""

from __future__ import annotations

from itertools import accumulate

import msgspec

from crossdock.formats.charset import charset_named


class Field(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One field. `start` counts characters from 1; 0 puts it right behind the field before.

    Text stands at the left and is filled up with `pad`; with `right` it stands at the right, as numbers do.
    """

    name: str
    length: int
    start: int = 0
    right: bool = False
    pad: str = " "
    required: bool = False

    def value(self, raw: str) -> str:
        """What a raw field says: without its padding, but `0` for a number of nothing but zeros."""
        if not self.right:
            return raw.rstrip(self.pad)
        value = raw.lstrip(self.pad)
        return value if value or self.pad != "0" or not raw else "0"

    def raw(self, value: str) -> str:
        """The value as it stands in a record; longer than the field where it does not fit."""
        return value.rjust(self.length, self.pad) if self.right else value.ljust(self.length, self.pad)


class FixedRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of record: told by `tag` at position `tag_start`; it stands under the last record of kind `parent`."""

    name: str
    fields: tuple[Field, ...]
    tag: str = ""
    tag_start: int = 1
    parent: str = ""

    def starts(self) -> tuple[int, ...]:
        """Where each field starts, counted from 0."""
        starts: list[int] = []
        behind = 0
        for field in self.fields:
            starts.append(field.start - 1 if field.start else behind)
            behind = starts[-1] + field.length
        return tuple(starts)

    @property
    def length(self) -> int:
        """Characters up to the end of the last field or tag."""
        ends = [start + field.length for start, field in zip(self.starts(), self.fields, strict=True)]
        return max([*ends, self.tag_start - 1 + len(self.tag)])


class FixedLayout(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file's layout. Records are lines, or follow each other without line ends where `record_length` says how long.

    The first kind whose tag fits takes a record; one without a tag takes any, so it comes last. Short lines are taken
    as if blanks followed. `newline` is for writing only.
    """

    name: str
    records: tuple[FixedRecord, ...]
    version: str = ""
    charset: str = "utf-8"
    record_length: int = 0
    newline: str = "\r\n"

    def __post_init__(self) -> None:
        """Refuse a layout that contradicts itself, with all that is wrong at once."""
        fields = [field for record in self.records for field in record.fields]
        names = [record.name for record in self.records]
        problems = [
            (not charset_named(self.charset), f"charset {self.charset!r} is not known"),
            (not self.records, "name at least one kind of record"),
            (
                any(field.length < 1 or field.start < 0 for field in fields),
                "a field needs a length and no negative start",
            ),
            (any(len(field.pad) != 1 for field in fields), "pad is one character"),
            (any(record.tag_start < 1 for record in self.records), "tag_start counts from 1"),
            (len(set(names)) < len(names), "two kinds of records have one name"),
            (any(_overlaps(record) for record in self.records), "the fields of a record overlap"),
            (any(len({f.name for f in r.fields}) < len(r.fields) for r in self.records), "a field is named twice"),
            (any(r.parent and r.parent not in names[:n] for n, r in enumerate(self.records)), "a parent comes first"),
            (self.newline not in ("\r\n", "\n", "\r"), "newline must be CR LF, LF or CR"),
            (
                any(0 < self.record_length < record.length for record in self.records),
                "a record is longer than its length",
            ),
        ]
        told = [sentence for wrong, sentence in problems if wrong]
        if told:
            raise ValueError("; ".join(told))


def _overlaps(record: FixedRecord) -> bool:
    spans = sorted((start, start + field.length) for start, field in zip(record.starts(), record.fields, strict=True))
    return any(begin < end for (begin, _), end in zip(spans[1:], accumulate((e for _, e in spans), max), strict=False))
