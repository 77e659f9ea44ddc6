"""Sheets as Parquet files. This is the only module that knows Arrow.

`<folder>/<sheet>/part-00001.parquet` and on; `<folder>/export.json` says how far the export is.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from crossdock.kernel.errors import Rejected
from crossdock.ports.sheets import Progress, Row, Sheet, Sort

NOTE = "export.json"
TYPES = {
    Sort.TEXT: pa.string(),
    Sort.NUMBER: pa.int64(),
    Sort.AMOUNT: pa.decimal128(38, 9),
    Sort.INSTANT: pa.timestamp("us", tz="UTC"),
    Sort.FLAG: pa.bool_(),
}


class ParquetFolder:
    """See `ports.sheets.SheetFolder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def progress(self) -> Progress | None:
        """See `SheetFolder.progress`."""
        note = self._folder / NOTE
        if not note.exists():
            if self._folder.exists() and any(self._folder.iterdir()):
                raise Rejected(f"{self._folder} is not empty and holds no export: name a folder of its own")
            return None
        try:
            return msgspec.json.decode(note.read_bytes(), type=Progress)
        except (OSError, msgspec.MsgspecError) as error:
            raise Rejected(f"{note} cannot be read ({error}): remove the folder and export again") from error

    def write(self, sheet: Sheet, part: int, rows: Sequence[Row]) -> None:
        """See `SheetFolder.write`."""
        schema = pa.schema(
            [pa.field(one.name, TYPES[one.sort], metadata={"description": one.text}) for one in sheet.columns],
            metadata={"description": sheet.text},
        )
        columns = [pa.array([row[place] for row in rows], TYPES[one.sort]) for place, one in enumerate(sheet.columns)]
        target = self._folder / sheet.name / f"part-{part:05}.parquet"
        fresh = target.with_suffix(".fresh")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            pq.write_table(pa.Table.from_arrays(columns, schema=schema), fresh, compression="zstd")
            _settle(fresh, target)
        except OSError as error:
            raise Rejected(
                f"{target} cannot be written: {error.strerror or error}; name a folder of your own"
            ) from error

    def keep(self, progress: Progress) -> None:
        """See `SheetFolder.keep`."""
        fresh = self._folder / f".{NOTE}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            fresh.write_bytes(msgspec.json.encode(progress))
            _settle(fresh, self._folder / NOTE)
        except OSError as error:
            raise Rejected(f"{fresh} cannot be written: {error.strerror}; name a folder of your own") from error


def _settle(fresh: Path, target: Path) -> None:
    """Put a whole file in its place once it is durable."""
    with fresh.open("rb") as file:
        os.fsync(file.fileno())
    fresh.replace(target)
