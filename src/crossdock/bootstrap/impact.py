"""`crossdock impact`: today's project against another one, over what this installation has seen."""

from __future__ import annotations

from pathlib import Path

import msgspec

from crossdock.app.repair.impact import Impact, Side, differences
from crossdock.app.repair.reading import Reader
from crossdock.bootstrap.commands import installation_pool
from crossdock.bootstrap.connectors import KINDS, MANIFESTS
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.bootstrap.library import library_of
from crossdock.bootstrap.options import Place
from crossdock.bootstrap.policies import read_policy
from crossdock.bootstrap.project import Project, read_project
from crossdock.bootstrap.reading import ConfigurationError, Problem
from crossdock.bootstrap.shelving import repairs_of
from crossdock.ports.audit import Extent
from crossdock.ports.repair import Origin
from crossdock.postgres.audit import PostgresAudit
from crossdock.postgres.repair import PostgresRepairs


async def run_impact(place: Place, against: Path | None, policy: Path | None, extent: Extent) -> Impact:
    """Compare the installation's project with the one at `against`, or with itself under the policies of `policy`.

    Raises:
        ConfigurationError: one of the projects has mistakes.
    """
    today = read_project(place.project, MANIFESTS)
    other = read_project(against, MANIFESTS) if against is not None else today
    if policy is not None:
        problems: list[Problem] = []
        other = msgspec.structs.replace(other, policy=read_policy(policy, problems))
        if problems:
            raise ConfigurationError(problems)
    before, after = side_of(today), side_of(other)
    impact = Impact()
    async with installation_pool(place, "impact") as pool:
        repairs = repairs_of(today.settings, place.project, pool)
        async for stored in PostgresAudit(pool).dossiers(extent):
            registry = REGISTRIES.get(stored.row.ident.partition("|")[0])
            if registry is not None and not stored.damage:
                origins = await _origins(repairs, stored.row.id)
                impact.add(differences(stored, origins, registry, before, after))
    return impact


def side_of(project: Project) -> Side:
    """A project as far as it makes something of history."""
    library, directory = library_of(project), project.directory()
    reader = Reader({name: kind.decoder(library) for name, kind in KINDS.items()}, directory)
    return Side(project.policy, reader, directory)


async def _origins(repairs: PostgresRepairs, dossier: int) -> list[Origin]:
    found = [await repairs.origin(message) for message in await repairs.messages_of(dossier)]
    return [origin for origin in found if origin is not None]
