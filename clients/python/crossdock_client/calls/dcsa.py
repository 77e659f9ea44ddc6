"""The operations of `dcsa` of the Crossdock API."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Union, cast

from crossdock_client import models
from crossdock_client.transport import Calls, ServerEvent, path_of


class Dcsa(Calls):
    """Calls of `dcsa`."""

    def list_dcsa_2_events(
        self,
        *,
        eventType: Union[str, None] = None,
        transportEventTypeCode: Union[str, None] = None,
        equipmentEventTypeCode: Union[str, None] = None,
        shipmentEventTypeCode: Union[str, None] = None,
        carrierBookingReference: Union[str, None] = None,
        transportDocumentReference: Union[str, None] = None,
        equipmentReference: Union[str, None] = None,
        eventCreatedDateTime_gte: Union[str, None] = None,
        eventCreatedDateTime_lt: Union[str, None] = None,
        limit: Union[int, None] = None,
        cursor: Union[str, None] = None,
    ) -> bytes:
        """Track & Trace events as DCSA 2.2 tells them: a list; the next page by `Link`."""
        path = path_of("/v1/dcsa/v2/events", {})
        query: dict[str, Any] = {"eventType": eventType, "transportEventTypeCode": transportEventTypeCode, "equipmentEventTypeCode": equipmentEventTypeCode, "shipmentEventTypeCode": shipmentEventTypeCode, "carrierBookingReference": carrierBookingReference, "transportDocumentReference": transportDocumentReference, "equipmentReference": equipmentReference, "eventCreatedDateTime:gte": eventCreatedDateTime_gte, "eventCreatedDateTime:lt": eventCreatedDateTime_lt, "limit": limit, "cursor": cursor}
        return self._transport.raw("GET", path, query=query)

    def list_dcsa_3_events(
        self,
        *,
        eventType: Union[str, None] = None,
        transportEventTypeCode: Union[str, None] = None,
        equipmentEventTypeCode: Union[str, None] = None,
        shipmentEventTypeCode: Union[str, None] = None,
        carrierBookingReference: Union[str, None] = None,
        transportDocumentReference: Union[str, None] = None,
        equipmentReference: Union[str, None] = None,
        eventUpdatedDateTimeMin: Union[str, None] = None,
        eventUpdatedDateTimeMax: Union[str, None] = None,
        limit: Union[int, None] = None,
        cursor: Union[str, None] = None,
    ) -> bytes:
        """Track & Trace events as DCSA 3.0 tells them; the next page by `Link`."""
        path = path_of("/v1/dcsa/v3/events", {})
        query: dict[str, Any] = {"eventType": eventType, "transportEventTypeCode": transportEventTypeCode, "equipmentEventTypeCode": equipmentEventTypeCode, "shipmentEventTypeCode": shipmentEventTypeCode, "carrierBookingReference": carrierBookingReference, "transportDocumentReference": transportDocumentReference, "equipmentReference": equipmentReference, "eventUpdatedDateTimeMin": eventUpdatedDateTimeMin, "eventUpdatedDateTimeMax": eventUpdatedDateTimeMax, "limit": limit, "cursor": cursor}
        return self._transport.raw("GET", path, query=query)
