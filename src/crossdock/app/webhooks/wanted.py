"""Which events a filter lets through, and whose order an event is about."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence

from crossdock.app.fold.dossier import unpack
from crossdock.app.fold.registry import Registry
from crossdock.app.relay import cloud_event
from crossdock.canonical.vocabulary import Disposition
from crossdock.kernel.codec import encode_json
from crossdock.kernel.errors import Rejected
from crossdock.ports.feed import FeedRow
from crossdock.ports.subscriptions import Filter, Matched
from crossdock.ports.views import Views
from crossdock.process.order.header import header_of
from crossdock.process.order.state import OrderState

FAMILY = ".*"
CUSTOMERS_KEPT_MAX = 10_000
NAMES_MAX, NAME_CHARS_MAX = 100, 128
ORDER = "order|"


def checked(wanted: Filter) -> Filter:
    """The filter, when every list of it is short enough.

    Raises:
        Rejected: too many names, or one too long or empty.
    """
    for field in wanted.__struct_fields__:
        names: Sequence[str] = getattr(wanted, field)
        if len(names) > NAMES_MAX or any(not 1 <= len(name) <= NAME_CHARS_MAX for name in names):
            raise Rejected(f"at most {NAMES_MAX} {field} of 1 to {NAME_CHARS_MAX} characters each", where=f"$.{field}")
    return wanted


def lets_through(wanted: Filter, row: FeedRow, customer: str) -> bool:
    """Whether a subscriber with this filter is told. Only what counts is told: an event that applied.

    One that was held applies later, and comes again then; what was refused or repeated is nobody's news.
    """
    if row.disposition is not Disposition.APPLY:
        return False
    if wanted.partners and row.partner not in wanted.partners:
        return False
    if wanted.customers and customer not in wanted.customers:
        return False
    return not wanted.types or any(is_of(row.type, name) for name in wanted.types)


def is_of(kind: str, name: str) -> bool:
    """Whether a type is the named one, or of the named family (`shipment.*`)."""
    return kind.startswith(name[:-1]) if name.endswith(FAMILY) else kind == name


def matched(row: FeedRow, *, personal: bool) -> Matched:
    """The event as it is sent, a CloudEvent in JSON; its id stays the same over all attempts and replays."""
    event = cloud_event(row, personal=personal)
    return Matched(event.id, row.type, event.subject, encode_json(event))


class Customers:
    """The customer number of a dossier's order, remembered for the last few thousand; empty where there is none."""

    def __init__(self, views: Views, registries: Mapping[str, Registry]) -> None:
        self._views = views
        self._registries = registries
        self._known: OrderedDict[str, str] = OrderedDict()

    async def of(self, ident: str) -> str:
        """Whose order the dossier is.

        Raises:
            Transient: the store is away.
        """
        if not ident.startswith(ORDER):
            return ""
        known = self._known.get(ident)
        if known is None:
            known = await self._read(ident)
            if known:
                self._remember(ident, known)
        return known

    def _remember(self, ident: str, customer: str) -> None:
        self._known[ident] = customer
        while len(self._known) > CUSTOMERS_KEPT_MAX:
            self._known.popitem(last=False)

    async def _read(self, ident: str) -> str:
        row = next((one for one in await self._views.owners(ident) if one.ident == ident), None)
        packed = unpack(row.state).machines.get("ORD") if row is not None else None
        if packed is None:
            return ""
        registry = self._registries["order"]
        order = registry.unpack(registry.machine("ORD"), packed)
        return header_of(order).customer.no if isinstance(order, OrderState) and order.header else ""
