"""What `inventory_counts` alone of the Crossdock API takes and gives, as typed dictionaries."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from typing import Any, Literal, NotRequired, Required, TypedDict, Union

from crossdock_client.models.shared import FactClass, Occurrence, Quantity, Reference, StockStatus

InventoryCountedStatement = TypedDict("InventoryCountedStatement", {
    "at": Required[str],
    "book": Required["Quantity"],
    "class": NotRequired["FactClass"],
    "count_id": Required[str],
    "counted": Required["Quantity"],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "item": Required[str],
    "lot": NotRequired[str],
    "occurred": NotRequired["Occurrence"],
    "refs": NotRequired[list["Reference"]],
    "revision": NotRequired[Union[int, None]],
    "status": NotRequired["StockStatus"],
    "warehouse": Required[str],
})

__all__ = ['InventoryCountedStatement']
