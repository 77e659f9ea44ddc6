"""The Crossdock API, a method an operation. Refusals are raised as `Problem`."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from crossdock_client.calls.as2 import As2
from crossdock_client.calls.asyncapi_json import AsyncapiJson
from crossdock_client.calls.case_acts import CaseActs
from crossdock_client.calls.cases import Cases
from crossdock_client.calls.channel_orders import ChannelOrders
from crossdock_client.calls.dcsa import Dcsa
from crossdock_client.calls.deliveries import Deliveries
from crossdock_client.calls.epcis import Epcis
from crossdock_client.calls.events import Events
from crossdock_client.calls.health import Health
from crossdock_client.calls.inventory import Inventory
from crossdock_client.calls.inventory_adjustments import InventoryAdjustments
from crossdock_client.calls.inventory_counts import InventoryCounts
from crossdock_client.calls.items import Items
from crossdock_client.calls.kpis import Kpis
from crossdock_client.calls.loads import Loads
from crossdock_client.calls.locations import Locations
from crossdock_client.calls.messages import Messages
from crossdock_client.calls.metrics import Metrics
from crossdock_client.calls.openapi_json import OpenapiJson
from crossdock_client.calls.orders import Orders
from crossdock_client.calls.parties import Parties
from crossdock_client.calls.partners import Partners
from crossdock_client.calls.past import Past
from crossdock_client.calls.portal import Portal
from crossdock_client.calls.problems import Problems
from crossdock_client.calls.quarantine import Quarantine
from crossdock_client.calls.reconciliations import Reconciliations
from crossdock_client.calls.reference import Reference
from crossdock_client.calls.references import References
from crossdock_client.calls.repairs import Repairs
from crossdock_client.calls.return_authorisations import ReturnAuthorisations
from crossdock_client.calls.returns import Returns
from crossdock_client.calls.shipments import Shipments
from crossdock_client.calls.slos import Slos
from crossdock_client.calls.soap import Soap
from crossdock_client.calls.subscriptions import Subscriptions
from crossdock_client.calls.systems import Systems
from crossdock_client.calls.validations import Validations
from crossdock_client.calls.waiting import Waiting
from crossdock_client.calls.why import Why
from crossdock_client.transport import Transport


class Client(As2, AsyncapiJson, CaseActs, Cases, ChannelOrders, Dcsa, Deliveries, Epcis, Events, Health, Inventory, InventoryAdjustments, InventoryCounts, Items, Kpis, Loads, Locations, Messages, Metrics, OpenapiJson, Orders, Parties, Partners, Past, Portal, Problems, Quarantine, Reconciliations, Reference, References, Repairs, ReturnAuthorisations, Returns, Shipments, Slos, Soap, Subscriptions, Systems, Validations, Waiting, Why):
    """Calls of one key. `base_url` is where the hub answers."""

    def __init__(self, base_url: str, key: str, *, timeout_s: float = 30.0) -> None:
        super().__init__(Transport(base_url, key, timeout_s=timeout_s))
