"""Who acts, and what they may: verbs, roles as sets of verbs, and grants that reach part of the business or all of it.

The same table is asked in code (`Principal.may`) and turned into settings for row-level security in the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

import msgspec


class Verb(StrEnum):
    """What can be done. A right to one is never a right to another, except where a role holds both."""

    READ = "read"
    WORK = "work"
    ACT = "act"
    APPROVE = "approve"
    CONFIGURE = "configure"
    MANAGE_PEOPLE = "manage_people"
    SEE_PERSONAL_DATA = "see_personal_data"
    SEE_MONEY = "see_money"
    SEE_PAYLOADS = "see_payloads"
    SEE_OWN = "see_own"


class RoleName(StrEnum):
    """What a person is to the hub (mission.md Z-16)."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    FINANCE = "finance"
    INTEGRATOR = "integrator"
    STEWARD = "steward"
    APPROVER = "approver"
    ADMIN = "admin"
    CUSTOMER = "customer"


# Whoever proposes does not approve, and whoever administers people does not thereby see their customers' addresses.
VERBS: Mapping[RoleName, frozenset[Verb]] = {
    RoleName.VIEWER: frozenset({Verb.READ}),
    RoleName.OPERATOR: frozenset({Verb.READ, Verb.WORK, Verb.ACT, Verb.SEE_PERSONAL_DATA}),
    RoleName.FINANCE: frozenset({Verb.READ, Verb.WORK, Verb.SEE_MONEY}),
    RoleName.INTEGRATOR: frozenset({Verb.READ, Verb.WORK, Verb.ACT, Verb.CONFIGURE, Verb.SEE_PAYLOADS}),
    RoleName.STEWARD: frozenset({Verb.READ, Verb.CONFIGURE}),
    RoleName.APPROVER: frozenset({Verb.READ, Verb.APPROVE}),
    RoleName.ADMIN: frozenset(Verb) - {Verb.SEE_OWN, Verb.APPROVE, Verb.SEE_PERSONAL_DATA},
    RoleName.CUSTOMER: frozenset({Verb.SEE_OWN}),
}

DIMENSIONS = ("partners", "sites", "units", "customers")
NAMES_MAX = 100

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
Ids = Annotated[tuple[Id, ...], msgspec.Meta(max_length=NAMES_MAX)]


class Reach(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Part of the business: partners, sites, business units and customers by id; an empty list is all of its kind."""

    partners: Ids = ()
    sites: Ids = ()
    units: Ids = ()
    customers: Ids = ()

    def holds(self, whose: Whose) -> bool:
        """Whether it reaches this. What does not say whose it is, is reached only by what reaches all."""
        return all(
            not getattr(self, name) or not set(getattr(self, name)).isdisjoint(getattr(whose, name))
            for name in DIMENSIONS
        )

    @property
    def is_all(self) -> bool:
        """Whether nothing is left out."""
        return not (self.partners or self.sites or self.units or self.customers)


class Whose(msgspec.Struct, frozen=True):
    """Whose something is: every partner, site, business unit and customer that has a part in it."""

    partners: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()


class Grant(msgspec.Struct, frozen=True, omit_defaults=True):
    """A role within a reach."""

    role: RoleName
    reach: Reach = Reach()


class Kind(StrEnum):
    """What a principal is."""

    PERSON = "person"
    MACHINE = "machine"
    CUSTOMER = "customer"


class Principal(msgspec.Struct, frozen=True):
    """Whoever acts, proven. `id` is what the record of acts holds, `name` what people read."""

    id: str
    name: str
    kind: Kind
    grants: tuple[Grant, ...] = ()

    @property
    def key(self) -> str:
        """What the record of acts holds as the credential: no two principals have the same."""
        return f"{self.kind}:{self.id}"

    def may(self, verb: Verb, whose: Whose | None = None) -> bool:
        """Whether it may do this: to something of `whose`, or, without that, to anything at all."""
        return any(verb in VERBS[one.role] and (whose is None or one.reach.holds(whose)) for one in self.grants)

    def reaches(self, verb: Verb) -> tuple[Reach, ...]:
        """Where it may do this; one that holds for all stands alone, none is nowhere."""
        found = tuple(one.reach for one in self.grants if verb in VERBS[one.role])
        return (Reach(),) if any(one.is_all for one in found) else found

    def roles(self) -> tuple[RoleName, ...]:
        """Its roles, each once, in the order of the list of roles."""
        held = {one.role for one in self.grants}
        return tuple(one for one in RoleName if one in held)
