"""What `past` alone of the Crossdock API takes and gives, as typed dictionaries."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from typing import Any, Literal, NotRequired, Required, TypedDict, Union

from crossdock_client.models.shared import Tiles

Moment = TypedDict("Moment", {
    "known": NotRequired[Union[str, None]],
    "true": NotRequired[Union[str, None]],
})
Page_Past_ = TypedDict("Page_Past_", {
    "items": Required[list["Past"]],
    "next": NotRequired[str],
})
Past = TypedDict("Past", {
    "business": Required[Union["Tiles", None]],
    "facts": Required[int],
    "ident": Required[str],
    "label": Required[str],
    "moment": Required["Moment"],
    "of": Required[int],
    "open_cases": Required[list[str]],
    "running": Required[list[str]],
    "states": Required[dict[str, Any]],
})

__all__ = ['Moment', 'Page_Past_', 'Past']
