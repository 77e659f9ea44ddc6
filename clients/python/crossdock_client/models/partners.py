"""What `partners` alone of the Crossdock API takes and gives, as typed dictionaries."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from typing import Any, Literal, NotRequired, Required, TypedDict, Union

from crossdock_client.models.shared import Receipt

BatchReceipt = TypedDict("BatchReceipt", {
    "receipts": Required[list["Receipt"]],
    "refused": Required[int],
    "taken": Required[int],
})

__all__ = ['BatchReceipt']
