"""`crossdock reprocess`: kept messages through the project as it is now, beside a running hub or without one."""

from __future__ import annotations

from crossdock.app.reprocess import Reprocess, Reprocessed
from crossdock.bootstrap.hub import open_hub
from crossdock.bootstrap.options import Place, RunOptions
from crossdock.bootstrap.presence import database
from crossdock.bootstrap.roles import feeding, project_of
from crossdock.bootstrap.shelving import messages_of


async def run_reprocess(place: Place, *, partner: str = "", message: str = "", dry: bool = False) -> Reprocessed:
    """Run what could not be used once more; see `app.reprocess.Reprocess.run`.

    Workers of a running hub go on meanwhile: the version fence keeps them apart as it keeps them from each other. They
    read their maps when they start, so a mended map is theirs after a restart.

    Raises:
        ConfigurationError: the project, a map or a code list has mistakes.
        Rejected: there is no such message.
    """
    project = project_of(RunOptions(place))
    async with database(place) as url, open_hub(project, url) as hub, feeding(hub):
        kept = messages_of(project.settings, project.folder, hub.pool)
        again = Reprocess(kept, hub.parts.directory, hub.sync, hub.store, hub.clock)
        return await again.run(partner=partner, message=message, dry=dry)
