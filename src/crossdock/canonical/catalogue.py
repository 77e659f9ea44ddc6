"""Every event and command type of domain.md §2 as data: owner, observers, key, priority, lateness, lane, payload.

The tables themselves are in `events/` and `commands/`, one module a chapter, each beside the payload structs it names;
`wire` turns bytes into facts and back with them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from crossdock.canonical.commands import channel as channel_commands
from crossdock.canonical.commands import customs as customs_commands
from crossdock.canonical.commands import erp, fleet, people, tms, wms
from crossdock.canonical.declarations import CommandType, EventType, Payload
from crossdock.canonical.events import (
    channel,
    customs,
    fulfilment,
    inventory,
    last_mile,
    money,
    order,
    planning,
    platform,
    returns,
    service,
    tracking,
)

EVENT_TYPES: Mapping[str, EventType] = MappingProxyType(
    {
        kind.name: kind
        for chapter in (
            order,
            channel,
            fulfilment,
            planning,
            tracking,
            last_mile,
            customs,
            money,
            inventory,
            returns,
            service,
            platform,
        )
        for kind in chapter.EVENTS
    }
)

COMMAND_TYPES: Mapping[str, CommandType] = MappingProxyType(
    {
        kind.name: kind
        for chapter in (wms, tms, customs_commands, fleet, erp, channel_commands, people)
        for kind in chapter.COMMANDS
    }
)

EVENT_OF_PAYLOAD: Mapping[type[Payload], EventType] = MappingProxyType(
    {kind.payload: kind for kind in EVENT_TYPES.values()}
)

COMMAND_OF_PAYLOAD: Mapping[type[Payload], CommandType] = MappingProxyType(
    {kind.payload: kind for kind in COMMAND_TYPES.values()}
)
