"""Policy that differs by customer, lane, carrier, warehouse, order type or tenant (domain.md §9).

    [[override]]
    scope = { customer = "C-7781", lane = "*>GB" }
    min_fill_pct = "50"
    [override.timers]
    tm_customer_action = 86400

The most specific scope that fits wins, key by key: customer and lane, customer, carrier or warehouse, lane, order type,
tenant, and last what the files say for all. Of two equally specific ones the later in the files wins.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import msgspec

ANY = "*"
DEFAULT = "default"

# From the most to the least specific; the two in one row are equally so.
ORDER: tuple[tuple[frozenset[str], ...], ...] = (
    (frozenset({"customer", "lane"}),),
    (frozenset({"customer"}),),
    (frozenset({"carrier"}), frozenset({"warehouse"})),
    (frozenset({"lane"}),),
    (frozenset({"order_type"}),),
    (frozenset({"tenant"}),),
)

S = TypeVar("S", bound=msgspec.Struct)


class Facets(msgspec.Struct, frozen=True):
    """What a decision is about, as far as it is known when it is made. `origin` and `country` are countries."""

    customer: str = ""
    country: str = ""
    origin: str = ""
    warehouse: str = ""
    carrier: str = ""
    order_type: str = ""
    tenant: str = ""


class Scope(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where an override holds. A lane is `<from>><to>`: a country, warehouse or `*`, then a country or `*`."""

    customer: str = ""
    lane: str = ""
    carrier: str = ""
    warehouse: str = ""
    order_type: str = ""
    tenant: str = ""

    def __post_init__(self) -> None:
        """Refuse a scope that has no place in the order."""
        if self.lane and len([part for part in self.lane.split(">") if part]) != 2:
            raise ValueError(f"a lane is from>to, such as NL>GB, WH-1>GB or *>GB, not {self.lane}")
        if not any(self.named == names for row in ORDER for names in row):
            raise ValueError(
                "a scope is one of customer and lane, customer, carrier, warehouse, lane, order_type, tenant"
            )

    @property
    def named(self) -> frozenset[str]:
        """The criteria it has."""
        return frozenset(name for name in self.__struct_fields__ if getattr(self, name))

    @property
    def rank(self) -> int:
        """How specific it is; more is more."""
        return next(len(ORDER) - place for place, row in enumerate(ORDER) if self.named in row)

    @property
    def label(self) -> str:
        """As people read it: `customer C-7781, lane *>GB`."""
        return ", ".join(f"{name} {getattr(self, name)}" for name in self.__struct_fields__ if getattr(self, name))

    def fits(self, facets: Facets) -> bool:
        """Whether a decision with these facets is inside."""
        if self.lane:
            start, _, end = self.lane.partition(">")
            if start not in (ANY, facets.origin, facets.warehouse) or end not in (ANY, facets.country):
                return False
        return all(getattr(facets, name) == getattr(self, name) for name in self.named - {"lane"})


class Override(msgspec.Struct, frozen=True):
    """What differs in a scope: keys of the policy, sections as tables, values as the policy has them."""

    scope: Scope
    changes: dict[str, object]


def fitting(overrides: tuple[Override, ...], facets: Facets) -> list[Override]:
    """Those that hold for these facets, the least specific first."""
    return sorted((one for one in overrides if one.scope.fits(facets)), key=lambda one: one.scope.rank)


def changed(struct: S, changes: Mapping[str, object]) -> S:
    """The struct with these keys changed; a table changes the section of its name, key by key."""
    values: dict[str, object] = {}
    for name, value in changes.items():
        known = getattr(struct, name)
        if isinstance(value, dict) and isinstance(known, msgspec.Struct):
            values[name] = changed(known, value)
        elif isinstance(value, dict) and isinstance(known, dict):
            values[name] = {**known, **value}
        else:
            values[name] = value
    return msgspec.structs.replace(struct, **values)
