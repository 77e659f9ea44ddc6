"""The operations of `inventory-adjustments` of the Crossdock API."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Union, cast

from crossdock_client import models
from crossdock_client.transport import Calls, ServerEvent, path_of


class InventoryAdjustments(Calls):
    """Calls of `inventory-adjustments`."""

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
