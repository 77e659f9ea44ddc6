"""AS2 put together: the station of all partners that speak it, and where it hands over what it opened."""

from __future__ import annotations

from crossdock.app.evidence import Evidence, Refused
from crossdock.app.keeping import KeepingIntake
from crossdock.app.receipts import Receipts
from crossdock.bootstrap.hub import Hub
from crossdock.bootstrap.places import drop_of
from crossdock.bootstrap.transports import as2_relationship
from crossdock.kernel.errors import Bug, Permanent
from crossdock.ports.as2 import As2Document, As2Refusal, SentReceipt
from crossdock.ports.transport import DropTransport
from crossdock.postgres.replies import PostgresReplies
from crossdock.runtime.loops import Work
from crossdock.runtime.pickup import put_replies, shown
from crossdock.transports.as2.message import Relationship
from crossdock.transports.as2.postman import Postman
from crossdock.transports.as2.profile import As2Settings
from crossdock.transports.as2.station import As2Station, Stores, relationships_overlap


def as2_door(hub: Hub) -> As2Station | None:
    """The station; `None` when no partner speaks AS2.

    Raises:
        Permanent: two partners have the same pair of names.
    """
    relationships: dict[str, Relationship] = {}
    drops: dict[str, DropTransport] = {}
    for config in hub.project.partners:
        if isinstance(config.transport, As2Settings):
            relationships[config.partner.id] = as2_relationship(config.transport, config.secrets)
            drops[config.partner.id] = drop_of(config, hub.wiring)
    if not relationships:
        return None
    shared = relationships_overlap(tuple(relationships.values()))
    if shared:
        raise Permanent(f"two partners have the AS2 names {shared}: give us another as2_from with one of them")
    stores = Stores(As2Handover(hub, drops), PostgresReplies(hub.pool), hub.wiring.sent, hub.clock)
    return As2Station(relationships, stores, Postman())


def receipts_of(hub: Hub) -> Receipts:
    """What is made of receipts that come later, or do not."""
    return Receipts(hub.wiring.sent, hub.parts.directory)


def watch_receipts(hub: Hub) -> Work:
    """Open a case for each receipt that is overdue."""
    receipts = receipts_of(hub)

    async def watch() -> int:
        return await receipts.overdue(hub.clock.now())

    return watch


class As2Handover:
    """ports.as2.As2Desk: documents to the intake, acknowledgments owed back to the partner, refusals to the keeper.

    The acknowledgments go before the receipt: if one cannot be sent, nothing is acknowledged, the partner posts its
    document again, the intake knows it again and owes the same acknowledgments.
    """

    def __init__(self, hub: Hub, drops: dict[str, DropTransport]) -> None:
        self._hub = hub
        self._drops = drops
        self._evidence = Evidence(hub.store, hub.dice)
        self._receipts = receipts_of(hub)
        self._intake = KeepingIntake(hub.intake, self._kept)

    async def take(self, document: As2Document) -> None:
        """See `As2Desk.take`."""
        partner = self._hub.parts.directory.partner(document.partner)
        if partner is None:
            raise Bug(f"{document.partner} was let in by AS2 and is no partner")
        channel = f"as2:{shown(document.filename or document.message_id)}"
        content_type = document.content_type.partition(";")[0].strip()
        receipt = await self._intake.message(partner, document.body, content_type, channel=channel)
        await put_replies(self._drops[document.partner], receipt)

    async def keep(self, refusal: As2Refusal) -> None:
        """See `As2Desk.keep`."""
        channel = f"as2:{shown(refusal.message_id)}"
        await self._kept(Refused(refusal.partner, channel, refusal.content_type, refusal.body, (refusal.finding,)))

    async def answered(self, receipt: SentReceipt) -> bool:
        """See `As2Desk.answered`."""
        return await self._receipts.answered(receipt, self._hub.clock.now())

    async def _kept(self, refused: Refused) -> str:
        return await self._evidence.keep(refused, self._hub.clock.now())
