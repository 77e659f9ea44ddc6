"""What `epcis` alone of the Crossdock API takes and gives, as typed dictionaries."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from typing import Any, Literal, NotRequired, Required, TypedDict, Union

from crossdock_client.models.shared import Finding

CaptureJob = TypedDict("CaptureJob", {
    "captureErrorBehaviour": Required[str],
    "captureID": Required[str],
    "createdAt": Required[str],
    "errors": NotRequired[list["Finding"]],
    "running": Required[bool],
    "success": Required[bool],
})

__all__ = ['CaptureJob']
