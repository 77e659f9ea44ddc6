"""From a command's payload to a `Send`: type, idempotency key, ordering key and priority as the catalogue declares
them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from operator import attrgetter

import msgspec

from crossdock.canonical.catalogue import COMMAND_OF_PAYLOAD
from crossdock.canonical.declarations import CommandType, Payload
from crossdock.kernel.ids import fingerprint
from crossdock.process.effects import Address, Send

_canonical = msgspec.json.Encoder(order="deterministic")


def send(payload: Payload, to: Address) -> Send:
    """A command to one system; its keys are made of its payload (domain.md §2.10, §0.6)."""
    kind, key, ordering = _COMPILED[type(payload)]
    return Send(kind.name, to, payload, key(payload), ordering(payload), kind.priority)


def content_hash(*parts: object) -> str:
    """A short fingerprint of content, for commands whose key is `…+content hash`."""
    return f"{fingerprint(_canonical.encode(parts)) & 0xFFFF_FFFF_FFFF_FFFF:x}"


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _compile(kind: CommandType) -> tuple[CommandType, Callable[[Payload], str], Callable[[Payload], str]]:
    read = [attrgetter(field) for field in kind.key]
    order = attrgetter(kind.ordering_field)

    def key(payload: Payload) -> str:
        return "|".join([_text(get(payload)) for get in read])

    def ordering(payload: Payload) -> str:
        return f"{kind.ordering}:{_text(order(payload))}"

    return kind, key, ordering


_COMPILED = {payload: _compile(kind) for payload, kind in COMMAND_OF_PAYLOAD.items()}
