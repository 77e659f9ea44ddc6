"""The operations of `orders` of the Crossdock API."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Union, cast

from crossdock_client import models
from crossdock_client.transport import Calls, ServerEvent, path_of


class Orders(Calls):
    """Calls of `orders`."""

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
