"""The operations of `epcis` of the Crossdock API."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Union, cast

from crossdock_client import models
from crossdock_client.transport import Calls, ServerEvent, path_of


class Epcis(Calls):
    """Calls of `epcis`."""

    def capture_events(
        self,
        *,
        body: bytes,
        idempotency_key: Union[str, None] = None,
    ) -> models.MessageReceipt:
        """Capture an EPCIS document, or an event; `Location` is the job that tells what became of it."""
        path = path_of("/v1/epcis/capture", {})
        query: dict[str, Any] = {}
        return cast("models.MessageReceipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def read_capture(
        self,
        capture: str,
    ) -> models.CaptureJob:
        """What became of a capture."""
        path = path_of("/v1/epcis/capture/{capture}", {"capture": capture})
        query: dict[str, Any] = {}
        return cast("models.CaptureJob", self._transport.call("GET", path, query=query))

    def query_events(
        self,
        *,
        eventType: Union[str, None] = None,
        EQ_action: Union[str, None] = None,
        EQ_bizStep: Union[str, None] = None,
        EQ_disposition: Union[str, None] = None,
        EQ_readPoint: Union[str, None] = None,
        EQ_eventID: Union[str, None] = None,
        EQ_bizTransaction: Union[str, None] = None,
        MATCH_epc: Union[str, None] = None,
        MATCH_anyEPC: Union[str, None] = None,
        MATCH_parentID: Union[str, None] = None,
        GE_eventTime: Union[str, None] = None,
        LT_eventTime: Union[str, None] = None,
        GE_recordTime: Union[str, None] = None,
        LT_recordTime: Union[str, None] = None,
        perPage: Union[int, None] = None,
        nextPageToken: Union[str, None] = None,
    ) -> bytes:
        """Query events by time, kind, step, place, unit or document; pages follow by the `Link` header."""
        path = path_of("/v1/epcis/events", {})
        query: dict[str, Any] = {"eventType": eventType, "EQ_action": EQ_action, "EQ_bizStep": EQ_bizStep, "EQ_disposition": EQ_disposition, "EQ_readPoint": EQ_readPoint, "EQ_eventID": EQ_eventID, "EQ_bizTransaction": EQ_bizTransaction, "MATCH_epc": MATCH_epc, "MATCH_anyEPC": MATCH_anyEPC, "MATCH_parentID": MATCH_parentID, "GE_eventTime": GE_eventTime, "LT_eventTime": LT_eventTime, "GE_recordTime": GE_recordTime, "LT_recordTime": LT_recordTime, "perPage": perPage, "nextPageToken": nextPageToken}
        return self._transport.raw("GET", path, query=query)
