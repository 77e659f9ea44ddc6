"""Notices to customers: orders whose log grew are read, and what is due goes the way of all commands (W-10).

The log is read after it is committed and folded: duplicates, contradictions and times are dealt with by then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from crossdock.app.fold.dossier import unpack
from crossdock.app.fold.registry import Registry
from crossdock.app.fold.run import Run
from crossdock.app.portal.curate import customer_of
from crossdock.canonical.addressing import Address
from crossdock.canonical.catalogue import COMMAND_TYPES
from crossdock.canonical.commands.people import NotifyCustomer
from crossdock.canonical.events.order import OrderApproved
from crossdock.canonical.vocabulary import Role
from crossdock.canonical.wire import decode_fact
from crossdock.kernel.codec import encode_json
from crossdock.ports.clock import Clock
from crossdock.ports.directory import Directory
from crossdock.ports.feed import Feed
from crossdock.ports.notices import Notices
from crossdock.ports.store import DeliveryRow, DossierRow, Store
from crossdock.ports.views import Views
from crossdock.process.notification.decide import Heard, Notice, Recipients, notices
from crossdock.process.order.header import header_of
from crossdock.process.order.state import OrderState
from crossdock.process.policy import Policy

CURSOR = "notify"
COMMAND = "notify_customer"
PAGE_MAX = 500
ORDER = "order|"


class Choices(Protocol):
    """What customers said they do without; see `ports.portal_own.OwnThings.unwanted`."""

    async def unwanted(self, customer: str) -> frozenset[str]:
        """Rules whose notices this customer does not want."""


@dataclass(frozen=True, slots=True)
class Notifier:
    """Several may run: a key goes once, whoever puts it on its way."""

    feed: Feed
    views: Views
    store: Store
    kept: Notices
    directory: Directory
    registries: Mapping[str, Registry]
    policy: Policy
    clock: Clock
    choices: Choices | None = None

    async def notify_once(self, limit: int = PAGE_MAX) -> int:
        """Read the orders of the next page of the log, and those with a notice due; how many, 0 for nothing to do.

        Raises:
            Transient: the database is away; the page is read again, and nothing of it goes twice.
        """
        stands = await self.feed.cursor(CURSOR)
        rows = await self.feed.read(stands, limit=limit)
        touched = {row.position.dossier: row.ident for row in rows if row.ident.startswith(ORDER) and not row.archived}
        touched |= dict(await self.kept.due(self.clock.now(), limit))
        for dossier, ident in sorted(touched.items()):
            await self._look_at(dossier, ident)
        if rows:
            await self.feed.advance(CURSOR, stands, rows[-1].position)
        return len(touched) or len(rows)

    async def _look_at(self, dossier: int, ident: str) -> None:
        row = next((row for row in await self.views.owners(ident) if row.id == dossier), None)
        partner = self.directory.resolve(Address(Role.PRT))
        if row is None or partner is None:
            return
        now = self.clock.now()
        sent = await self.kept.sent(dossier)
        log = await self.log_of(row)
        refused = await self._refused(row, log)
        called_for = notices(log, recipients_of(row, self.registries), self.policy.notifications)
        wanted = [
            one
            for one in called_for
            if one.rule not in refused and key_of(one) not in sent and one.until > now and follows(one, sent)
        ]
        ready = [one for one in wanted if one.due <= now]
        later = min((one.due for one in wanted if one.due > now), default=None)
        deliveries = await self._deliveries(dossier, partner.id, ready, now) if ready else []
        await self.kept.settle(dossier, ident, deliveries, later)

    async def _refused(self, row: DossierRow, log: Sequence[Heard]) -> frozenset[str]:
        """What the customer of this order said it does without."""
        header = header_in(row, self.registries)
        if self.choices is None or header is None:
            return frozenset()
        approved = next((one.fact for one in log if one.fact.type == "order.approved"), None)
        customer = customer_of(header.customer.no, approved, by=self.policy.portal.by_instance)
        return await self.choices.unwanted(customer)

    async def log_of(self, row: DossierRow) -> list[Heard]:
        """An order's log as notices are decided by."""
        run = Run(row.ident, self.registries["order"], self.policy)
        run.aliases = unpack(row.state).aliases
        found = []
        for event in await self.views.events(row.id):
            fact = decode_fact(event.body, event.received, event.id)
            found.append(Heard(fact, event.disposition, event.recorded, run.group_of(fact)))
        return found

    async def _deliveries(
        self, dossier: int, partner: str, ready: Sequence[Notice], now: datetime
    ) -> list[DeliveryRow]:
        first = await self.store.reserve_deliveries(len(ready))
        kind = COMMAND_TYPES[COMMAND]
        return [
            DeliveryRow(
                id=number,
                dossier=dossier,
                partner=partner,
                type=COMMAND,
                idempotency_key=key_of(one),
                ordering_key=f"{kind.ordering}:{one.recipient}",
                lane=kind.priority.value,
                cause=one.cause,
                traceparent="",
                payload=encode_json(command_of(one)),
                due=now,
            )
            for number, one in enumerate(ready, first)
        ]


def command_of(notice: Notice) -> NotifyCustomer:
    """The notice as a command."""
    return NotifyCustomer(
        cause_event=notice.key,
        channel=notice.channel,
        recipient=notice.recipient,
        template=notice.template,
        values={**notice.values, "lang": notice.lang},
        order_no=notice.values["order_no"],
        shipment=notice.values.get("shipment", ""),
    )


def key_of(notice: Notice) -> str:
    """What the command is known by (domain.md §2.10): cause, channel, recipient and template."""
    return f"{COMMAND}:{notice.key}|{notice.channel}|{notice.recipient}|{notice.template}"


def follows(notice: Notice, sent: frozenset[str]) -> bool:
    """A correction only goes to whom was told, and what was taken back only with its correction before it."""
    told = notice.values.get("told")
    if told is None:
        return True
    _, _, corrected = notice.key.partition("|")
    return f"{COMMAND}:{corrected}|{notice.channel}|{notice.recipient}|{told}" in sent


def recipients_of(row: DossierRow, registries: Mapping[str, Registry]) -> Recipients:
    """Whom an order's customer wants told, by the order as approved."""
    order_no = row.ident.rpartition("||")[2]
    header = header_in(row, registries)
    if header is None:
        return Recipients(order_no)
    address = header.ship_to.address
    return Recipients(order_no, header.customer.contacts, address.country if address is not None else "")


def header_in(row: DossierRow, registries: Mapping[str, Registry]) -> OrderApproved | None:
    """The order as approved, without its lines; `None` where it is not approved yet."""
    packed = unpack(row.state).machines.get("ORD")
    registry = registries["order"]
    order = registry.unpack(registry.machine("ORD"), packed) if packed is not None else None
    return header_of(order) if isinstance(order, OrderState) and order.header else None


@dataclass(frozen=True, slots=True)
class OrderContacts:
    """ports.notices.Contacts over the orders themselves: an address is read when it is written to, and kept nowhere."""

    views: Views
    registries: Mapping[str, Registry]

    async def address(self, recipient: str) -> str:
        """See `Contacts.address`."""
        order_no, _, place = recipient.partition("/contact/")
        row = next((one for one in await self.views.owners(f"order||{order_no}") if one.ident.startswith(ORDER)), None)
        if row is None or not place.isdecimal():
            return ""
        contacts = recipients_of(row, self.registries).contacts
        at = int(place)
        return contacts[at].value if at < len(contacts) and contacts[at].consent else ""
