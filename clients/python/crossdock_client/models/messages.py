"""What `messages` alone of the Crossdock API takes and gives, as typed dictionaries."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from typing import Any, Literal, NotRequired, Required, TypedDict, Union

MessageView = TypedDict("MessageView", {
    "body": Required[str],
    "channel": Required[str],
    "content_type": Required[str],
    "control": Required[str],
    "facts": Required[int],
    "findings": Required[Any],
    "id": Required[str],
    "partner": Required[str],
    "received": Required[str],
    "sha256": Required[str],
    "status": Required[str],
})

__all__ = ['MessageView']
