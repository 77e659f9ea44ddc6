"""What the use case is built from, handed in by `bootstrap`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from crossdock.app.archive.recall import NothingArchived, Recall
from crossdock.app.fold.memory import Memory
from crossdock.app.fold.registry import Registry
from crossdock.app.fold.session import Session
from crossdock.app.ingest.correlate import CONSOLE
from crossdock.canonical.extensions import Extension
from crossdock.ports.clock import Clock, Dice
from crossdock.ports.directory import Directory, Partner
from crossdock.ports.store import Store
from crossdock.process.policy import Policy


@dataclass(frozen=True, slots=True)
class Parts:
    """`registries` maps a dossier's kind (`order`, `load`) to its machines; `ourselves` is the partner of role SYNC.

    `canaries` are the partners that take commands of canary orders themselves. `archive` brings back what a late fact
    is about. `extensions` are what partners may say beside the fields of the contracts.
    """

    store: Store
    directory: Directory
    registries: Mapping[str, Registry]
    policy: Policy
    clock: Clock
    dice: Dice
    ourselves: Partner
    session_type: type[Session] = Session
    memory: Memory = field(default_factory=Memory)
    canaries: Collection[str] = ()
    archive: Recall = field(default_factory=NothingArchived)
    extensions: Mapping[str, Extension] = field(default_factory=dict)

    def speaker(self, partner: str) -> Partner | None:
        """Who stands behind a kept fact: the hub, whoever works at its console, or a partner still connected."""
        own = {one.id: one for one in (self.ourselves, CONSOLE)}
        return own.get(partner) or self.directory.partner(partner)
