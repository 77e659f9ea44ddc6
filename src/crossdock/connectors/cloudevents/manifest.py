"""What this connector is."""

from __future__ import annotations

from crossdock.canonical.catalogue import EVENT_TYPES
from crossdock.canonical.vocabulary import Role
from crossdock.ports.connector import Limits, Manifest, Resolution

MANIFEST = Manifest(
    kind="cloudevents",
    title="CloudEvents 1.0, structured, binary and in batches",
    roles=tuple(role.value for role in Role if role is not Role.SYNC),
    facts_in=tuple(sorted(name for name, kind in EVENT_TYPES.items() if kind.owners != {Role.SYNC})),
    commands_out=(),
    resolution=Resolution.PERSON,
    limits=Limits(),
    source="CloudEvents 1.0.2, JSON event format and HTTP protocol binding (cloudevents.io)",
)
