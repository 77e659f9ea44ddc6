"""What every entity carries (domain.md §0.3, §1)."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from crossdock.canonical.scalars import Count, Id, Instant
from crossdock.canonical.vocabulary import Role
from crossdock.kernel.errors import Bug
from crossdock.kernel.ids import canonical_id


class SourceRef(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One source's own identifier of an entity. Never deleted: a wrong one gets `valid_to`."""

    system: Role
    instance: str
    object_type: str
    id: Id
    role: str = ""
    valid_from: Instant | None = None
    valid_to: Instant | None = None
    first_seen_event: str = ""


class Entity(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """Base of all entities.

    Attributes:
        refs: every source's identifier of it; append-only.
        revision: the authority's revision.
        overlays: conditions beside the state, such as `held` or `pod_pending`.
        version: ours, for optimistic locking.
        dq_flags: doubts about the data.
        ext: local extensions, namespace to name to text.
    """

    prefix: ClassVar[str] = "ent"

    canonical_id: str = ""
    tenant: str = ""
    refs: tuple[SourceRef, ...] = ()
    revision: Count = 0
    state: str = ""
    state_since: Instant | None = None
    overlays: tuple[str, ...] = ()
    created_at: Instant | None = None
    updated_at: Instant | None = None
    version: Count = 0
    dq_flags: tuple[str, ...] = ()
    ext: dict[str, dict[str, str]] = msgspec.field(default_factory=dict)

    @property
    def key(self) -> str:
        """The natural key, its parts joined by `|` (domain.md §1, `Key`)."""
        raise Bug(f"{type(self).__name__} says nothing of its key")

    def reproducible_id(self) -> str:
        """The canonical id made from kind and natural key: the same key gives the same id, with no look-up."""
        return canonical_id(self.prefix, f"{type(self).__name__}|{self.key}")
