"""What `return_authorisations` alone of the Crossdock API takes and gives, as typed dictionaries."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from typing import Any, Literal, NotRequired, Required, TypedDict, Union

from crossdock_client.models.shared import FactClass, Occurrence, Reference, ReturnLine

ReturnInitiatedStatement = TypedDict("ReturnInitiatedStatement", {
    "class": NotRequired["FactClass"],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "instructions": NotRequired[str],
    "lines": Required[list["ReturnLine"]],
    "method": NotRequired[str],
    "occurred": NotRequired["Occurrence"],
    "order_no": NotRequired[str],
    "refs": NotRequired[list["Reference"]],
    "request_id": NotRequired[str],
    "rev": NotRequired[int],
    "revision": NotRequired[Union[int, None]],
    "rma_no": Required[str],
    "window_until": NotRequired[Union[str, None]],
})

__all__ = ['ReturnInitiatedStatement']
