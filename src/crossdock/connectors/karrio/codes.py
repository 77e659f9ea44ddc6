"""Words of Karrio and what they mean here.

Source: reference/parcel-milestones.csv, schemes karrio.status and karrio.reason; Shipment.status of the API of 2026.1.
"""

from __future__ import annotations

from crossdock.canonical.milestones import Milestone

# A label is bought. `created` is the status of a shipment whose label was bought with it.
BOUGHT = frozenset({"created", "purchased", "shipped", "in_transit", "out_for_delivery", "delivered"})
ENDED = frozenset({"cancelled"})

# What an event says of a parcel; `unknown` says nothing, and other words are for people to map.
MILESTONES = {
    "pending": Milestone.CHECKPOINT,
    "picked_up": Milestone.HANDED_OVER,
    "in_transit": Milestone.DEPARTED_FACILITY,
    "out_for_delivery": Milestone.OUT_FOR_DELIVERY,
    "ready_for_pickup": Milestone.AVAILABLE_FOR_COLLECTION,
    "delivered": Milestone.DELIVERED,
    "delivery_failed": Milestone.DELIVERY_ATTEMPTED,
    "delivery_delayed": Milestone.DELAYED,
    "on_hold": Milestone.HELD,
    "return_to_sender": Milestone.RETURN_STARTED,
    "cancelled": Milestone.CANCELLED,
    "unknown": Milestone.CHECKPOINT,
}

# Why, in our words `category.code` (domain.md 4.5); what is not here is kept as it was written.
REASONS = {
    "carrier_address_not_found": "consignee.wrong_address",
    "carrier_capacity_exceeded": "carrier.equipment_shortage",
    "carrier_damaged_parcel": "carrier.damage",
    "carrier_mechanical_delay": "carrier.mechanical",
    "carrier_not_enough_time": "carrier.no_time",
    "carrier_parcel_lost": "carrier.lost",
    "carrier_sorting_error": "carrier.missort",
    "carrier_vehicle_issue": "carrier.mechanical",
    "consignee_access_restricted": "consignee.receiving_restricted",
    "consignee_business_closed": "consignee.closed",
    "consignee_cancelled": "consignee.suspended",
    "consignee_incorrect_address": "consignee.wrong_address",
    "consignee_not_available": "consignee.unavailable",
    "consignee_not_home": "consignee.unavailable",
    "consignee_refused": "consignee.refused",
    "consignee_safe_place_unavailable": "consignee.unavailable",
    "consignee_verification_failed": "consignee.unavailable",
    "customs_delay": "customs.hold",
    "customs_documentation": "customs.documentation",
    "customs_duties_unpaid": "service.payment_wait",
    "customs_inspection": "customs.hold",
    "customs_prohibited": "customs.hold",
    "force_majeure": "external.civil",
    "natural_disaster": "external.weather",
    "parcel_being_researched": "carrier.lost",
    "regulatory_hold": "customs.hold",
    "retailer_cancelled": "shipper.cancelled",
    "retailer_incorrect_data": "shipper.missing_instructions",
    "retailer_incorrect_dimensions": "shipper.overweight",
    "retailer_incorrect_parcel": "shipper.wrong_goods",
    "retailer_not_ready": "shipper.not_ready",
    "retailer_packaging_issue": "shipper.packaging",
    "security_issue": "carrier.theft",
    "unknown": "unknown.other",
    "weather_delay": "external.weather",
}

# Our words in a shipment's metadata: which tender of which load it is the label for, and the carrier it was made to.
LOAD, TENDER, CARRIER = "crossdock_load", "crossdock_tender", "crossdock_carrier"
SHIPMENT, TRACKER = "shipment", "tracker"
