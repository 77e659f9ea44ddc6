"""Settings of a partner that sends and takes files of rows; keys of the transport stand beside these."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from crossdock.connectors.flat_file.codes import DELIMITED, FIXED
from crossdock.connectors.flat_file.layouts import LAYOUTS, Layout
from crossdock.formats.delimited.layout import DelimitedLayout
from crossdock.formats.fixed_width.layout import FixedLayout
from crossdock.ports.settings import read_settings


class Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rows that belong together: those with the same values in the columns `by` stand under one node called `name`,
    which has the columns of the first of them."""

    by: tuple[str, ...]
    name: str = "group"


class Config(msgspec.Struct, frozen=True):
    """One partner's files.

    Attributes:
        layout: what its files look like: the name of a layout that comes with us, or `syntax = "delimited"` or
            `"fixed"` and the keys of `DelimitedLayout` or `FixedLayout`. Its `name` is the `document` of the maps that
            read it.
        layout_out: what we send looks like, where it is another.
        group: rows that are put under one node for the map, such as all lines of one order.
        words: what the partner's documents never say and its maps may ask for as `$name` (`incoterm`, `currency`).
        path: what we send is posted there, below `base_url`, where the partner has one.
    """

    layout: str | dict[str, object] = ""
    layout_out: str | dict[str, object] = ""
    group: Group | None = None
    words: dict[str, str] = {}
    path: str = ""

    def __post_init__(self) -> None:
        """Refuse layouts that cannot be used, before the first file comes."""
        plan_of(self)


class Plan(msgspec.Struct, frozen=True):
    """A partner's settings, ready for use."""

    inward: Layout
    outward: Layout
    group: Group | None = None
    words: Mapping[str, str] = {}


def plan_of(config: Config) -> Plan:
    """What the settings mean.

    Raises:
        ValueError: a layout is missing, not known or contradicts itself.
    """
    if not config.layout:
        raise ValueError(f"layout is missing: declare what the files look like, or name one of {', '.join(LAYOUTS)}")
    inward = layout_of(config.layout)
    outward = layout_of(config.layout_out) if config.layout_out else inward
    shipped = LAYOUTS.get(config.layout) if isinstance(config.layout, str) else None
    usual = Group(shipped.by, shipped.name) if shipped is not None else None
    return Plan(inward, outward, config.group or usual, config.words)


def layout_of(declared: str | Mapping[str, object]) -> Layout:
    """The layout of that name, or the one a table declares.

    Raises:
        ValueError: there is none, with the key at fault.
    """
    if isinstance(declared, str):
        if declared not in LAYOUTS:
            raise ValueError(f"there is no layout {declared!r}: name one of {', '.join(LAYOUTS)}, or declare a table")
        return LAYOUTS[declared].layout
    syntax = declared.get("syntax", DELIMITED)
    if syntax not in (DELIMITED, FIXED):
        raise ValueError(f"layout.syntax is {syntax!r}: write delimited or fixed")
    keys = {name: value for name, value in declared.items() if name != "syntax"}
    if syntax == FIXED:
        return msgspec.convert(keys, FixedLayout)
    return msgspec.convert(keys, DelimitedLayout)


def read_config(settings: Mapping[str, object]) -> Plan:
    """Check a partner's settings.

    Raises:
        Permanent: a value of the wrong type, or a layout that contradicts itself; the steward must mend the partner
            file.
    """
    return plan_of(read_settings("flat_file", Config, settings))
