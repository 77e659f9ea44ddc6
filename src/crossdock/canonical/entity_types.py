"""All entities of domain.md §1 by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from crossdock.canonical.entities import commercial, last_mile, master, platform, stock, trade, transport, warehouse
from crossdock.canonical.entities.base import Entity

_ALL: tuple[type[Entity], ...] = (
    master.Party,
    master.Location,
    master.Item,
    commercial.Order,
    commercial.OrderLine,
    warehouse.FulfilmentOrder,
    warehouse.WarehouseTask,
    warehouse.Wave,
    warehouse.Package,
    transport.Shipment,
    transport.ShipmentLine,
    transport.Load,
    transport.Stop,
    transport.TrackingEvent,
    last_mile.DeliveryRun,
    last_mile.DeliveryTask,
    last_mile.ProofOfDelivery,
    last_mile.Appointment,
    stock.InventoryPosition,
    stock.InventoryMovement,
    trade.CustomsDeclaration,
    trade.FreightCase,
    trade.FreightCharge,
    trade.Invoice,
    trade.Return,
    platform.Document,
    platform.ExceptionCase,
    platform.ProcessInstance,
    platform.ReconResult,
)

ENTITY_TYPES: Mapping[str, type[Entity]] = MappingProxyType({kind.__name__: kind for kind in _ALL})
