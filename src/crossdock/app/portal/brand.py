"""How the portal looks to a group of customers: a name, two colours, a logo, whom to ask. Colours must be readable.

[groups.harrow]
customers = ["C-7781"]
name = "Harrow & Pike"
colour = "#0b5394"
logo = "branding/harrow.png"
contact = "service@example.com"
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import msgspec

GROUPS_MAX, CUSTOMERS_MAX = 500, 10_000
# WCAG 2.2, 1.4.3: text of normal size.
CONTRAST_MIN = 4.5
LIGHT, DARK = "#ffffff", "#10151c"
LINEAR_FROM = 0.04045

Colour = Annotated[str, msgspec.Meta(pattern=r"^#[0-9a-fA-F]{6}$")]
Line = Annotated[str, msgspec.Meta(max_length=120)]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, from 1 to 21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= LINEAR_FROM else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


class Brand(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One group's looks. `colour` stands on white and under white, `colour_dark` on the dark page; `logo` is a file of
    the project, `contact` an address or number, `terms` a line at the foot of each page."""

    customers: Annotated[tuple[str, ...], msgspec.Meta(max_length=CUSTOMERS_MAX)] = ()
    name: Line = "Order tracking"
    colour: Colour = "#0b57a4"
    colour_dark: Colour = "#8ab8f0"
    logo: Line = ""
    contact: Line = ""
    terms: Line = ""

    def __post_init__(self) -> None:
        """Refuse colours that some people could not read."""
        for name, colour, ground in (("colour", self.colour, LIGHT), ("colour_dark", self.colour_dark, DARK)):
            if contrast(colour, ground) < CONTRAST_MIN:
                raise ValueError(
                    f"{name} {colour} on {ground} has a contrast of {contrast(colour, ground):.1f}; people need "
                    f"{CONTRAST_MIN}: choose a {'darker' if ground == LIGHT else 'lighter'} one"
                )


class Branding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`portal.toml`: how it looks to everybody, and to groups."""

    default: Brand = Brand()
    groups: Annotated[dict[str, Brand], msgspec.Meta(max_length=GROUPS_MAX)] = {}

    def __post_init__(self) -> None:
        """Refuse a customer in two groups."""
        owners: dict[str, str] = {}
        for name, group in self.groups.items():
            for customer in group.customers:
                other = owners.setdefault(customer, name)
                if other != name:
                    raise ValueError(f"customer {customer} is in {other} and in {name}: leave it in one of them")


class Logo(msgspec.Struct, frozen=True):
    """A logo's bytes."""

    body: bytes
    mime: str


class Brands:
    """Which group a customer is in, and how that looks. The name of a group stands in addresses of pages."""

    def __init__(self, branding: Branding, logos: Mapping[str, Logo]) -> None:
        self._branding = branding
        self._logos = dict(logos)
        self._group = {one: name for name, group in branding.groups.items() for one in group.customers}

    def group(self, customer: str) -> str:
        """The group's name, empty for everybody else."""
        return self._group.get(customer, "")

    def of(self, group: str) -> Brand:
        """How it looks to a group."""
        return self._branding.groups.get(group, self._branding.default)

    def logo(self, group: str) -> Logo | None:
        """The group's logo."""
        return self._logos.get(group if group in self._branding.groups else "")
