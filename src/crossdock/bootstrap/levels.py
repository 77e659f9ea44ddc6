"""Service levels put together: what was promised, what is agreed with each partner, and who watches both."""

from __future__ import annotations

from decimal import Decimal

from crossdock.app.slos.budget import Budget
from crossdock.app.slos.objective import Objective, objectives
from crossdock.app.slos.silence import Expectation
from crossdock.app.slos.watch import LevelWatcher
from crossdock.bootstrap.clock import SystemClock
from crossdock.bootstrap.commands import installation_pool
from crossdock.bootstrap.connectors import MANIFESTS
from crossdock.bootstrap.hub import Hub
from crossdock.bootstrap.options import Place
from crossdock.bootstrap.project import PartnerConfig, Project, read_project
from crossdock.postgres.connection import Pool
from crossdock.postgres.slos import PostgresLevels
from crossdock.process.policy import HOUR, Policy
from crossdock.runtime.loops import Work

WATCH_S = 60.0
CLOCKS_S = 900.0


def levels_of(project: Project, pool: Pool) -> LevelWatcher:
    """Who counts and compares."""
    return LevelWatcher(
        levels=PostgresLevels(pool),
        objectives=objectives(promised(project)),
        expected={config.partner.id: expectation(config, project.policy) for config in project.partners},
        policy=project.policy,
        clock=SystemClock(),
    )


def promised(project: Project) -> dict[str, Objective]:
    """What `crossdock.toml` promises, and where canary orders are sent, what is promised of them."""
    canary, given = project.settings.canary, dict(project.settings.slos)
    if canary.every_s:
        given.setdefault("canary", Objective("canary", within_s=canary.within_s, target_pct=Decimal(99)))
    return given


def level_chores(hub: Hub) -> dict[str, tuple[Work, float]]:
    """What is done about service levels because time passes, and how many seconds lie between two looks."""
    watcher = levels_of(hub.project, hub.pool)
    return {
        "service levels": (watcher.watch_once, WATCH_S),
        "clocks of partners": (watcher.watch_clocks_once, CLOCKS_S),
        "orders that look alike": (watcher.watch_lookalikes_once, WATCH_S),
    }


async def read_budgets(place: Place) -> tuple[Budget, ...]:
    """Every objective as it stands, as far as the schedule role has counted."""
    project = read_project(place.project, MANIFESTS)
    async with installation_pool(place, "slos") as pool:
        return await levels_of(project, pool).standing()


def expectation(config: PartnerConfig, policy: Policy) -> Expectation:
    """What a partner's file says is usual."""
    expected = config.profile.expected
    return Expectation(
        partner=config.partner.id,
        name=config.partner.name,
        steward=config.partner.steward,
        quiet_s=config.profile.slo.quiet_at_most_h * HOUR,
        moves_s=expected.moves_within_h * HOUR,
        lanes={lane: hours * HOUR for lane, hours in expected.quiet_h.items()},
        calendar=policy.calendars.get(expected.calendar),
    )
