"""What `slos` alone of the Crossdock API takes and gives, as typed dictionaries."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from typing import Any, Literal, NotRequired, Required, TypedDict, Union

Budget = TypedDict("Budget", {
    "alert": Required[str],
    "attained_pct": Required[Union[str, None]],
    "burn": Required[str],
    "good": Required[int],
    "left_pct": Required[Union[str, None]],
    "measure": Required[str],
    "name": Required[str],
    "partner": Required[str],
    "target_pct": Required[str],
    "total": Required[int],
    "window_h": Required[int],
    "within_s": Required[float],
})

__all__ = ['Budget']
