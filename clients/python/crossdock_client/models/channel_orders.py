"""What `channel_orders` alone of the Crossdock API takes and gives, as typed dictionaries."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from typing import Any, Literal, NotRequired, Required, TypedDict, Union

from crossdock_client.models.shared import FactClass, Money, Occurrence, OrderLine, PartsPlace, Party, Reference

ChannelOrderPlacedStatement = TypedDict("ChannelOrderPlacedStatement", {
    "bill_to": NotRequired[Union["PartsPlace", None]],
    "channel": Required[str],
    "class": NotRequired["FactClass"],
    "currency": Required[str],
    "customer": Required["Party"],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "lines": Required[list["OrderLine"]],
    "number": Required[str],
    "occurred": NotRequired["Occurrence"],
    "placed_at": NotRequired[Union[str, None]],
    "po": NotRequired[str],
    "refs": NotRequired[list["Reference"]],
    "rev": Required[int],
    "revision": NotRequired[Union[int, None]],
    "service": NotRequired[str],
    "ship_to": Required["PartsPlace"],
    "shipping": NotRequired[Union["Money", None]],
    "total": Required["Money"],
})

__all__ = ['ChannelOrderPlacedStatement']
