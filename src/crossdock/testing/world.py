"""A hub in memory for tests of meaning: the real use case and the real process managers on `MemoryStore`.

Time stands still at `now` unless a test moves it; ids are counted. What a history ends in is read off as an `Ending`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime

import msgspec

from crossdock.app.fold.dossier import unpack
from crossdock.app.fold.emit import SNAPSHOTS
from crossdock.app.fold.registry import Registry
from crossdock.app.fold.session import Session
from crossdock.app.ingest.arrival import Arrival
from crossdock.app.ingest.parts import Parts
from crossdock.app.ingest.use_case import Ingest
from crossdock.app.intake import Receipt
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.canonical.addressing import Address
from crossdock.canonical.vocabulary import Role
from crossdock.canonical.wire import decode_fact
from crossdock.ports.directory import Partner
from crossdock.ports.store import DossierRow
from crossdock.process.policy import Policy
from crossdock.testing.store import MemoryStore

OURSELVES = Partner("crossdock", Role.SYNC, "canonical_json")

# Commands that an intermediate view may have sent and a later one would not have: all of them are taken back or
# outdone by the commands that follow, and none moves goods or money. What differs between two orders of arrival must
# be one of these.
TRANSIENT_COMMANDS = frozenset(
    {
        "hold_fulfilment",
        "release_fulfilment_hold",
        "hold_shipment",
        "release_shipment_hold",
        "update_fulfilment_order",
        "create_sales_order",
        "refresh_tracking",
        "resend_ship_confirmation",
        "amend_declaration",
        "block_loading",
        "unblock_loading",
    }
)

# Money on the way: the ERP answers each of these, and what was booked, paid or credited too much is put right by one
# more of them. Its books come out the same (`tests/unit/app/test_money_any_order.py`).
MONEY_ON_THE_WAY = frozenset({"adjust_freight_accrual", "request_credit_note", "approve_freight_invoice"})

# What is sent on a statement that is taken back, contradicted or cancelled, if it arrives before that: each is undone
# by its counterpart, asks for the same under another name, or only shows what was known.
TAKEN_BACK = frozenset(
    {
        "post_goods_issue",
        "reverse_goods_issue",
        "confirm_handover",
        "request_invoice",
        "open_freight_dispute",
        "post_freight_accrual",
        "reverse_freight_accrual",
        "submit_declaration",
        "cancel_declaration",
        "cancel_shipment",
        "update_delivery_status",
        "notify_internal",
        "notify_customer",
    }
)


class StillClock:
    """Time that moves only when told to."""

    def __init__(self, now: datetime) -> None:
        self.at = now

    def now(self) -> datetime:
        """The instant it stands at."""
        return self.at


class CountedDice:
    """Chance without chance: 1, 2, 3 …"""

    def __init__(self) -> None:
        self._last = 0

    def bits(self, count: int) -> int:
        """The next number, cut to `count` bits."""
        self._last += 1
        return self._last % (1 << count)

    def fraction(self) -> float:
        """Always the middle."""
        return 0.5


class Partners:
    """A directory from a mapping."""

    def __init__(self, partners: Mapping[str, Partner]) -> None:
        self._partners = dict(partners)

    def partner(self, partner_id: str) -> Partner | None:
        """See `Directory.partner`."""
        return self._partners.get(partner_id)

    def partners(self) -> Iterable[Partner]:
        """See `Directory.partners`."""
        return self._partners.values()

    def resolve(self, address: Address) -> Partner | None:
        """See `Directory.resolve`."""
        fitting = [
            partner
            for partner in self._partners.values()
            if partner.role is address.role
            and (not address.site or not partner.sites or address.site in partner.sites)
            and (not address.scac or not partner.scacs or address.scac in partner.scacs)
        ]
        fitting = [partner for partner in fitting if partner.id == address.instance] or fitting
        return fitting[0] if len(fitting) == 1 else None


class Ending(msgspec.Struct, frozen=True):
    """What a history ended in, without anything that depends on the order of arrival (event ids, versions, due times).

    `machines` are packed states by `<dossier>:<machine>`, `effects` commands as `type:key`, `shown`
    the last of those that only show a present state, `cases` the open ones.
    """

    machines: dict[str, bytes]
    headlines: dict[str, str]
    effects: frozenset[str]
    shown: dict[tuple[str, str], str]
    cases: frozenset[tuple[str, str, str]]
    timers: frozenset[tuple[str, str]]
    waiting: int
    quarantined: int


class World:
    """One hub, its clock and its partners."""

    def __init__(
        self,
        partners: Mapping[str, Partner],
        *,
        policy: Policy | None = None,
        now: datetime | None = None,
        session_type: type[Session] = Session,
        registries: Mapping[str, Registry] = REGISTRIES,
    ) -> None:
        self.store = MemoryStore()
        self.clock = StillClock(now or datetime(2026, 6, 8, 12, tzinfo=UTC))
        self.partners = Partners(partners)
        parts = Parts(
            store=self.store,
            directory=self.partners,
            registries=registries,
            policy=policy or Policy(),
            clock=self.clock,
            dice=CountedDice(),
            ourselves=OURSELVES,
            session_type=session_type,
        )
        self.parts = parts
        self.ingest = Ingest(parts)

    async def tell(self, partner: str, *bodies: bytes) -> list[Receipt]:
        """Facts of one partner as one batch."""
        return await self.take((partner, body) for body in bodies)

    async def take(self, told: Iterable[tuple[str, bytes]]) -> list[Receipt]:
        """Facts of several partners as one batch."""
        return await self.ingest.take([self.arrival(partner, body) for partner, body in told])

    def arrival(self, partner_id: str, body: bytes) -> Arrival:
        """A fact as it enters, received now."""
        partner = self.partners.partner(partner_id)
        assert partner is not None, f"no partner {partner_id} in this world"
        return Arrival(partner, body, decode_fact(body, self.clock.now()))

    async def pass_time(self, until: datetime) -> int:
        """Let time pass: every alarm due by then rings at its instant; how many timers elapsed."""
        rung = 0
        while True:
            due = [(due, dossier) for dossier, due in self.store.alarms.items() if due <= until]
            if not due:
                break
            at, dossier = min(due)
            self.clock.at = max(self.clock.at, at)
            rung += await self.ingest.wake([dossier], self.clock.now())
        self.clock.at = until
        return rung

    def ending(self) -> Ending:
        """What everything told so far came to."""
        return ending_of(self.store)

    def dispositions(self) -> Sequence[tuple[str, str]]:
        """Type and disposition of every event, in canonical order."""
        rows = sorted(self.store.events.values(), key=lambda row: (row.occurred, row.seq))
        return [(row.type, row.disposition.value) for row in rows]


def ending_of(store: MemoryStore, read: Callable[[DossierRow], DossierRow] = lambda row: row) -> Ending:
    """What everything stored came to, each dossier as `read` gives it."""
    machines: dict[str, bytes] = {}
    headlines: dict[str, str] = {}
    timers: set[tuple[str, str]] = set()
    for row in map(read, store.dossiers.values()):
        state = unpack(row.state)
        headlines[row.ident] = "; ".join(sorted(row.label.split("; ")))
        timers |= {(timer.name, timer.scope) for timer in state.timers}
        for name, packed in state.machines.items():
            machines[f"{row.ident}:{name}"] = bytes(packed)
    return Ending(
        machines=machines,
        headlines=headlines,
        effects=frozenset(row.idempotency_key for row in store.deliveries if row.type not in SNAPSHOTS),
        shown={
            (row.type, row.ordering_key): row.idempotency_key.partition("~")[0]
            for row in store.deliveries
            if row.type in SNAPSHOTS
        },
        cases=frozenset(store.cases),
        timers=frozenset(timers),
        waiting=len(store.waiting),
        quarantined=len(store.quarantine),
    )
