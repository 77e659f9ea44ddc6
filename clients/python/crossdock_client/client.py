"""The Crossdock API, a method an operation. Refusals are raised as `Problem`."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Union, cast

from crossdock_client import models
from crossdock_client.transport import ServerEvent, Transport, path_of


class Client:
    """Calls of one key. `base_url` is where the hub answers."""

    def __init__(self, base_url: str, key: str, *, timeout_s: float = 30.0) -> None:
        self._transport = Transport(base_url, key, timeout_s=timeout_s)

    def receive_as2(
        self,
        *,
        idempotency_key: Union[str, None] = None,
    ) -> bytes:
        """Take an AS2 message or receipt (RFC 4130); the sender proves itself by its signature, as was agreed."""
        path = path_of("/v1/as2", {})
        query: dict[str, Any] = {}
        return self._transport.raw("POST", path, query=query, idempotency_key=idempotency_key)

    def read_events(
        self,
    ) -> bytes:
        """The events partners state and subscribers get (AsyncAPI 3.0)."""
        path = path_of("/v1/asyncapi.json", {})
        query: dict[str, Any] = {}
        return self._transport.raw("GET", path, query=query)

    def verify_acts(
        self,
    ) -> models.ChainReport:
        """Whether every act by hand, on cases and on anything else, is as it was written."""
        path = path_of("/v1/case-acts/verification", {})
        query: dict[str, Any] = {}
        return cast("models.ChainReport", self._transport.call("GET", path, query=query))

    def list_cases(
        self,
        *,
        cursor: Union[str, None] = None,
        limit: Union[int, None] = None,
        queue: Union[str, None] = None,
        severity: Union[int, None] = None,
        state: Union[str, None] = None,
        mine: Union[str, None] = None,
        due: Union[str, None] = None,
        snoozed: Union[bool, None] = None,
    ) -> models.Page_CaseLine_:
        """The queue in the order to work it: gravest first, of those the dearest, of those the first due."""
        path = path_of("/v1/cases", {})
        query: dict[str, Any] = {"cursor": cursor, "limit": limit, "queue": queue, "severity": severity, "state": state, "mine": mine, "due": due, "snoozed": snoozed}
        return cast("models.Page_CaseLine_", self._transport.call("GET", path, query=query))

    def read_case(
        self,
        case: str,
    ) -> models.CaseDetail:
        """One case: its claims, what will close it, what may be done, and everything that was."""
        path = path_of("/v1/cases/{case}", {"case": case})
        query: dict[str, Any] = {}
        return cast("models.CaseDetail", self._transport.call("GET", path, query=query))

    def act_on_case(
        self,
        case: str,
        *,
        idempotency_key: Union[str, None] = None,
    ) -> models.CaseLine:
        """Take it, assign it, wait, snooze, note, escalate, dismiss; kept with the person's name and reason."""
        path = path_of("/v1/cases/{case}/acts", {"case": case})
        query: dict[str, Any] = {}
        return cast("models.CaseLine", self._transport.call("POST", path, query=query, idempotency_key=idempotency_key))

    def place_order(
        self,
        *,
        body: models.ChannelOrderPlacedStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Place an order of a sales channel; the ERP is asked to enter it (I-12)."""
        path = path_of("/v1/channel-orders", {})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

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

    def list_deliveries(
        self,
        *,
        partner: Union[str, None] = None,
        cursor: Union[str, None] = None,
        limit: Union[int, None] = None,
    ) -> models.Page_CommandView_:
        """Commands on their way, to one partner or to all."""
        path = path_of("/v1/deliveries", {})
        query: dict[str, Any] = {"partner": partner, "cursor": cursor, "limit": limit}
        return cast("models.Page_CommandView_", self._transport.call("GET", path, query=query))

    def retry_delivery(
        self,
        delivery: str,
        *,
        body: models.Reasoned,
        idempotency_key: Union[str, None] = None,
    ) -> models.Done:
        """Send a parked or refused command again, under the same idempotency key."""
        path = path_of("/v1/deliveries/{delivery}/retry", {"delivery": delivery})
        query: dict[str, Any] = {}
        return cast("models.Done", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def skip_delivery(
        self,
        delivery: str,
        *,
        body: models.Reasoned,
        idempotency_key: Union[str, None] = None,
    ) -> models.Done:
        """Give a parked command up for good; what waits behind it goes on."""
        path = path_of("/v1/deliveries/{delivery}/skip", {"delivery": delivery})
        query: dict[str, Any] = {}
        return cast("models.Done", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

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

    def list_events(
        self,
        *,
        type: Union[str, None] = None,
        partner: Union[str, None] = None,
        customer: Union[str, None] = None,
        cursor: Union[str, None] = None,
        limit: Union[int, None] = None,
    ) -> models.EventPage:
        """Events in the order they were committed, as CloudEvents; go on from `next`, now or later."""
        path = path_of("/v1/events", {})
        query: dict[str, Any] = {"type": type, "partner": partner, "customer": customer, "cursor": cursor, "limit": limit}
        return cast("models.EventPage", self._transport.call("GET", path, query=query))

    def stream_events(
        self,
        *,
        type: Union[str, None] = None,
        partner: Union[str, None] = None,
        customer: Union[str, None] = None,
    ) -> Iterator[ServerEvent]:
        """Events as they are committed (server-sent events); `Last-Event-ID` goes on where a stream broke off."""
        path = path_of("/v1/events/stream", {})
        query: dict[str, Any] = {"type": type, "partner": partner, "customer": customer}
        return self._transport.stream(path, query)

    def read_liveness(
        self,
    ) -> models.Health:
        """The process answers."""
        path = path_of("/v1/health/live", {})
        query: dict[str, Any] = {}
        return cast("models.Health", self._transport.call("GET", path, query=query))

    def read_readiness(
        self,
    ) -> models.Health:
        """The hub can take messages."""
        path = path_of("/v1/health/ready", {})
        query: dict[str, Any] = {}
        return cast("models.Health", self._transport.call("GET", path, query=query))

    def adjust_inventory(
        self,
        *,
        body: models.InventoryAdjustedStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Adjust the stock of an item in a warehouse (I-15)."""
        path = path_of("/v1/inventory-adjustments", {})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def count_inventory(
        self,
        *,
        body: models.InventoryCountedStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Report what a count found of an item in a warehouse."""
        path = path_of("/v1/inventory-counts", {})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def read_inventory(
        self,
        warehouse: str,
        item: str,
    ) -> models.Stock:
        """The stock of an item in a warehouse (I-16)."""
        path = path_of("/v1/inventory/{warehouse}/{item}", {"warehouse": warehouse, "item": item})
        query: dict[str, Any] = {}
        return cast("models.Stock", self._transport.call("GET", path, query=query))

    def update_item(
        self,
        number: str,
        *,
        body: models.MasterUpdatedStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Tell of a changed item, for those who keep it too."""
        path = path_of("/v1/items/{number}/changes", {"number": number})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def read_kpis(
        self,
        *,
        begin: Union[str, None] = None,
        end: Union[str, None] = None,
        board: Union[str, None] = None,
        by: Union[str, None] = None,
        as_known: Union[str, None] = None,
        as_true: Union[str, None] = None,
    ) -> list[models.KpiView]:
        """The KPIs of a window, the last day where none is named, as they are or as they were known at an instant."""
        path = path_of("/v1/kpis", {})
        query: dict[str, Any] = {"begin": begin, "end": end, "board": board, "by": by, "as_known": as_known, "as_true": as_true}
        return cast("list[models.KpiView]", self._transport.call("GET", path, query=query))

    def build_load(
        self,
        *,
        body: models.LoadBuiltStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Tell of a load: a vehicle movement with its shipments and stops."""
        path = path_of("/v1/loads", {})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def update_location(
        self,
        number: str,
        *,
        body: models.MasterUpdatedStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Tell of a changed location."""
        path = path_of("/v1/locations/{number}/changes", {"number": number})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def read_message(
        self,
        message: str,
    ) -> models.MessageView:
        """A kept message with its bytes and findings: one's own, or any with `operations:read`."""
        path = path_of("/v1/messages/{message}", {"message": message})
        query: dict[str, Any] = {}
        return cast("models.MessageView", self._transport.call("GET", path, query=query))

    def read_metrics(
        self,
    ) -> bytes:
        """Figures of the serving process, as Prometheus collects them."""
        path = path_of("/v1/metrics", {})
        query: dict[str, Any] = {}
        return self._transport.raw("GET", path, query=query)

    def read(
        self,
    ) -> bytes:
        """The full description of this API (OpenAPI 3.1)."""
        path = path_of("/v1/openapi.json", {})
        query: dict[str, Any] = {}
        return self._transport.raw("GET", path, query=query)

    def list_orders(
        self,
        *,
        cursor: Union[str, None] = None,
        limit: Union[int, None] = None,
    ) -> models.Page_DossierHead_:
        """Orders, newest first."""
        path = path_of("/v1/orders", {})
        query: dict[str, Any] = {"cursor": cursor, "limit": limit}
        return cast("models.Page_DossierHead_", self._transport.call("GET", path, query=query))

    def release_order(
        self,
        *,
        body: models.OrderApprovedStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Release an order: the ERP approved it, or a new revision of it; full state, never a delta."""
        path = path_of("/v1/orders", {})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def read_order(
        self,
        order_no: str,
    ) -> models.QueriesOrderView:
        """An order as it stands now."""
        path = path_of("/v1/orders/{order_no}", {"order_no": order_no})
        query: dict[str, Any] = {}
        return cast("models.QueriesOrderView", self._transport.call("GET", path, query=query))

    def cancel_order(
        self,
        order_no: str,
        *,
        body: models.OrderCancelRequestedStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Ask for an order, or some lines of it, to be cancelled."""
        path = path_of("/v1/orders/{order_no}/cancellation", {"order_no": order_no})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def release_hold(
        self,
        order_no: str,
        *,
        body: models.OrderHoldReleasedStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """End a hold."""
        path = path_of("/v1/orders/{order_no}/hold-releases", {"order_no": order_no})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def hold_order(
        self,
        order_no: str,
        *,
        body: models.OrderHeldStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Put an order on hold."""
        path = path_of("/v1/orders/{order_no}/holds", {"order_no": order_no})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def read_timeline(
        self,
        order_no: str,
    ) -> models.Trace:
        """Who said what about an order and when, what became of it, and what it caused."""
        path = path_of("/v1/orders/{order_no}/timeline", {"order_no": order_no})
        query: dict[str, Any] = {}
        return cast("models.Trace", self._transport.call("GET", path, query=query))

    def update_party(
        self,
        number: str,
        *,
        body: models.MasterUpdatedStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Tell of a changed customer, carrier or other party."""
        path = path_of("/v1/parties/{number}/changes", {"number": number})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def post_message(
        self,
        partner: str,
        *,
        body: bytes,
        mode: Union[Literal['sync', 'queued'], None] = None,
        idempotency_key: Union[str, None] = None,
    ) -> Union[models.MessageReceipt, models.Receipt]:
        """Hand in one message in the partner's own dialect, of any media type; the bytes are taken as they are."""
        path = path_of("/v1/partners/{partner}/messages", {"partner": partner})
        query: dict[str, Any] = {"mode": mode}
        return cast("Union[models.MessageReceipt, models.Receipt]", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def post_batch(
        self,
        partner: str,
        *,
        body: list[models.Envelope],
        mode: Union[Literal['sync', 'queued'], None] = None,
        idempotency_key: Union[str, None] = None,
    ) -> models.BatchReceipt:
        """Hand in up to 1,000 canonical messages, as a JSON array or NDJSON; each is its own message."""
        path = path_of("/v1/partners/{partner}/messages:batch", {"partner": partner})
        query: dict[str, Any] = {"mode": mode}
        return cast("models.BatchReceipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def pause_partner(
        self,
        partner: str,
        *,
        body: models.Reasoned,
        idempotency_key: Union[str, None] = None,
    ) -> models.Done:
        """Send nothing more to a partner until it is resumed."""
        path = path_of("/v1/partners/{partner}/pause", {"partner": partner})
        query: dict[str, Any] = {}
        return cast("models.Done", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def resume_partner(
        self,
        partner: str,
        *,
        body: models.Reasoned,
        idempotency_key: Union[str, None] = None,
    ) -> models.Done:
        """Send to a partner again."""
        path = path_of("/v1/partners/{partner}/resume", {"partner": partner})
        query: dict[str, Any] = {}
        return cast("models.Done", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def list_past(
        self,
        *,
        as_known: Union[str, None] = None,
        as_true: Union[str, None] = None,
        cursor: Union[str, None] = None,
        limit: Union[int, None] = None,
    ) -> models.Page_Past_:
        """Orders as they were at an instant, newest first; at most 50 are folded for a page."""
        path = path_of("/v1/past/orders", {})
        query: dict[str, Any] = {"as_known": as_known, "as_true": as_true, "cursor": cursor, "limit": limit}
        return cast("models.Page_Past_", self._transport.call("GET", path, query=query))

    def read_past(
        self,
        order_no: str,
        *,
        as_known: Union[str, None] = None,
        as_true: Union[str, None] = None,
    ) -> models.Past:
        """An order as it was known, or as it truly was, at an instant."""
        path = path_of("/v1/past/orders/{order_no}", {"order_no": order_no})
        query: dict[str, Any] = {"as_known": as_known, "as_true": as_true}
        return cast("models.Past", self._transport.call("GET", path, query=query))

    def list_own_orders(
        self,
        *,
        number: Union[str, None] = None,
        phase: Union[str, None] = None,
        cursor: Union[str, None] = None,
        limit: Union[int, None] = None,
    ) -> models.OrdersView:
        """Your orders, newest first."""
        path = path_of("/v1/portal/orders", {})
        query: dict[str, Any] = {"number": number, "phase": phase, "cursor": cursor, "limit": limit}
        return cast("models.OrdersView", self._transport.call("GET", path, query=query))

    def read_own_order(
        self,
        order_no: str,
    ) -> models.PortalViewOrderView:
        """One order of yours: progress, shipments, estimates, documents, invoices, returns."""
        path = path_of("/v1/portal/orders/{order_no}", {"order_no": order_no})
        query: dict[str, Any] = {}
        return cast("models.PortalViewOrderView", self._transport.call("GET", path, query=query))

    def fetch_own_document(
        self,
        order_no: str,
        document: str,
    ) -> dict[str, Any]:
        """The bytes of a document of an order of yours."""
        path = path_of("/v1/portal/orders/{order_no}/documents/{document}", {"order_no": order_no, "document": document})
        query: dict[str, Any] = {}
        return cast("dict[str, Any]", self._transport.call("GET", path, query=query))

    def ask_own_return(
        self,
        order_no: str,
        *,
        idempotency_key: Union[str, None] = None,
    ) -> models.AskedFor:
        """Ask for a return; the answer comes with the order."""
        path = path_of("/v1/portal/orders/{order_no}/returns", {"order_no": order_no})
        query: dict[str, Any] = {}
        return cast("models.AskedFor", self._transport.call("POST", path, query=query, idempotency_key=idempotency_key))

    def explain_problem(
        self,
        slug: str,
    ) -> bytes:
        """What a problem type means and what to do about it."""
        path = path_of("/v1/problems/{slug}", {"slug": slug})
        query: dict[str, Any] = {}
        return self._transport.raw("GET", path, query=query)

    def list_quarantine(
        self,
        *,
        cursor: Union[str, None] = None,
        limit: Union[int, None] = None,
    ) -> models.Page_QuarantineView_:
        """Facts that could not be used, each with the reason and what it keeps behind it."""
        path = path_of("/v1/quarantine", {})
        query: dict[str, Any] = {"cursor": cursor, "limit": limit}
        return cast("models.Page_QuarantineView_", self._transport.call("GET", path, query=query))

    def detach_quarantine(
        self,
        quarantine_id: str,
        *,
        body: models.Reasoned,
        idempotency_key: Union[str, None] = None,
    ) -> models.Done:
        """Let the lane of a fact in quarantine flow again without it; the fact stays there by itself."""
        path = path_of("/v1/quarantine/{quarantine_id}/detach", {"quarantine_id": quarantine_id})
        query: dict[str, Any] = {}
        return cast("models.Done", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def mend_quarantine(
        self,
        quarantine_id: str,
        *,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Take a corrected copy in the place of a fact in quarantine; the original stays kept."""
        path = path_of("/v1/quarantine/{quarantine_id}/mend", {"quarantine_id": quarantine_id})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, idempotency_key=idempotency_key))

    def release_quarantine(
        self,
        quarantine_id: str,
        *,
        body: models.Reasoned,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Try a fact in quarantine again, and after it what waits behind it."""
        path = path_of("/v1/quarantine/{quarantine_id}/release", {"quarantine_id": quarantine_id})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def skip_quarantine(
        self,
        quarantine_id: str,
        *,
        body: models.Reasoned,
        idempotency_key: Union[str, None] = None,
    ) -> models.Done:
        """Give a fact in quarantine up for good; what waits behind it goes on."""
        path = path_of("/v1/quarantine/{quarantine_id}/skip", {"quarantine_id": quarantine_id})
        query: dict[str, Any] = {}
        return cast("models.Done", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def list_reconciliations(
        self,
        *,
        check: Union[str, None] = None,
        cursor: Union[str, None] = None,
        limit: Union[int, None] = None,
    ) -> models.Page_ResultRow_:
        """Results, newest first: outcome counts, and count and hash of both extracts as the proof of completeness."""
        path = path_of("/v1/reconciliations", {})
        query: dict[str, Any] = {"check": check, "cursor": cursor, "limit": limit}
        return cast("models.Page_ResultRow_", self._transport.call("GET", path, query=query))

    def ask_reconciliation(
        self,
        *,
        check: Union[str, None] = None,
        idempotency_key: Union[str, None] = None,
    ) -> models.Asked:
        """Have the scheduler run a check (all, where none is named) now instead of when it is due next."""
        path = path_of("/v1/reconciliations", {})
        query: dict[str, Any] = {"check": check}
        return cast("models.Asked", self._transport.call("POST", path, query=query, idempotency_key=idempotency_key))

    def list_differences(
        self,
        check_id: str,
        *,
        cursor: Union[str, None] = None,
        limit: Union[int, None] = None,
    ) -> models.Page_BreakRow_:
        """What a check remembers as different, by match key: since when, in how many runs, and which case it opened."""
        path = path_of("/v1/reconciliations/{check_id}/differences", {"check_id": check_id})
        query: dict[str, Any] = {"cursor": cursor, "limit": limit}
        return cast("models.Page_BreakRow_", self._transport.call("GET", path, query=query))

    def read_page(
        self,
    ) -> bytes:
        """This API as a page for people."""
        path = path_of("/v1/reference", {})
        query: dict[str, Any] = {}
        return self._transport.raw("GET", path, query=query)

    def read_style(
        self,
    ) -> bytes:
        """How the page for people looks."""
        path = path_of("/v1/reference/style.css", {})
        query: dict[str, Any] = {}
        return self._transport.raw("GET", path, query=query)

    def look_up(
        self,
        scheme: str,
        identifier: str,
        *,
        scope: Union[str, None] = None,
    ) -> list[models.OwnerView]:
        """What an identifier leads to, and every other identifier of the same thing."""
        path = path_of("/v1/references/{scheme}/{identifier}", {"scheme": scheme, "identifier": identifier})
        query: dict[str, Any] = {"scope": scope}
        return cast("list[models.OwnerView]", self._transport.call("GET", path, query=query))

    def list_repairs(
        self,
        *,
        cursor: Union[str, None] = None,
        limit: Union[int, None] = None,
    ) -> models.Page_Plan_:
        """Plans, the newest first."""
        path = path_of("/v1/repairs", {})
        query: dict[str, Any] = {"cursor": cursor, "limit": limit}
        return cast("models.Page_Plan_", self._transport.call("GET", path, query=query))

    def propose_repair(
        self,
        *,
        idempotency_key: Union[str, None] = None,
    ) -> models.Plan:
        """Have a plan made; the schedule role works it out, nothing else is written."""
        path = path_of("/v1/repairs", {})
        query: dict[str, Any] = {}
        return cast("models.Plan", self._transport.call("POST", path, query=query, idempotency_key=idempotency_key))

    def read_repair(
        self,
        plan: str,
        *,
        cursor: Union[str, None] = None,
        limit: Union[int, None] = None,
    ) -> models.PlanPage:
        """A plan, and what becomes of each order: fields, commands, timers, cases, money."""
        path = path_of("/v1/repairs/{plan}", {"plan": plan})
        query: dict[str, Any] = {"cursor": cursor, "limit": limit}
        return cast("models.PlanPage", self._transport.call("GET", path, query=query))

    def apply_repair(
        self,
        plan: str,
        *,
        idempotency_key: Union[str, None] = None,
    ) -> models.Plan:
        """Have an approved plan applied, order by order, exactly as planned."""
        path = path_of("/v1/repairs/{plan}/apply", {"plan": plan})
        query: dict[str, Any] = {}
        return cast("models.Plan", self._transport.call("POST", path, query=query, idempotency_key=idempotency_key))

    def approve_repair(
        self,
        plan: str,
        *,
        idempotency_key: Union[str, None] = None,
    ) -> models.Plan:
        """Approve it as it stands: another person than proposed it, with a key of their own."""
        path = path_of("/v1/repairs/{plan}/approve", {"plan": plan})
        query: dict[str, Any] = {}
        return cast("models.Plan", self._transport.call("POST", path, query=query, idempotency_key=idempotency_key))

    def withdraw_repair(
        self,
        plan: str,
        *,
        idempotency_key: Union[str, None] = None,
    ) -> models.Plan:
        """End a plan that is not to be applied."""
        path = path_of("/v1/repairs/{plan}/withdraw", {"plan": plan})
        query: dict[str, Any] = {}
        return cast("models.Plan", self._transport.call("POST", path, query=query, idempotency_key=idempotency_key))

    def authorise_return(
        self,
        *,
        body: models.ReturnInitiatedStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Authorise a return, as the ERP."""
        path = path_of("/v1/return-authorisations", {})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def initiate_return(
        self,
        *,
        body: models.ReturnRequestedStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Ask for goods to be taken back, as the portal or a channel (I-33)."""
        path = path_of("/v1/returns", {})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def receive_return(
        self,
        number: str,
        *,
        body: models.ReturnReceivedStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """State that returned goods came in, as the warehouse."""
        path = path_of("/v1/returns/{number}/receipts", {"number": number})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def create_shipment(
        self,
        *,
        body: models.ShipmentPlannedStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Create a shipment: the TMS planned what we asked for."""
        path = path_of("/v1/shipments", {})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def read_shipment(
        self,
        shipment: str,
    ) -> models.ShipmentView:
        """A shipment as it stands now, and what was said about it."""
        path = path_of("/v1/shipments/{shipment}", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.ShipmentView", self._transport.call("GET", path, query=query))

    def cancel_shipment(
        self,
        shipment: str,
        *,
        body: models.ShipmentCancelledStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Cancel a planned shipment."""
        path = path_of("/v1/shipments/{shipment}/cancellation", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def read_confirmation(
        self,
        shipment: str,
    ) -> models.Confirmation:
        """Whether a shipment has left its warehouse (I-14)."""
        path = path_of("/v1/shipments/{shipment}/confirmation", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Confirmation", self._transport.call("GET", path, query=query))

    def accept_declaration(
        self,
        shipment: str,
        *,
        body: models.CustomsAcceptedStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """State that customs accepted a declaration."""
        path = path_of("/v1/shipments/{shipment}/customs-acceptances", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def file_declaration(
        self,
        shipment: str,
        *,
        body: models.CustomsDeclaredStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """State that goods were declared."""
        path = path_of("/v1/shipments/{shipment}/customs-declarations", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def hold_goods(
        self,
        shipment: str,
        *,
        body: models.CustomsHeldStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """State that customs holds the goods."""
        path = path_of("/v1/shipments/{shipment}/customs-holds", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def reject_declaration(
        self,
        shipment: str,
        *,
        body: models.CustomsRejectedStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """State that customs rejected a declaration."""
        path = path_of("/v1/shipments/{shipment}/customs-rejections", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def clear_goods(
        self,
        shipment: str,
        *,
        body: models.CustomsReleasedStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """State that customs released the goods."""
        path = path_of("/v1/shipments/{shipment}/customs-releases", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def confirm_delivery(
        self,
        shipment: str,
        *,
        body: models.DeliveryCompletedStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Confirm that a shipment was delivered, once per delivery attempt."""
        path = path_of("/v1/shipments/{shipment}/delivery-confirmation", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def confirm_dispatch(
        self,
        shipment: str,
        *,
        body: models.ShipmentHandedOverStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Confirm that a warehouse handed a shipment over, the one governed way to dispatch (W-16)."""
        path = path_of("/v1/shipments/{shipment}/dispatch", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def list_documents(
        self,
        shipment: str,
    ) -> models.Documents:
        """Documents of a shipment, by hash (I-26)."""
        path = path_of("/v1/shipments/{shipment}/documents", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Documents", self._transport.call("GET", path, query=query))

    def attach_document(
        self,
        shipment: str,
        *,
        body: models.DocumentAttachedStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Attach a document to a shipment by its hash: customs papers, labels, bills (I-29)."""
        path = path_of("/v1/shipments/{shipment}/documents", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def read_freight(
        self,
        shipment: str,
    ) -> models.Documents:
        """What a shipment's freight is to cost, and did: rates, accruals, charges, settlement (I-21)."""
        path = path_of("/v1/shipments/{shipment}/freight", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Documents", self._transport.call("GET", path, query=query))

    def post_charges(
        self,
        shipment: str,
        *,
        body: models.FreightInvoicedStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Post the charges of a freight invoice, once by carrier and invoice number (I-23)."""
        path = path_of("/v1/shipments/{shipment}/freight-charges", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def estimate_freight(
        self,
        shipment: str,
        *,
        body: models.FreightEstimatedStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """State what freight will cost."""
        path = path_of("/v1/shipments/{shipment}/freight-estimates", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def settle_freight(
        self,
        shipment: str,
        *,
        body: models.FreightSettledStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """State that freight was paid (I-24)."""
        path = path_of("/v1/shipments/{shipment}/freight-settlement", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def confirm_invoice(
        self,
        shipment: str,
        *,
        body: models.InvoicePostedStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Confirm that an invoice was posted (I-25)."""
        path = path_of("/v1/shipments/{shipment}/invoices", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def update_milestone(
        self,
        shipment: str,
        *,
        body: models.TrackingMilestoneStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Report a freight milestone."""
        path = path_of("/v1/shipments/{shipment}/milestones", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def confirm_payment(
        self,
        shipment: str,
        *,
        body: models.InvoicePaidStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Confirm that an invoice was paid."""
        path = path_of("/v1/shipments/{shipment}/payments", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def replan_shipment(
        self,
        shipment: str,
        *,
        body: models.ShipmentReplannedStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Change the plan of a shipment."""
        path = path_of("/v1/shipments/{shipment}/plan", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def capture_proof(
        self,
        shipment: str,
        *,
        body: models.PodCapturedStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Hand in a proof of delivery (W-17)."""
        path = path_of("/v1/shipments/{shipment}/proofs", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def accept_tender(
        self,
        shipment: str,
        *,
        body: models.CarrierAcceptedStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Accept a tender as its carrier."""
        path = path_of("/v1/shipments/{shipment}/tender-acceptances", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def reject_tender(
        self,
        shipment: str,
        *,
        body: models.CarrierRejectedStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Reject a tender as its carrier."""
        path = path_of("/v1/shipments/{shipment}/tender-rejections", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def book_carrier(
        self,
        shipment: str,
        *,
        body: models.CarrierTenderedStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Tender a shipment to a carrier (I-22)."""
        path = path_of("/v1/shipments/{shipment}/tenders", {"shipment": shipment})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def read_slos(
        self,
    ) -> list[models.Budget]:
        """Every objective over its window, as far as the schedule role has counted."""
        path = path_of("/v1/slos", {})
        query: dict[str, Any] = {}
        return cast("list[models.Budget]", self._transport.call("GET", path, query=query))

    def describe_soap(
        self,
        partner: str,
    ) -> bytes:
        """The WSDL of the partner's SOAP service, for any query (`?wsdl`). Whose it is, is nobody else's to know."""
        path = path_of("/v1/soap/{partner}", {"partner": partner})
        query: dict[str, Any] = {}
        return self._transport.raw("GET", path, query=query)

    def submit_soap(
        self,
        partner: str,
        *,
        idempotency_key: Union[str, None] = None,
    ) -> bytes:
        """Take a SOAP envelope with a document in it (SOAP 1.1 and 1.2); answered with a SOAP reply or fault."""
        path = path_of("/v1/soap/{partner}", {"partner": partner})
        query: dict[str, Any] = {}
        return self._transport.raw("POST", path, query=query, idempotency_key=idempotency_key)

    def list_subscriptions(
        self,
        *,
        cursor: Union[str, None] = None,
        limit: Union[int, None] = None,
    ) -> models.Page_SubscriptionView_:
        """One's own subscriptions; with `operations:read` everybody's."""
        path = path_of("/v1/subscriptions", {})
        query: dict[str, Any] = {"cursor": cursor, "limit": limit}
        return cast("models.Page_SubscriptionView_", self._transport.call("GET", path, query=query))

    def create_subscription(
        self,
        *,
        body: models.Wish,
        idempotency_key: Union[str, None] = None,
    ) -> models.Made:
        """Have events sent to an address; the secret that signs them is shown this once."""
        path = path_of("/v1/subscriptions", {})
        query: dict[str, Any] = {}
        return cast("models.Made", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def delete_subscription(
        self,
        subscription: str,
    ) -> models.Done:
        """End a subscription, with its log."""
        path = path_of("/v1/subscriptions/{subscription}", {"subscription": subscription})
        query: dict[str, Any] = {}
        return cast("models.Done", self._transport.call("DELETE", path, query=query))

    def read_subscription(
        self,
        subscription: str,
    ) -> models.SubscriptionView:
        """A subscription and how it stands."""
        path = path_of("/v1/subscriptions/{subscription}", {"subscription": subscription})
        query: dict[str, Any] = {}
        return cast("models.SubscriptionView", self._transport.call("GET", path, query=query))

    def list_subscription_deliveries(
        self,
        subscription: str,
        *,
        state: Union[str, None] = None,
        cursor: Union[str, None] = None,
        limit: Union[int, None] = None,
    ) -> models.Page_EventLine_:
        """The delivery log of a month, newest first."""
        path = path_of("/v1/subscriptions/{subscription}/deliveries", {"subscription": subscription})
        query: dict[str, Any] = {"state": state, "cursor": cursor, "limit": limit}
        return cast("models.Page_EventLine_", self._transport.call("GET", path, query=query))

    def list_attempts(
        self,
        subscription: str,
        delivery: str,
    ) -> list[models.Attempt]:
        """Every attempt at one event of the log, with the status it was answered with."""
        path = path_of("/v1/subscriptions/{subscription}/deliveries/{delivery}", {"subscription": subscription, "delivery": delivery})
        query: dict[str, Any] = {}
        return cast("list[models.Attempt]", self._transport.call("GET", path, query=query))

    def list_notices(
        self,
        subscription: str,
        *,
        cursor: Union[str, None] = None,
        limit: Union[int, None] = None,
    ) -> models.Page_Notice_:
        """What the owner is told of its address: it stopped taking events, healed, is gone."""
        path = path_of("/v1/subscriptions/{subscription}/notices", {"subscription": subscription})
        query: dict[str, Any] = {"cursor": cursor, "limit": limit}
        return cast("models.Page_Notice_", self._transport.call("GET", path, query=query))

    def pause_subscription(
        self,
        subscription: str,
        *,
        body: models.Reasoned,
        idempotency_key: Union[str, None] = None,
    ) -> models.Done:
        """Send nothing more; what happens meanwhile goes out after it is resumed."""
        path = path_of("/v1/subscriptions/{subscription}/pause", {"subscription": subscription})
        query: dict[str, Any] = {}
        return cast("models.Done", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def replay_events(
        self,
        subscription: str,
        *,
        body: models.ReplayWish,
        idempotency_key: Union[str, None] = None,
    ) -> models.Replayed:
        """Send one event again, or all since an instant, under the ids they had."""
        path = path_of("/v1/subscriptions/{subscription}/replays", {"subscription": subscription})
        query: dict[str, Any] = {}
        return cast("models.Replayed", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def resume_subscription(
        self,
        subscription: str,
        *,
        idempotency_key: Union[str, None] = None,
    ) -> models.Done:
        """Go on from where it stands; an address that failed is probed at once."""
        path = path_of("/v1/subscriptions/{subscription}/resume", {"subscription": subscription})
        query: dict[str, Any] = {}
        return cast("models.Done", self._transport.call("POST", path, query=query, idempotency_key=idempotency_key))

    def rotate_secret(
        self,
        subscription: str,
        *,
        idempotency_key: Union[str, None] = None,
    ) -> models.Made:
        """A new signing secret; for a day everything is signed with the old one too."""
        path = path_of("/v1/subscriptions/{subscription}/secrets", {"subscription": subscription})
        query: dict[str, Any] = {}
        return cast("models.Made", self._transport.call("POST", path, query=query, idempotency_key=idempotency_key))

    def list_systems(
        self,
    ) -> list[models.System]:
        """Every connected system."""
        path = path_of("/v1/systems", {})
        query: dict[str, Any] = {}
        return cast("list[models.System]", self._transport.call("GET", path, query=query))

    def read_system(
        self,
        system: str,
    ) -> models.System:
        """One connected system."""
        path = path_of("/v1/systems/{system}", {"system": system})
        query: dict[str, Any] = {}
        return cast("models.System", self._transport.call("GET", path, query=query))

    def list_commands(
        self,
        system: str,
        *,
        cursor: Union[str, None] = None,
        limit: Union[int, None] = None,
    ) -> models.Page_CommandView_:
        """What a connected system is being asked to do."""
        path = path_of("/v1/systems/{system}/commands", {"system": system})
        query: dict[str, Any] = {"cursor": cursor, "limit": limit}
        return cast("models.Page_CommandView_", self._transport.call("GET", path, query=query))

    def validate_fact(
        self,
        *,
        body: models.Envelope,
        idempotency_key: Union[str, None] = None,
    ) -> models.Verdict:
        """Check a canonical fact against the contract without handing it in (I-28)."""
        path = path_of("/v1/validations", {})
        query: dict[str, Any] = {}
        return cast("models.Verdict", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def list_waiting(
        self,
        *,
        cursor: Union[str, None] = None,
        limit: Union[int, None] = None,
    ) -> models.Page_WaitingView_:
        """Facts no dossier is known for yet, each with what will release it."""
        path = path_of("/v1/waiting", {})
        query: dict[str, Any] = {"cursor": cursor, "limit": limit}
        return cast("models.Page_WaitingView_", self._transport.call("GET", path, query=query))

    def read_reasons(
        self,
        order_no: str,
        *,
        field: Union[str, None] = None,
    ) -> models.Answer:
        """Why a field of an order is what it is: facts, rules, what was passed over, claims that did not count."""
        path = path_of("/v1/why/orders/{order_no}", {"order_no": order_no})
        query: dict[str, Any] = {"field": field}
        return cast("models.Answer", self._transport.call("GET", path, query=query))
