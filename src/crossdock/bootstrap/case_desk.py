"""The desk of cases put together: what serves it, and what watches it in the schedule role."""

from __future__ import annotations

from functools import partial

from crossdock.app.cases.telling import tell_once
from crossdock.app.cases.watch import CaseWatcher
from crossdock.app.cases.work import CaseWork
from crossdock.bootstrap.hub import REGISTRIES, Hub
from crossdock.postgres.case_desk import PostgresCaseDesk
from crossdock.postgres.poll_cursors import PostgresCursors
from crossdock.postgres.views import PostgresViews
from crossdock.runtime.loops import Work

# How long a case may be open before its deadlines are written down.
WATCH_S = 2.0
REPEATS_S = 60.0


def case_work(hub: Hub) -> CaseWork:
    """The desk at which cases are worked."""
    return CaseWork(PostgresCaseDesk(hub.pool), PostgresViews(hub.pool), REGISTRIES, hub.project.policy, hub.clock)


def case_chores(hub: Hub) -> dict[str, tuple[Work, float]]:
    """What is done about cases because time passes, and how many seconds lie between two looks."""
    watcher = CaseWatcher(PostgresCaseDesk(hub.pool), REGISTRIES, hub.project.policy, hub.clock)
    tell = partial(tell_once, watcher.desk, PostgresCursors(hub.pool), hub.sync, hub.parts.ourselves, hub.clock)
    return {
        "cases": (watcher.watch_once, WATCH_S),
        "case acts": (tell, WATCH_S),
        "cleared cases": (watcher.close_cleared, REPEATS_S),
        "repeated refusals": (watcher.raise_repeated, REPEATS_S),
    }
