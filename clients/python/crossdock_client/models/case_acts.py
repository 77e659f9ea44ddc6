"""What `case_acts` alone of the Crossdock API takes and gives, as typed dictionaries."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from typing import Any, Literal, NotRequired, Required, TypedDict, Union

ChainReport = TypedDict("ChainReport", {
    "acts": Required[int],
    "broken_at": Required[int],
    "detail": Required[str],
})

__all__ = ['ChainReport']
