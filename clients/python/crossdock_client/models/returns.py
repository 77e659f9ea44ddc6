"""What `returns` alone of the Crossdock API takes and gives, as typed dictionaries."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from typing import Any, Literal, NotRequired, Required, TypedDict, Union

from crossdock_client.models.shared import DocumentRef, FactClass, Occurrence, Reference, ReturnLine

ReturnReceivedStatement = TypedDict("ReturnReceivedStatement", {
    "at": Required[str],
    "class": NotRequired["FactClass"],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "lines": Required[list["ReturnLine"]],
    "occurred": NotRequired["Occurrence"],
    "receipt_no": Required[str],
    "refs": NotRequired[list["Reference"]],
    "revision": NotRequired[Union[int, None]],
    "rma_no": NotRequired[str],
})
ReturnRequestedStatement = TypedDict("ReturnRequestedStatement", {
    "class": NotRequired["FactClass"],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "lines": Required[list["ReturnLine"]],
    "occurred": NotRequired["Occurrence"],
    "order_no": NotRequired[str],
    "photos": NotRequired[list["DocumentRef"]],
    "refs": NotRequired[list["Reference"]],
    "request_id": Required[str],
    "revision": NotRequired[Union[int, None]],
})

__all__ = ['ReturnReceivedStatement', 'ReturnRequestedStatement']
