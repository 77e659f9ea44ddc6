"""Canary orders put together: who sends them, and who takes their commands."""

from __future__ import annotations

from collections.abc import Sequence

from crossdock.app.canary import CanaryKeeper, CanaryTerms
from crossdock.app.deliver.step import Route
from crossdock.bootstrap.hub import Hub
from crossdock.canonical.catalogue import COMMAND_TYPES
from crossdock.kernel.errors import Permanent
from crossdock.ports.canary import ID, SINK
from crossdock.ports.connector import Limits, Manifest, Maturity, Outbound, Outcome, OutcomeKind, Resolution
from crossdock.postgres.canary import PostgresCanaries
from crossdock.postgres.views import PostgresViews
from crossdock.runtime.loops import Work

# How late a look may come, in seconds.
LOOK_S = 1.0

MANIFEST = Manifest(
    kind=ID,
    title="Where canary orders end",
    roles=(SINK.role.value,),
    facts_in=(),
    commands_out=tuple(sorted(COMMAND_TYPES)),
    resolution=Resolution.IDEMPOTENT_RESEND,
    limits=Limits(),
    source="ours",
    maturity=Maturity.TESTS,
)


class Sink:
    """Takes every command. See `ports.connector.Sender`."""

    async def send(self, commands: Sequence[Outbound]) -> list[Outcome]:
        """See `Sender.send`."""
        return [Outcome(OutcomeKind.DELIVERED, "nobody real was told") for _ in commands]

    async def look_up(self, command: Outbound) -> Outcome:
        """See `Sender.look_up`; it takes what it took before."""
        return Outcome(OutcomeKind.DELIVERED, "nobody real was told")


def canary_routes(hub: Hub) -> list[Route]:
    """The road to nobody, where canary orders are sent."""
    return [Route(SINK, MANIFEST, Sink())] if hub.project.settings.canary.every_s else []


def canary_chores(hub: Hub) -> dict[str, tuple[Work, float]]:
    """Sending them and seeing whether they are back, where they are sent.

    Raises:
        Permanent: a partner is to take their commands, and there is none of that name.
    """
    given = hub.project.settings.canary
    missing = [name for name in given.partners if hub.parts.directory.partner(name) is None]
    if missing:
        raise Permanent(f"[canary] names {', '.join(missing)}: there is no such file in partners/")
    if not given.every_s:
        return {}
    terms = CanaryTerms(given.every_s, given.patience_s, given.warehouse)
    keeper = CanaryKeeper(PostgresCanaries(hub.pool), hub.intake, PostgresViews(hub.pool), terms, hub.clock)
    return {ID: (keeper.tend_once, LOOK_S)}
