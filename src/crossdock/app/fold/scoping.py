"""What a decision in a dossier is about, read from what its process managers know (domain.md §9, override order)."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from crossdock.canonical.envelope import Fact
from crossdock.canonical.events.order import OrderApproved
from crossdock.process.load.state import LoadState
from crossdock.process.order.header import header_of
from crossdock.process.order.state import OrderState
from crossdock.process.policy import Policy
from crossdock.process.scopes import Facets
from crossdock.process.shipment.state import ShipmentState

ORDER, SHIPMENT, LOAD = "ORD", "SHP", "LD"


class Scoping:
    """The policy of each decision of one fold; policies are made once for each set of facets."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._policies: dict[Facets, Policy] = {}
        self._orders: dict[bytes, OrderApproved] = {}

    def policy(self, states: Mapping[str, msgspec.Struct | None], group: str, fact: Fact) -> Policy:
        """The policy for a decision on this fact in this group, by what has been folded so far."""
        facets = self.facets(states, group, fact)
        policy = self._policies.get(facets)
        if policy is None:
            policy = self._policies[facets] = self._policy.for_(facets)
        return policy

    def facets(self, states: Mapping[str, msgspec.Struct | None], group: str, fact: Fact) -> Facets:
        """What is known of customer, way, warehouse and carrier."""
        order = self._order(states.get(ORDER), fact)
        carriage = states.get(SHIPMENT) or states.get(LOAD)
        carrier = carriage.carrier if isinstance(carriage, ShipmentState | LoadState) else ""
        warehouse = group.rpartition("/")[0]
        site = self._policy.sites.get(warehouse)
        address = order.ship_to.address if order is not None else None
        return Facets(
            customer=order.customer.no if order is not None else "",
            country=address.country if address is not None else "",
            origin=site.country if site is not None else "",
            warehouse=warehouse,
            carrier=carrier,
            order_type=str(order.order_type) if order is not None else "",
            tenant=self._policy.tenant,
        )

    def _order(self, state: msgspec.Struct | None, fact: Fact) -> OrderApproved | None:
        if isinstance(fact.payload, OrderApproved):
            return fact.payload
        if not isinstance(state, OrderState) or not state.header:
            return None
        known = self._orders.get(state.header)
        if known is None:
            known = self._orders[state.header] = header_of(state)
        return known
