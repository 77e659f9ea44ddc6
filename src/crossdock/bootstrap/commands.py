"""What the commands do that look at an installation or change it by hand: thin wiring of use cases to the database."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial

from crossdock.app.access import KEY_BYTES, Scope, for_customer, make_key, within
from crossdock.app.archive.originals import ArchiveMessages
from crossdock.app.audit import AuditReport, Refold, audit
from crossdock.app.queries import Trace, trace
from crossdock.bootstrap.cells import neighbours, prepare_border
from crossdock.bootstrap.clock import SystemClock
from crossdock.bootstrap.connectors import MANIFESTS
from crossdock.bootstrap.engines import archive_of
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.bootstrap.log import connected, log_url, prepare_log
from crossdock.bootstrap.options import KeyOptions, Place
from crossdock.bootstrap.presence import database, has_database, installation, pepper_of, running
from crossdock.bootstrap.project import read_project
from crossdock.bootstrap.settings import shown_settings
from crossdock.bootstrap.shelving import messages_of, originals_of, views_of
from crossdock.kernel.errors import Permanent, Rejected
from crossdock.kernel.secret import Secret
from crossdock.ports.acts import Act
from crossdock.ports.audit import Extent
from crossdock.ports.keys import ApiKey
from crossdock.postgres.acts import PostgresActs
from crossdock.postgres.audit import PostgresAudit
from crossdock.postgres.connection import Pool, open_pool
from crossdock.postgres.inspect import inspect
from crossdock.postgres.keys import PostgresKeys
from crossdock.postgres.migrate import migrate, pending
from crossdock.runtime.doctor import Check, Patient, Port, examine


def effective_settings(place: Place) -> dict[str, object]:
    """The settings as they take effect, without secrets."""
    settings, data = installation(place)
    return {**shown_settings(settings), "data": str(data)}


async def pending_migrations(place: Place, phase: str = "") -> list[str]:
    """The migrations the database lacks, all or those of a phase."""
    async with database(place) as url:
        return await pending(url, phase)


async def apply_migrations(place: Place, phase: str = "") -> list[str]:
    """Bring the database up to date, wholly or for a phase, and the streams of a log of your own; what was applied."""
    async with database(place) as url:
        applied = await migrate(url, phase=phase)
    settings, _ = installation(place)
    if settings.nats.url is not None:
        await prepare_log(settings.nats.url.reveal(), settings.nats.replicas)
    if settings.cells.url is not None:
        await prepare_border(settings.cells.url.reveal(), settings)
    return applied


async def read_trace(place: Place, identifier: str) -> Trace:
    """The history of what an identifier leads to.

    Raises:
        Rejected: nothing is known under it.
    """
    async with installation_pool(place, "trace") as pool:
        settings, _ = installation(place)
        found = await trace(views_of(settings, place.project, pool), identifier)
    if found is None:
        raise Rejected(f"nothing is known under {identifier}: check the number, or look into the waiting room")
    return found


async def run_audit(place: Place, extent: Extent) -> AuditReport:
    """Whether anything is lost, stuck or doubled, or not what its log comes to by the policy of today's project.

    The log is looked at too where one is running.
    """
    refold = Refold(REGISTRIES, read_project(place.project, MANIFESTS).policy, extent) if extent.sample else None
    async with AsyncExitStack() as stack:
        url = log_url(*installation(place))
        log = await stack.enter_async_context(connected(url)) if url else None
        pool = await stack.enter_async_context(installation_pool(place, "audit"))
        originals = originals_of(installation(place)[0], place.project, pool)
        return await audit(
            PostgresAudit(pool),
            datetime.now(UTC),
            log=log,
            refold=refold,
            acts=PostgresActs(pool),
            originals=originals if extent.sample else None,
        )


async def run_doctor(place: Place) -> list[Check]:
    """Whether everything is there that a promise rests on; what cannot be looked at yet is left out.

    Raises:
        ConfigurationError: the project itself has mistakes, all of them in one list.
    """
    read_project(place.project, MANIFESTS)
    settings, data = installation(place)
    note = running(data)
    http = settings.http
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(database(place)) if has_database(place) else ""
        patient = Patient(
            inspect_database=partial(inspect, url, SystemClock()) if url else None,
            monitor_url=settings.nats.monitor_url or (note.monitor_url if note else ""),
            neighbours=neighbours(settings, note),
            data_dir=next(folder for folder in (data, *data.parents) if folder.is_dir()),
            ports=() if note else (Port("http", http.host, http.port),),
            archive=archive_of(settings, place.project) if settings.postgres.url is None else None,
            shelf=(place.project / settings.retention.dir).absolute() if settings.retention.dir else None,
        )
        return await examine(patient)


async def create_key(place: Place, options: KeyOptions) -> tuple[Secret, ApiKey]:
    """A new API key: the text to show once, and what is kept of it.

    Raises:
        Rejected: an unknown scope.
    """
    now = datetime.now(UTC)
    scopes = _scopes(options.scopes)
    expires = now + timedelta(days=options.days) if options.days is not None else None
    settings, data = installation(place)
    async with _keys(place) as keys:
        text, kept = make_key(
            secrets.token_bytes(KEY_BYTES),
            pepper_of(settings, data),
            partner=options.partner,
            scopes=scopes,
            label=options.label,
            created=now,
            expires=expires,
        )
        kept = within(for_customer(kept, options.customer), options.reach)
        await keys.add(kept, Act("key_made", options.by, f"command line: {options.by}", options.reason))
    return text, kept


async def list_keys(place: Place) -> Sequence[ApiKey]:
    """The keys there are, newest first."""
    async with _keys(place) as keys:
        return await keys.all()


async def revoke_key(place: Place, prefix: str, *, by: str, reason: str) -> bool:
    """Stop a key from now on; false when none with that prefix is in force."""
    async with _keys(place) as keys:
        return await keys.revoke(prefix, datetime.now(UTC), Act("key_revoked", by, f"command line: {by}", reason))


@asynccontextmanager
async def kept_messages(place: Place) -> AsyncIterator[ArchiveMessages]:
    """What an installation received and kept whole."""
    async with installation_pool(place, "messages") as pool:
        yield messages_of(installation(place)[0], place.project, pool)


@asynccontextmanager
async def _keys(place: Place) -> AsyncIterator[PostgresKeys]:
    async with installation_pool(place, "keys") as pool:
        yield PostgresKeys(pool)


@asynccontextmanager
async def installation_pool(place: Place, name: str) -> AsyncIterator[Pool]:
    """One connection to the installation's database.

    Raises:
        Permanent: the database is not up to date.
    """
    async with database(place) as url:
        # What is for after the release before is gone may be missing: both run in between.
        if await pending(url, "pre"):
            raise Permanent("the database is not up to date: run crossdock migrate, then again")
        pool = await open_pool(url, size_min=1, size_max=1, name=name)
        try:
            yield pool
        finally:
            await pool.close()


def _scopes(names: Sequence[str]) -> tuple[Scope, ...]:
    unknown = [name for name in names if name not in tuple(Scope)]
    if unknown:
        raise Rejected(f"there is no scope {', '.join(unknown)}; there are: {', '.join(Scope)}")
    return tuple(Scope(name) for name in names)
