"""The operations of `channel-orders` of the Crossdock API."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Union, cast

from crossdock_client import models
from crossdock_client.transport import Calls, ServerEvent, path_of


class ChannelOrders(Calls):
    """Calls of `channel-orders`."""

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
