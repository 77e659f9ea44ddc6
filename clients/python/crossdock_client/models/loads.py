"""What `loads` alone of the Crossdock API takes and gives, as typed dictionaries."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from typing import Any, Literal, NotRequired, Required, TypedDict, Union

from crossdock_client.models.shared import Equipment, FactClass, Mode, Occurrence, PartsPlace, Reference, Window

StopType = Literal['cross_dock', 'customs', 'delivery', 'pickup']
LoadBuiltStatement = TypedDict("LoadBuiltStatement", {
    "bol_no": NotRequired[str],
    "class": NotRequired["FactClass"],
    "equipment": NotRequired["Equipment"],
    "ext": NotRequired[dict[str, dict[str, str]]],
    "load_id": Required[str],
    "mode": NotRequired[Union["Mode", None]],
    "occurred": NotRequired["Occurrence"],
    "refs": NotRequired[list["Reference"]],
    "rev": NotRequired[int],
    "revision": NotRequired[Union[int, None]],
    "shipments": Required[list[str]],
    "stops": Required[list["Stop"]],
})
Stop = TypedDict("Stop", {
    "appointment_no": NotRequired[str],
    "location": Required["PartsPlace"],
    "planned": NotRequired[Union["Window", None]],
    "seq": Required[int],
    "shipments_off": NotRequired[list[str]],
    "shipments_on": NotRequired[list[str]],
    "type": Required["StopType"],
})

__all__ = ['LoadBuiltStatement', 'Stop', 'StopType']
