"""What `waiting` alone of the Crossdock API takes and gives, as typed dictionaries."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from typing import Any, Literal, NotRequired, Required, TypedDict, Union

Page_WaitingView_ = TypedDict("Page_WaitingView_", {
    "items": Required[list["WaitingView"]],
    "next": NotRequired[str],
})
WaitingView = TypedDict("WaitingView", {
    "expires": Required[str],
    "id": Required[str],
    "idents": Required[list[str]],
    "message": Required[str],
    "partner": Required[str],
    "reason": Required[str],
    "received": Required[str],
    "type": Required[str],
})

__all__ = ['Page_WaitingView_', 'WaitingView']
