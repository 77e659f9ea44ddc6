"""What `events` alone of the Crossdock API takes and gives, as typed dictionaries."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from typing import Any, Literal, NotRequired, Required, TypedDict, Union

CloudEvent = TypedDict("CloudEvent", {
    "causationid": NotRequired[str],
    "data": Required[Any],
    "datacontenttype": NotRequired[str],
    "disposition": Required[str],
    "dossier": Required[str],
    "id": Required[str],
    "recordedtime": Required[str],
    "source": Required[str],
    "specversion": NotRequired[str],
    "subject": Required[str],
    "time": Required[str],
    "type": Required[str],
})
EventPage = TypedDict("EventPage", {
    "items": Required[list["CloudEvent"]],
    "more": Required[bool],
    "next": Required[str],
})

__all__ = ['CloudEvent', 'EventPage']
