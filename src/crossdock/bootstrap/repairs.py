"""`crossdock replay`: repairs beside a running hub or without one, by the project as it is now."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from crossdock.app.queries import Page
from crossdock.app.repair.plans import Hand, Proposal, RepairDesk
from crossdock.bootstrap.hub import open_hub
from crossdock.bootstrap.options import Place, RunOptions
from crossdock.bootstrap.presence import database
from crossdock.bootstrap.repair_desk import repair_desk
from crossdock.bootstrap.roles import project_of
from crossdock.ports.repair import ITEMS_PAGE_MAX, PLANS_PAGE_MAX, Item, Plan

# Whoever has the command line has the database; the name is what they say.
KEY = "command line"


def hand_of(name: str) -> Hand:
    """Somebody at the command line."""
    return Hand(name, f"{KEY}: {name}")


@asynccontextmanager
async def desk_at(place: Place) -> AsyncIterator[RepairDesk]:
    """The desk of an installation."""
    project = project_of(RunOptions(place))
    async with database(place) as url, open_hub(project, url) as hub:
        yield repair_desk(hub)


async def propose_repair(place: Place, asked: Proposal, name: str, told: Callable[[Plan], None]) -> Plan:
    """Make a plan and work it out; `told` hears how far it is.

    Raises:
        Rejected: nothing is selected, or the project has mistakes.
    """
    async with desk_at(place) as desk:
        plan = await desk.propose(asked, hand_of(name))
        return await _driven(desk, plan.id, told)


async def apply_repair(place: Place, plan_id: str, name: str, reason: str, told: Callable[[Plan], None]) -> Plan:
    """Apply an approved plan, or go on with one whose applying was broken off.

    Raises:
        Rejected: it is not approved, or not what was approved.
    """
    async with desk_at(place) as desk:
        plan = await desk.read(plan_id)
        if plan.state.value not in ("planning", "applying"):
            await desk.apply(plan_id, hand_of(name), reason)
        return await _driven(desk, plan_id, told)


async def _driven(desk: RepairDesk, plan_id: str, told: Callable[[Plan], None]) -> Plan:
    while await desk.step(plan_id):
        told(await desk.read(plan_id))
    return await desk.read(plan_id)


async def approve_repair(place: Place, plan_id: str, name: str, reason: str) -> Plan:
    """Approve a plan as a second person."""
    async with desk_at(place) as desk:
        return await desk.approve(plan_id, hand_of(name), reason)


async def withdraw_repair(place: Place, plan_id: str, name: str, reason: str) -> Plan:
    """End a plan that is not to be applied."""
    async with desk_at(place) as desk:
        return await desk.withdraw(plan_id, hand_of(name), reason)


async def list_repairs(place: Place) -> Page[Plan]:
    """The newest plans."""
    async with desk_at(place) as desk:
        return await desk.page("", PLANS_PAGE_MAX)


async def show_repair(place: Place, plan_id: str) -> tuple[Plan, Page[Item]]:
    """A plan with its first items."""
    async with desk_at(place) as desk:
        return await desk.read(plan_id), await desk.items(plan_id, 0, ITEMS_PAGE_MAX)
