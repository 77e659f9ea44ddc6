"""What `inventory` alone of the Crossdock API takes and gives, as typed dictionaries."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from typing import Any, Literal, NotRequired, Required, TypedDict, Union

Stock = TypedDict("Stock", {
    "item": Required[str],
    "lines": Required[list["StockLine"]],
    "uom": Required[str],
    "warehouse": Required[str],
})
StockLine = TypedDict("StockLine", {
    "allocated": Required[str],
    "erp": Required[str],
    "lot": Required[str],
    "on_hand": Required[str],
    "picked": Required[str],
    "status": Required[str],
})

__all__ = ['Stock', 'StockLine']
