"""What `inventory_adjustments` alone of the Crossdock API takes and gives, as typed dictionaries."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from typing import Any, Literal, NotRequired, Required, TypedDict, Union

from crossdock_client.models.shared import FactClass, Occurrence, Quantity, Reference, StockStatus

InventoryAdjustedStatement = TypedDict("InventoryAdjustedStatement", {
    "at": Required[str],
    "class": NotRequired["FactClass"],
    "count_ref": NotRequired[str],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "item": Required[str],
    "lot": NotRequired[str],
    "movement_id": Required[str],
    "occurred": NotRequired["Occurrence"],
    "qty": Required["Quantity"],
    "reason": Required[str],
    "refs": NotRequired[list["Reference"]],
    "revision": NotRequired[Union[int, None]],
    "status": NotRequired["StockStatus"],
    "warehouse": Required[str],
})

__all__ = ['InventoryAdjustedStatement']
