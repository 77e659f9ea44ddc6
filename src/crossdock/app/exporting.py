"""Exporting sheets: page by page into files, to be taken up where it was left off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from crossdock.kernel.errors import Rejected
from crossdock.ports.sheets import Progress, SheetFolder, SheetSource, Window


@dataclass(frozen=True, slots=True)
class Exporter:
    """A page is in memory at a time. After a crash the page under way is written again, over its own file."""

    sources: Sequence[SheetSource]
    folder: SheetFolder

    async def export(self, window: Window) -> Progress:
        """Write what the window holds, or what is missing of it; how much there is.

        Raises:
            Rejected: the folder holds an export of another window, or cannot be written.
            Transient: the store cannot be reached; run it again.
        """
        begun = self.folder.progress()
        progress = begun if begun is not None else Progress(window)
        if begun is None:
            # Before the first file, so that a folder with files in it is known for what it is.
            self.folder.keep(progress)
        if progress.window != window:
            held = f"{progress.window.since.isoformat()} to {progress.window.until.isoformat()}"
            raise Rejected(f"this folder holds an export from {held}: name another one, or give the same window")
        for source in self.sources:
            if source.sheet.name not in progress.done:
                progress = await self._sheet(source, progress)
        return progress

    async def _sheet(self, source: SheetSource, progress: Progress) -> Progress:
        name = source.sheet.name
        if progress.sheet != name:
            progress = msgspec.structs.replace(progress, sheet=name, after="", part=0)
        while True:
            page = await source.page(progress.window, progress.after)
            part = progress.part
            # A sheet nothing is on has one file all the same: its columns.
            if page.rows or (not page.next and part == 0):
                part += 1
                self.folder.write(source.sheet, part, page.rows)
            rows = progress.rows | {name: progress.rows.get(name, 0) + len(page.rows)}
            progress = msgspec.structs.replace(progress, after=page.next, part=part, rows=rows)
            if not page.next:
                progress = msgspec.structs.replace(progress, done=(*progress.done, name))
            self.folder.keep(progress)
            if not page.next:
                return progress
