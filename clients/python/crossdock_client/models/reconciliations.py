"""What `reconciliations` alone of the Crossdock API takes and gives, as typed dictionaries."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from typing import Any, Literal, NotRequired, Required, TypedDict, Union

Asked = TypedDict("Asked", {
    "runs": Required[int],
})
BreakRow = TypedDict("BreakRow", {
    "code": Required[str],
    "detail": Required[str],
    "dossier": NotRequired[int],
    "first": Required[str],
    "healed": Required[bool],
    "key": Required[str],
    "outcome": Required[str],
    "runs": Required[int],
    "unowned": Required[bool],
})
Page_BreakRow_ = TypedDict("Page_BreakRow_", {
    "items": Required[list["BreakRow"]],
    "next": NotRequired[str],
})
Page_ResultRow_ = TypedDict("Page_ResultRow_", {
    "items": Required[list["ResultRow"]],
    "next": NotRequired[str],
})
ResultRow = TypedDict("ResultRow", {
    "as_of": Required[str],
    "at": Required[str],
    "breaks": NotRequired[int],
    "check": Required[str],
    "different": NotRequired[int],
    "failed": NotRequired[str],
    "healed": NotRequired[int],
    "id": Required[int],
    "in_flight": NotRequired[int],
    "left_count": NotRequired[int],
    "left_hash": NotRequired[str],
    "matched": NotRequired[int],
    "missing_left": NotRequired[int],
    "missing_right": NotRequired[int],
    "partner": Required[str],
    "right_count": NotRequired[int],
    "right_hash": NotRequired[str],
    "tolerated": NotRequired[int],
    "took_s": Required[float],
})

__all__ = ['Asked', 'BreakRow', 'Page_BreakRow_', 'Page_ResultRow_', 'ResultRow']
