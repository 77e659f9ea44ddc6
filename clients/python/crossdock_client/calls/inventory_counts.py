"""The operations of `inventory-counts` of the Crossdock API."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Union, cast

from crossdock_client import models
from crossdock_client.transport import Calls, ServerEvent, path_of


class InventoryCounts(Calls):
    """Calls of `inventory-counts`."""

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
