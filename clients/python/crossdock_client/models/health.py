"""What `health` alone of the Crossdock API takes and gives, as typed dictionaries."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from typing import Any, Literal, NotRequired, Required, TypedDict, Union

Health = TypedDict("Health", {
    "missing": NotRequired[list[str]],
    "state": Required[str],
})

__all__ = ['Health']
