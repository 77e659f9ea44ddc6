"""What this connector is."""

from __future__ import annotations

from crossdock.canonical.catalogue import EVENT_TYPES
from crossdock.canonical.vocabulary import Role
from crossdock.ports.connector import Limits, Manifest, Maturity, Resolution

MANIFEST = Manifest(
    kind="canonical_json",
    title="Canonical envelope over HTTP",
    roles=tuple(role.value for role in Role if role is not Role.SYNC),
    facts_in=tuple(sorted(name for name, kind in EVENT_TYPES.items() if kind.owners != {Role.SYNC})),
    commands_out=(),
    resolution=Resolution.PERSON,
    limits=Limits(),
    source="domain.md §0.4 (event envelope), published as JSON Schema by this release",
    maturity=Maturity.TESTS,
)
