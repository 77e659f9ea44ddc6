"""Everything the API is given; nothing is global and nothing is looked up."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import msgspec

from crossdock.app.cases.work import CaseWork
from crossdock.app.custody import Custody
from crossdock.app.evidence import Evidence
from crossdock.app.faces import FaceLog
from crossdock.app.identity.machines import MachineDoor
from crossdock.app.insight import Insight
from crossdock.app.intake import Intake
from crossdock.app.portal.asking import Asking
from crossdock.app.portal.look import Portal
from crossdock.app.queries import States
from crossdock.app.repair.plans import RepairDesk
from crossdock.app.slos.watch import LevelWatcher
from crossdock.app.webhooks.curated import CustomerLog
from crossdock.app.webhooks.customers import Desks
from crossdock.app.webhooks.desk import SubscriptionDesk
from crossdock.app.webhooks.listening import EventLog
from crossdock.kernel.secret import Secret
from crossdock.ports.as2 import As2Door
from crossdock.ports.clock import Clock, Dice, Stopwatch
from crossdock.ports.directory import Directory
from crossdock.ports.keys import Keys
from crossdock.ports.metrics import Meter, Silent
from crossdock.ports.outbox import Desk
from crossdock.ports.paces import Paces
from crossdock.ports.reconciliation import Reconciliations
from crossdock.ports.replies import Replies
from crossdock.ports.traces import Traces
from crossdock.ports.views import Views
from crossdock.web.api.pace import Rate

# Says what is missing before the hub may be sent traffic, in plain words; empty when it is ready.
Readiness = Callable[[], Awaitable[tuple[str, ...]]]
# A media type, and what figures of this process are in it.
Figures = tuple[str, Callable[[], Awaitable[bytes]]]


class ApiLimits(msgspec.Struct, frozen=True):
    """The bounds of the door.

    A revoked key is let in no more once the database has told so; `key_ttl_s` is how long at most while it cannot.
    A stream of events ends after `stream_life_s`, or when a page of it is not taken within `stream_send_s`.
    """

    body_bytes_max: int = 8 * 1024 * 1024
    body_wait_s: float = 30.0
    batch_items_max: int = 1000
    page_max: int = 200
    rate: Rate = Rate(per_s=20_000.0, burst=20_000)
    strangers: Rate = Rate(per_s=50.0, burst=200)
    key_ttl_s: float = 5.0
    keys_cached_max: int = 10_000
    streams_max: int = 200
    streams_per_key: int = 10
    stream_life_s: float = 300.0
    stream_send_s: float = 15.0


@dataclass(frozen=True, slots=True)
class ApiDeps:
    """The ports the API works through. `machines` is absent where no issuer of tokens is set.

    `intake` works in the hub's own flow mode. `queued` answers once the bytes are durable in the log; absent where the
    hub has no log, the same as `intake` where everything is queued. `webhook_secrets` are by partner id: the secret in
    force, and while rotating the one before it. `states` unpacks a dossier for its readers, `insight` folds one. `as2`
    is absent where no partner speaks AS2, `paces` where this is the only serving process, `cases`, `levels`,
    `reconciliations`, `repairs`, `subscriptions` and `events` where they have no database; `faces` are
    the log in the words of standards, by name; `portal`, `asking`, `hooks` and `news` are
    what customers' machines work through. `stopwatch` is what rates are measured with, whatever becomes of the clock.
    `meter` counts requests, `traces` has a span of each where there are any; `figures` are what a collector gets.
    """

    intake: Intake
    directory: Directory
    views: Views
    insight: Insight
    keys: Keys
    replies: Replies
    custody: Custody
    desk: Desk
    evidence: Evidence
    clock: Clock
    stopwatch: Stopwatch
    dice: Dice
    pepper: Secret
    ready: Readiness
    states: States
    queued: Intake | None = None
    as2: As2Door | None = None
    paces: Paces | None = None
    machines: MachineDoor | None = None
    cases: CaseWork | None = None
    levels: LevelWatcher | None = None
    reconciliations: Reconciliations | None = None
    portal: Portal | None = None
    asking: Asking | None = None
    hooks: Desks | None = None
    news: CustomerLog | None = None
    meter: Meter = field(default_factory=Silent)
    traces: Traces | None = None
    figures: Figures | None = None
    repairs: RepairDesk | None = None
    subscriptions: SubscriptionDesk | None = None
    events: EventLog | None = None
    faces: Mapping[str, FaceLog] = field(default_factory=dict)
    webhook_secrets: Mapping[str, tuple[Secret, ...]] = field(default_factory=dict)
    limits: ApiLimits = field(default_factory=ApiLimits)
