"""Alerts to our own people put together: whose they are, and who writes them."""

from __future__ import annotations

from crossdock.app.alerting import Alerter, Terms
from crossdock.bootstrap.hub import Hub
from crossdock.canonical.vocabulary import Role
from crossdock.kernel.errors import Permanent
from crossdock.postgres.alerts import PostgresAlerts
from crossdock.runtime.loops import Work

# How late a word may go.
ALERTS, ALERTS_S = "alerts", 5.0
KIND = "notify"


def alert_chores(hub: Hub) -> dict[str, tuple[Work, float]]:
    """Tell owners of queues, where a channel is set for any of them, and how many seconds lie between two looks.

    Raises:
        Permanent: a channel is set, and no partner of ours has it.
    """
    given = hub.project.settings.alerts
    channels = {channel for channel in (given.channel, *given.queues.values()) if channel}
    if not channels:
        return {}
    writers = [one for one in hub.project.partners if one.manifest.kind == KIND and one.partner.role is Role.OPS]
    if len(writers) != 1:
        raise Permanent(
            f"[alerts] needs one partner of role OPS and connector {KIND}, there are {len(writers)}: add it"
        )
    known = writers[0].partner.settings.get("channels")
    missing = channels - set(known if isinstance(known, dict) else ())
    if missing:
        raise Permanent(f"[alerts] names {', '.join(sorted(missing))}: name it in [settings.channels] of that partner")
    terms = Terms(given.queues, given.channel, given.severity, given.calm_s)
    alerter = Alerter(PostgresAlerts(hub.pool), hub.store, hub.parts.directory, terms, hub.clock)
    return {ALERTS: (alerter.alert_once, ALERTS_S)}
