"""The operations of `portal` of the Crossdock API."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Union, cast

from crossdock_client import models
from crossdock_client.transport import Calls, ServerEvent, path_of


class Portal(Calls):
    """Calls of `portal`."""

    def list_own_events(
        self,
        *,
        type: Union[str, None] = None,
        cursor: Union[str, None] = None,
        limit: Union[int, None] = None,
    ) -> models.CustomerPage:
        """What you were told within a month, as CloudEvents in order; go on from `next`, now or later."""
        path = path_of("/v1/portal/events", {})
        query: dict[str, Any] = {"type": type, "cursor": cursor, "limit": limit}
        return cast("models.CustomerPage", self._transport.call("GET", path, query=query))

    def stream_own_events(
        self,
        *,
        type: Union[str, None] = None,
    ) -> Iterator[ServerEvent]:
        """What happens to your orders, as it is told (server-sent events); `Last-Event-ID` goes on where one broke off."""
        path = path_of("/v1/portal/events/stream", {})
        query: dict[str, Any] = {"type": type}
        return self._transport.stream(path, query)

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
        """The bytes of a document of an order of yours; with `personal:read` only, for it may name persons."""
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

    def list_own_subscriptions(
        self,
        *,
        cursor: Union[str, None] = None,
        limit: Union[int, None] = None,
    ) -> models.Page_CustomerSubscription_:
        """Your subscriptions."""
        path = path_of("/v1/portal/subscriptions", {})
        query: dict[str, Any] = {"cursor": cursor, "limit": limit}
        return cast("models.Page_CustomerSubscription_", self._transport.call("GET", path, query=query))

    def create_own_subscription(
        self,
        *,
        body: models.CustomerWish,
        idempotency_key: Union[str, None] = None,
    ) -> models.CustomerSecret:
        """Have what happens to your orders sent to an address; the secret that signs it is shown this once."""
        path = path_of("/v1/portal/subscriptions", {})
        query: dict[str, Any] = {}
        return cast("models.CustomerSecret", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def delete_own_subscription(
        self,
        subscription: str,
    ) -> models.Done:
        """End a subscription, with its log."""
        path = path_of("/v1/portal/subscriptions/{subscription}", {"subscription": subscription})
        query: dict[str, Any] = {}
        return cast("models.Done", self._transport.call("DELETE", path, query=query))

    def read_own_subscription(
        self,
        subscription: str,
    ) -> models.CustomerSubscription:
        """A subscription of yours and how it stands."""
        path = path_of("/v1/portal/subscriptions/{subscription}", {"subscription": subscription})
        query: dict[str, Any] = {}
        return cast("models.CustomerSubscription", self._transport.call("GET", path, query=query))

    def list_own_deliveries(
        self,
        subscription: str,
        *,
        state: Union[str, None] = None,
        cursor: Union[str, None] = None,
        limit: Union[int, None] = None,
    ) -> models.Page_EventLine_:
        """The delivery log of a month, newest first."""
        path = path_of("/v1/portal/subscriptions/{subscription}/deliveries", {"subscription": subscription})
        query: dict[str, Any] = {"state": state, "cursor": cursor, "limit": limit}
        return cast("models.Page_EventLine_", self._transport.call("GET", path, query=query))

    def list_own_attempts(
        self,
        subscription: str,
        delivery: str,
    ) -> list[models.Attempt]:
        """Every attempt at one event of the log, with the status it was answered with."""
        path = path_of("/v1/portal/subscriptions/{subscription}/deliveries/{delivery}", {"subscription": subscription, "delivery": delivery})
        query: dict[str, Any] = {}
        return cast("list[models.Attempt]", self._transport.call("GET", path, query=query))

    def list_own_notices(
        self,
        subscription: str,
        *,
        cursor: Union[str, None] = None,
        limit: Union[int, None] = None,
    ) -> models.Page_Notice_:
        """What you are told of your address: it stopped taking events, healed, is gone."""
        path = path_of("/v1/portal/subscriptions/{subscription}/notices", {"subscription": subscription})
        query: dict[str, Any] = {"cursor": cursor, "limit": limit}
        return cast("models.Page_Notice_", self._transport.call("GET", path, query=query))

    def pause_own_subscription(
        self,
        subscription: str,
        *,
        body: models.Reasoned,
        idempotency_key: Union[str, None] = None,
    ) -> models.Done:
        """Send nothing more; what happens meanwhile goes out after it is resumed."""
        path = path_of("/v1/portal/subscriptions/{subscription}/pause", {"subscription": subscription})
        query: dict[str, Any] = {}
        return cast("models.Done", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def replay_own_events(
        self,
        subscription: str,
        *,
        body: models.ReplayWish,
        idempotency_key: Union[str, None] = None,
    ) -> models.Replayed:
        """Send one event again, or all since an instant, under the ids they had."""
        path = path_of("/v1/portal/subscriptions/{subscription}/replays", {"subscription": subscription})
        query: dict[str, Any] = {}
        return cast("models.Replayed", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def resume_own_subscription(
        self,
        subscription: str,
        *,
        idempotency_key: Union[str, None] = None,
    ) -> models.Done:
        """Go on from where it stands; an address that failed is probed at once."""
        path = path_of("/v1/portal/subscriptions/{subscription}/resume", {"subscription": subscription})
        query: dict[str, Any] = {}
        return cast("models.Done", self._transport.call("POST", path, query=query, idempotency_key=idempotency_key))

    def rotate_own_secret(
        self,
        subscription: str,
        *,
        idempotency_key: Union[str, None] = None,
    ) -> models.CustomerSecret:
        """A new signing secret; for a day everything is signed with the old one too."""
        path = path_of("/v1/portal/subscriptions/{subscription}/secrets", {"subscription": subscription})
        query: dict[str, Any] = {}
        return cast("models.CustomerSecret", self._transport.call("POST", path, query=query, idempotency_key=idempotency_key))

    def try_own_subscription(
        self,
        subscription: str,
        *,
        idempotency_key: Union[str, None] = None,
    ) -> models.Done:
        """Send a test event to the address now; what becomes of it is in the delivery log."""
        path = path_of("/v1/portal/subscriptions/{subscription}/tests", {"subscription": subscription})
        query: dict[str, Any] = {}
        return cast("models.Done", self._transport.call("POST", path, query=query, idempotency_key=idempotency_key))
