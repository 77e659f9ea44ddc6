"""The desk of cases from the command line: the queue, one case, an act, the proof that all acts are as written."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from crossdock.app.acts.chain import ChainReport, verify
from crossdock.app.cases.acts import Refusal, Request
from crossdock.app.cases.work import CaseDetail, CaseLine, CaseWork
from crossdock.bootstrap.clock import SystemClock
from crossdock.bootstrap.commands import installation_pool
from crossdock.bootstrap.connectors import MANIFESTS
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.bootstrap.options import Place
from crossdock.bootstrap.project import read_project
from crossdock.kernel.errors import Rejected
from crossdock.ports.cases import CASES_PAGE_MAX, CaseFilter
from crossdock.postgres.case_desk import PostgresCaseDesk
from crossdock.postgres.views import PostgresViews

# Whoever has the command line has the database; the name is what they say.
KEY = "command line"


@asynccontextmanager
async def desk_at(place: Place) -> AsyncIterator[CaseWork]:
    """The desk of an installation."""
    policy = read_project(place.project, MANIFESTS).policy
    async with installation_pool(place, "cases") as pool:
        yield CaseWork(PostgresCaseDesk(pool), PostgresViews(pool), REGISTRIES, policy, SystemClock())


async def list_cases(place: Place, wanted: CaseFilter) -> tuple[CaseLine, ...]:
    """The first page of the queue."""
    async with desk_at(place) as work:
        return (await work.queue(wanted, "", CASES_PAGE_MAX)).items


async def read_case(place: Place, case: int) -> CaseDetail:
    """One case whole.

    Raises:
        Rejected: there is none of that number.
    """
    async with desk_at(place) as work:
        found = await work.case(case)
    if found is None:
        raise Rejected(f"there is no case {case}: list them with crossdock cases list")
    return found


async def act_on(place: Place, case: int, request: Request) -> CaseLine:
    """An act by a person.

    Raises:
        Rejected: there is no such case, or it does not take the act now.
    """
    async with desk_at(place) as work:
        done = await work.act(case, request, f"{KEY}: {request.by}")
    if done is None:
        raise Rejected(f"there is no case {case}: list them with crossdock cases list")
    if isinstance(done, Refusal):
        raise Rejected(done.detail)
    return done


async def verify_acts(place: Place) -> ChainReport:
    """Whether every act is as it was written."""
    async with desk_at(place) as work:
        return await verify(work.desk)
