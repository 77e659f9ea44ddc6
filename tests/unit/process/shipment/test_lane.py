"""Whether a planned shipment needs a declaration (domain.md §3.3.1 SHP-02, §9.4)."""

from __future__ import annotations

from typing import cast

import pytest
from msgspec.structs import replace

from crossdock.canonical.events import customs as cus
from crossdock.canonical.events import planning as tms
from crossdock.canonical.parts import Address, Mode, Place
from crossdock.process.effects import Derive
from crossdock.process.policy import Policy, Site
from crossdock.process.shipment.machine import MACHINE
from crossdock.process.terms.customs import CustomsTerms
from crossdock.testing.given import Given, command, derives
from tests.unit.process import examples as ex

VENLO = Place(location_no="WH-NL1", address=Address(country="NL", city="Venlo"))


def answer(
    *, there: str = "GB", mode: Mode = Mode.LTL, said: bool = True, policy: Policy | None = None, origin: Place = VENLO
) -> object:
    """What the shipment says of its lane; `None` when it says nothing."""
    destination = Place(location_no="X", address=Address(country=there, city="Y") if there else None)
    ask = replace(ex.PAYLOADS["cmd:plan_shipment"][1](), destination=destination, customs_required=said)
    born = Given(MACHINE, ex.KEY, policy=policy).given(command(ask, ex.FO))
    plan = replace(ex.planned(mode), origin=origin, destination=destination)
    found = born.when(ex.told("shipment.planned", plan))
    return next((one.payload for one in found.effects if isinstance(one, Derive)), None)


@pytest.mark.proves("W-06.1", "SHP-02", "Y-03")
def test_a_border_between_needs_a_declaration() -> None:
    """From what the order, the site or the plan says of the countries."""
    required = cast(cus.CustomsRequired, answer())
    assert (required.lane, required.rule, required.shipment) == ("NL>GB", "countries_differ", "SHP-1")
    assert (required.warehouse, required.mode) == ("WH-NL1", Mode.LTL)
    nowhere = Place(location_no="WH-NL1")
    site = Policy(sites={"WH-NL1": Site("DE")})
    assert cast(cus.CustomsRequired, answer(policy=site, origin=nowhere, said=False)).lane == "DE>GB"
    assert cast(cus.CustomsRequired, answer(there="", origin=nowhere)).rule == "said_to_cross_a_border"


@pytest.mark.proves("SHP-02")
@pytest.mark.parametrize(
    ("asked", "rule"),
    [
        ({"there": "NL"}, "same_country"),
        ({"there": "DE"}, "customs_union:EU"),
        ({"mode": Mode.PARCEL}, "carrier_clears:parcel"),
        ({"mode": Mode.OWN_FLEET, "there": ""}, "own_fleet_stays_inside"),
    ],
)
def test_where_none_is_needed_the_rule_is_told(asked: dict[str, object], rule: str) -> None:
    """`customs.not_required`."""
    assert cast(cus.CustomsNotRequired, answer(**asked)).rule == rule  # type: ignore[arg-type]


@pytest.mark.parametrize("asked", [{"there": "NL"}, {"there": "", "origin": Place(location_no="WH-NL1")}])
def test_a_domestic_shipment_says_nothing(asked: dict[str, object]) -> None:
    """It would be the same for every parcel of the day."""
    assert answer(said=False, **asked) is None  # type: ignore[arg-type]


def test_which_countries_are_one_territory_is_policy() -> None:
    """A union of one's own."""
    swiss = Policy(customs=CustomsTerms(unions={"CH-LI": ("CH", "LI")}))
    assert cast(cus.CustomsRequired, answer(there="DE", policy=swiss)).lane == "NL>DE"


def test_a_new_mode_asks_again_and_a_new_window_does_not() -> None:
    """SHP-04."""
    ask = replace(ex.PAYLOADS["cmd:plan_shipment"][1](), destination=ex.LONDON, customs_required=True)
    born = Given(MACHINE, ex.KEY).given(command(ask, ex.FO), ex.told("shipment.planned"))
    assert derives(born.when(ex.told("shipment.replanned", tms.ShipmentReplanned(changes=(), rev=2))).effects) == []
    parcel = tms.ShipmentReplanned(changes=(), rev=3, mode=Mode.PARCEL)
    assert derives(born.when(ex.told("shipment.replanned", parcel)).effects) == ["customs.not_required"]
