"""The operations of `portal` of the Crossdock API."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Union, cast

from crossdock_client import models
from crossdock_client.transport import Calls, ServerEvent, path_of


class Portal(Calls):
    """Calls of `portal`."""

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
