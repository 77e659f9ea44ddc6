"""The operations of `inventory` of the Crossdock API."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Union, cast

from crossdock_client import models
from crossdock_client.transport import Calls, ServerEvent, path_of


class Inventory(Calls):
    """Calls of `inventory`."""

    def read_inventory(
        self,
        warehouse: str,
        item: str,
    ) -> models.Stock:
        """The stock of an item in a warehouse (I-16)."""
        path = path_of("/v1/inventory/{warehouse}/{item}", {"warehouse": warehouse, "item": item})
        query: dict[str, Any] = {}
        return cast("models.Stock", self._transport.call("GET", path, query=query))
