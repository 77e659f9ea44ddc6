"""What `systems` alone of the Crossdock API takes and gives, as typed dictionaries."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from typing import Any, Literal, NotRequired, Required, TypedDict, Union

System = TypedDict("System", {
    "commands": Required[list[str]],
    "connector": Required[str],
    "id": Required[str],
    "name": Required[str],
    "role": Required[str],
    "scacs": Required[list[str]],
    "sites": Required[list[str]],
    "tz": Required[str],
})

__all__ = ['System']
