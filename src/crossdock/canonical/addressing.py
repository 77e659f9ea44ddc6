"""Whom a command is for, before anyone knows which system plays the part."""

from __future__ import annotations

import msgspec

from crossdock.canonical.vocabulary import Role


class Address(msgspec.Struct, frozen=True, gc=False):
    """Whom a command is for: a role, narrowed by site or carrier where several systems play it.

    `instance` is the system that has had the thing so far: it goes on with it, unless it plays the role no more.
    """

    role: Role
    site: str = ""
    scac: str = ""
    instance: str = ""
