"""What `quarantine` alone of the Crossdock API takes and gives, as typed dictionaries."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from typing import Any, Literal, NotRequired, Required, TypedDict, Union

Page_QuarantineView_ = TypedDict("Page_QuarantineView_", {
    "items": Required[list["QuarantineView"]],
    "next": NotRequired[str],
})
QuarantineView = TypedDict("QuarantineView", {
    "body": Required[str],
    "code": Required[str],
    "dossier": Required[int],
    "id": Required[str],
    "lane": Required[str],
    "message": Required[str],
    "partner": Required[str],
    "reason": Required[str],
    "received": Required[str],
})

__all__ = ['Page_QuarantineView_', 'QuarantineView']
