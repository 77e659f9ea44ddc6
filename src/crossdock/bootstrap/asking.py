"""Questions answered from the log: how an order stood at a moment, why, and what the KPIs of some days are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from crossdock.app.history import Folder, Moment, Past
from crossdock.app.insight import Insight
from crossdock.app.measuring import KpiView
from crossdock.app.why import Answer, why
from crossdock.bootstrap.commands import installation_pool
from crossdock.bootstrap.connectors import MANIFESTS
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.bootstrap.options import Place
from crossdock.bootstrap.project import read_project
from crossdock.bootstrap.shelving import views_of
from crossdock.kernel.errors import Rejected
from crossdock.postgres.measures import PostgresMeasures
from crossdock.postgres.views import PostgresViews
from crossdock.process.kpi.catalogue import ROWS


async def ask_why(place: Place, identifier: str, field: str) -> Answer:
    """Why a field of what an identifier leads to is what it is.

    Raises:
        Rejected: nothing is known under it, or it has no such field.
    """
    project = read_project(place.project, MANIFESTS)
    async with installation_pool(place, "why") as pool:
        views = views_of(project.settings, project.folder, pool)
        answer = await why(views, REGISTRIES, project.policy, identifier, field)
    if answer is None:
        raise Rejected(f"nothing is known under {identifier}: check the number, or look into the waiting room")
    return answer


async def show_past(place: Place, identifier: str, moment: Moment) -> Past:
    """What an identifier led to at a moment.

    Raises:
        Rejected: nothing was there at that moment.
    """
    project = read_project(place.project, MANIFESTS)
    async with installation_pool(place, "show") as pool:
        views = views_of(project.settings, project.folder, pool)
        past = await Folder(views, REGISTRIES, project.policy).at(identifier, moment)
    if past is None:
        raise Rejected(f"nothing was there under {identifier} at that moment: check the number and the instant")
    return past


async def read_figures(place: Place, board: str, days: int, moment: Moment | None) -> tuple[KpiView, ...]:
    """The KPIs of a board over the last days, as far as the schedule role has measured the log, or as of a moment.

    Raises:
        Rejected: there is no such board.
    """
    if board and not any(board in row.boards for row in ROWS):
        boards = sorted({name for row in ROWS for name in row.boards})
        raise Rejected(f"there is no board {board}; there are: {', '.join(boards)}")
    policy = read_project(place.project, MANIFESTS).policy
    now = datetime.now(UTC)
    until = min(filter(None, (moment.known, moment.true, now))) if moment is not None else now
    async with installation_pool(place, "kpis") as pool:
        insight = Insight(PostgresViews(pool), PostgresMeasures(pool), REGISTRIES, policy)
        return await insight.figures(until - timedelta(days=days), until, now, board=board, moment=moment)
