"""What `kpis` alone of the Crossdock API takes and gives, as typed dictionaries."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from typing import Any, Literal, NotRequired, Required, TypedDict, Union

KpiView = TypedDict("KpiView", {
    "count": Required[int],
    "kpi": Required[str],
    "name": Required[str],
    "p95": NotRequired[Union[str, None]],
    "unit": Required[str],
    "value": NotRequired[Union[str, None]],
})

__all__ = ['KpiView']
