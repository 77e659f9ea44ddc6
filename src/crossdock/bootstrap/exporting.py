"""Exporting put together: whose sheets, and where the files go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from crossdock.app.exporting import Exporter
from crossdock.app.ledgers import MoneySheet
from crossdock.bootstrap.commands import installation_pool
from crossdock.bootstrap.connectors import MANIFESTS
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.bootstrap.options import Place
from crossdock.bootstrap.project import read_project
from crossdock.instruments.parquet import ParquetFolder
from crossdock.kernel.errors import Rejected
from crossdock.ports.sheets import Progress, Window
from crossdock.postgres.sheets import sheets
from crossdock.postgres.views import PostgresViews

# A row bears the instant its transaction began: what is younger than this may still appear behind us.
SETTLE = timedelta(minutes=1)


async def export_sheets(place: Place, folder: Path, since: datetime, until: datetime | None) -> Progress:
    """Write the sheets of a window, or finish doing so.

    Raises:
        Rejected: the window is empty or not over, or the folder holds something else.
    """
    policy = read_project(place.project, MANIFESTS).policy
    files = ParquetFolder(folder)
    begun = files.progress()
    settled = datetime.now(UTC) - SETTLE
    # Without an end, an export that was begun keeps the one it had.
    end = until or (begun.window.until if begun is not None and begun.window.since == since else settled)
    if not since < end <= settled:
        raise Rejected("--until lies after --since, and at least a minute ago: younger rows may still appear")
    async with installation_pool(place, "export") as pool:
        orders, *others = sheets(pool)
        money = MoneySheet(orders, PostgresViews(pool), REGISTRIES, policy)
        return await Exporter((orders, *others, money), files).export(Window(since, end))
