"""Who is connected: the partners of the integration project as the use cases see them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import msgspec

from crossdock.canonical.vocabulary import Role


class Partner(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One connected system (`partners/<id>.toml`).

    `sites` are the warehouses it runs, `scacs` the carriers it speaks for; both route commands and bound authority.
    `settings` are the connector's own, checked by its manifest.
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


class Address(msgspec.Struct, frozen=True, gc=False):
    """Whom a command is for: a role, narrowed by site or carrier where several systems play it."""

    role: Role
    site: str = ""
    scac: str = ""


class Directory(Protocol):
    """The partners, immutable while running."""

    def partner(self, partner_id: str) -> Partner | None:
        """The partner of that id."""

    def resolve(self, address: Address) -> Partner | None:
        """The one partner that plays this role for this site or carrier; none or several is `None`."""

    def partners(self) -> Iterable[Partner]:
        """All, by id."""
