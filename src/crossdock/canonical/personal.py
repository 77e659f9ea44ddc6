"""Which fields of facts and commands are about a person: data, not code.

A field stands by the last parts of its path in the canonical JSON; list places are not parts. What is below it is
personal with it. Numbers of parties are not: without the master record they name nobody.
"""

from __future__ import annotations

PERSONAL: frozenset[tuple[str, ...]] = frozenset(
    {
        ("contacts", "value"),
        ("address", "lines"),
        ("address", "postal"),
        ("geo",),
        ("driver",),
        ("driver_ref",),
        ("receiver",),
        ("recipient",),
        ("signature_doc",),
        ("photos",),
        ("customer", "name"),
        ("ship_to", "name"),
    }
)
PARTS_MAX = max(len(path) for path in PERSONAL)


def is_personal(path: tuple[str, ...]) -> bool:
    """Whether the field at this path is about a person."""
    return any(path[-count:] in PERSONAL for count in range(1, PARTS_MAX + 1))
