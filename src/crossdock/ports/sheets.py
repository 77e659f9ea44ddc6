"""Sheets for analysis: tables of plain columns, read a page at a time and written a file at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

import msgspec

Cell = str | int | Decimal | datetime | bool | None
Row = tuple[Cell, ...]


class Sort(StrEnum):
    """What a column holds. Instants are UTC to the microsecond, amounts have nine decimals."""

    TEXT = "text"
    NUMBER = "number"
    AMOUNT = "amount"
    INSTANT = "instant"
    FLAG = "flag"


class Column(msgspec.Struct, frozen=True):
    """One column; any may be empty."""

    name: str
    sort: Sort
    text: str


class Sheet(msgspec.Struct, frozen=True):
    """A table by name; what it holds in `text`."""

    name: str
    text: str
    columns: tuple[Column, ...]


class Window(msgspec.Struct, frozen=True):
    """From `since` on, up to and without `until`, by when it was recorded here."""

    since: datetime
    until: datetime


class SheetPage(msgspec.Struct, frozen=True):
    """Rows, and where the next page begins; `next` empty: there is none. A page may be empty and not be the last."""

    rows: Sequence[Row]
    next: str


class SheetSource(Protocol):
    """Where the rows of one sheet come from."""

    @property
    def sheet(self) -> Sheet:
        """Which."""

    async def page(self, window: Window, after: str) -> SheetPage:
        """The rows behind a cursor, the first where it is empty; the same cursor gives the same page, as far as what it
        shows stays.

        Raises:
            Transient: the store cannot be reached.
        """


class Progress(msgspec.Struct, frozen=True):
    """How far an export is. `after` and `part` are of the sheet under way; `rows` are counts by sheet."""

    window: Window
    done: tuple[str, ...] = ()
    sheet: str = ""
    after: str = ""
    part: int = 0
    rows: dict[str, int] = {}


class SheetFolder(Protocol):
    """Where files go."""

    def progress(self) -> Progress | None:
        """What `keep` was given last; `None` in a fresh folder.

        Raises:
            Rejected: something else is there.
        """

    def write(self, sheet: Sheet, part: int, rows: Sequence[Row]) -> None:
        """One file, whole or not at all; a part that was there already is replaced.

        Raises:
            Rejected: it cannot be written there.
        """

    def keep(self, progress: Progress) -> None:
        """Remember how far it is, after the files it speaks of are durable.

        Raises:
            Rejected: it cannot be written there.
        """
