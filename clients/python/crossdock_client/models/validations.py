"""What `validations` alone of the Crossdock API takes and gives, as typed dictionaries."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from typing import Any, Literal, NotRequired, Required, TypedDict, Union

from crossdock_client.models.shared import Finding

Verdict = TypedDict("Verdict", {
    "findings": NotRequired[list["Finding"]],
    "valid": Required[bool],
})

__all__ = ['Verdict']
