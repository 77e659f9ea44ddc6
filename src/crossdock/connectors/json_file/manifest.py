"""What this connector is: anything its partner's maps say."""

from __future__ import annotations

from crossdock.canonical.catalogue import COMMAND_TYPES, EVENT_TYPES
from crossdock.canonical.vocabulary import Role
from crossdock.ports.connector import Limits, Manifest, Maturity, Resolution

MANIFEST = Manifest(
    kind="json_file",
    title="JSON and NDJSON of any shape, by the partner's own maps",
    roles=tuple(role.value for role in Role if role is not Role.SYNC),
    facts_in=tuple(sorted(name for name, kind in EVENT_TYPES.items() if kind.owners != {Role.SYNC})),
    commands_out=tuple(sorted(COMMAND_TYPES)),
    # The same command is the same bytes under the same name, or under the same Idempotency-Key.
    resolution=Resolution.IDEMPOTENT_RESEND,
    limits=Limits(concurrency=2, batch_max=1, timeout_s=30.0),
    source="RFC 8259, RFC 9457; the partner's own maps in maps/<partner>/*.toml",
    maturity=Maturity.TESTS,
)
