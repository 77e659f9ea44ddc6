"""Who is connected: the partners of the integration project as the use cases see them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import msgspec

from crossdock.canonical.addressing import Address
from crossdock.canonical.vocabulary import Role


class Partner(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One connected system (`partners/<id>.toml`).

    `sites` are the warehouses it runs, `scacs` the carriers it speaks for; both route commands and bound authority.
    `settings` are the connector's own, checked by its manifest. `commands` are those its connector can say, empty for
    all: what a system has no way to hear is not said to it. `acknowledge_within_s` is in how many seconds it
    acknowledges documents of ours (997, CONTRL), 0 where that is not agreed.
    """

    id: str
    role: Role
    connector: str
    name: str = ""
    sites: tuple[str, ...] = ()
    scacs: tuple[str, ...] = ()
    tz: str = "UTC"
    steward: str = ""
    settings: dict[str, object] = {}
    commands: tuple[str, ...] = ()
    acknowledge_within_s: int = 0


class Directory(Protocol):
    """The partners, immutable while running."""

    def partner(self, partner_id: str) -> Partner | None:
        """The partner of that id."""

    def resolve(self, address: Address) -> Partner | None:
        """The one partner that plays this role for this site or carrier; none or several is `None`."""

    def partners(self) -> Iterable[Partner]:
        """All, by id."""
