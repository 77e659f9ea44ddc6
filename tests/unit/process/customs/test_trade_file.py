"""The order's trade file: what it has to say of a release, and when it says it again (domain.md §9.2 RR-10, W-06.1)."""

from __future__ import annotations

from decimal import Decimal
from typing import cast

import pytest
from msgspec.structs import replace

from crossdock.canonical.commands.wms import CreateFulfilmentOrder, FulfilmentLine, UpdateFulfilmentOrder
from crossdock.canonical.envelope import Fact, Subject
from crossdock.canonical.events import customs as cus
from crossdock.canonical.events import fulfilment as wms
from crossdock.canonical.events.order import OrderApproved, OrderChanged
from crossdock.canonical.events.platform import DocumentAttached, MasterEntity, MasterUpdated
from crossdock.canonical.parts import FieldChange, Incoterm, Party, TradeData
from crossdock.canonical.vocabulary import Disposition, Role
from crossdock.kernel.money import Money
from crossdock.process.customs.trade_machine import MACHINE
from crossdock.process.customs.trade_state import TradeFile
from crossdock.process.effects import Derive
from crossdock.process.machine import Decision
from crossdock.process.policy import Policy
from crossdock.process.terms.customs import Agent, CustomsTerms
from crossdock.testing.given import Given, command, fact
from tests.unit.process import examples as ex
from tests.unit.process.customs import declaring as de

TRADE = TradeData(hs_code="84137051", origin_country="NL", net_kgm=Decimal("9.7"))


def order(*, rev: int = 1, trade: TradeData | None = TRADE, **changes: object) -> OrderApproved:
    """One line of pumps with what customs wants to know."""
    line = replace(ex.order_line("10", 40, WH_NL1=500), trade=trade, unit_price=Money(Decimal(120), "EUR"))
    customer = Party(no="C-7781", eori="GB123456789000")
    return ex.approved(**{"rev": rev, "lines": (line,), "customer": customer, "cross_border": True, **changes})


def file(**changes: object) -> Given[TradeFile]:
    """Approved, asked of the warehouse, and in need of a declaration."""
    asked = CreateFulfilmentOrder(
        order_no="SO-1",
        warehouse="WH-NL1",
        lines=(FulfilmentLine(line="10", item="IT-10", qty=ex.qty(40)),),
        ship_to=ex.LONDON,
    )
    born = Given(MACHINE, "SO-1")
    return born.given(fact(order(**changes), ex.ORDER), command(asked, ex.ORDER), needed())


def needed() -> Fact:
    """The shipment's lane needs a declaration."""
    return fact(de.required(), ex.SHIPMENT, by=Role.SYNC)


def said(decision: Decision[TradeFile]) -> cus.CustomsGoodsStated:
    """The one statement of a step."""
    statements = [one.payload for one in decision.effects if isinstance(one, Derive)]
    assert len(statements) == 1
    return cast(cus.CustomsGoodsStated, statements[0])


def now(born: Given[TradeFile]) -> cus.CustomsGoodsStated:
    """What it says after one more document."""
    paper = DocumentAttached(type="invoice", sha256="5e1f", mime="application/pdf", source="erp1")
    return said(born.when(fact(paper, ex.ORDER, by=Role.ERP)))


def test_a_domestic_order_has_no_file_and_costs_nothing() -> None:
    """Nothing said of trade, nothing crossed."""
    born = Given(MACHINE, "SO-1")
    for told in (fact(ex.approved(), ex.ORDER), ex.told("pack.completed"), ex.told("shipment.handed_over")):
        assert born.when(told).disposition is Disposition.RECORD
    assert born.state is None


@pytest.mark.proves("CD-01", "W-06.1")
def test_a_release_that_needs_a_declaration_is_told_what_is_in_it() -> None:
    """Goods as asked for, with what the order knows of them."""
    born = file()
    stated = now(born)
    assert (stated.missing, stated.final) == ((), False)
    one = stated.goods[0]
    assert (one.hs, one.origin, one.net_kgm, one.unit_value) == (
        "84137051",
        "NL",
        Decimal("9.7"),
        Money(Decimal(120), "EUR"),
    )
    assert (one.qty, stated.incoterm) == (ex.qty(40), Incoterm(code="DAP", place="London"))


def test_packing_says_what_is_in_it_and_an_opened_package_takes_it_back() -> None:
    """Declared data equal physical data (D-25)."""
    born = file()
    packed = said(born.when(ex.told("pack.completed", ex.packed(ex.package(ex.SSCC, ("10", 38))))))
    assert (packed.final, packed.goods[0].qty, packed.gross_kgm) == (True, ex.qty(38), Decimal("612.4"))
    opened = said(born.when(fact(wms.PackageVoided(sscc=ex.SSCC, order_no="SO-1"), Subject("package", ex.SSCC))))
    assert (opened.final, opened.goods[0].qty, opened.packages) == (False, ex.qty(40), ())
    again = said(born.when(ex.told("pack.completed", ex.packed(ex.package("387123450000001026", ("10", 40))))))
    assert (again.final, again.packages) == (True, ("387123450000001026",))


def test_an_unweighed_package_leaves_the_weight_unsaid() -> None:
    """Half a weight is none."""
    born = file()
    bare = replace(ex.package(ex.SSCC, ("10", 40)), kgm=None)
    assert said(born.when(ex.told("pack.completed", ex.packed(bare)))).gross_kgm is None


def test_what_left_the_dock_is_packed_whether_anybody_said_so_or_not() -> None:
    """The gate must not wait for a message that never comes."""
    assert said(file().when(ex.told("shipment.handed_over"))).final


@pytest.mark.proves("CUS-01", "RR-10")
@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"trade": None}, ("lines[10].hs", "lines[10].origin", "lines[10].net_kgm")),
        ({"trade": replace(TRADE, hs_code="")}, ("lines[10].hs",)),
        ({"trade": replace(TRADE, origin_country="")}, ("lines[10].origin",)),
        ({"trade": replace(TRADE, licence_needed=True)}, ("lines[10].licence",)),
        ({"trade": replace(TRADE, licence_needed=True, licence="L-1")}, ()),
        ({"customer": Party(no="C-7781")}, ("eori",)),
        ({"incoterm": Incoterm(code="")}, ("incoterm",)),
    ],
)
def test_what_is_missing_is_named_by_its_place(changes: dict[str, object], missing: tuple[str, ...]) -> None:
    """HS, origin, weight, value, licence, EORI, incoterm."""
    assert now(file(**changes)).missing == missing


def test_the_policy_says_what_is_mandatory_and_who_declares() -> None:
    """Our own EORI is as good as the customer's; a field may be left to the broker."""
    terms = CustomsTerms(declarant=Agent(no="NL8", eori="NL8"), mandatory=("origin", "eori"))
    born = Given(MACHINE, "SO-1", policy=Policy(customs=terms))
    born.given(fact(order(trade=replace(TRADE, hs_code=""), customer=Party(no="C")), ex.ORDER), needed())
    assert now(born).missing == ("goods",)


CORRECTIONS = [
    ("lines[10].trade.hs_code", "84137059", "hs", "84137059"),
    ("lines[10].hs_code", "84137059", "hs", "84137059"),
    ("lines[10].trade.origin_country", "DE", "origin", "DE"),
    ("lines[10].trade.net_kgm", "9.9", "net_kgm", Decimal("9.9")),
    ("lines[10].unit_price", "121.50", "unit_value", Money(Decimal("121.50"), "EUR")),
    ("lines[10].unit_price", "99 USD", "unit_value", Money(Decimal(99), "USD")),
    ("lines[10].trade.licence", "L-9", "licence", "L-9"),
    ("lines[10].trade.licence_needed", "true", "licence_needed", True),
]


@pytest.mark.proves("CD-06")
@pytest.mark.parametrize(("path", "new", "field", "value"), CORRECTIONS)
def test_a_corrected_field_is_told_at_once(path: str, new: str, field: str, value: object) -> None:
    """By single changes of the order."""
    changed = OrderChanged(rev=2, changes=(FieldChange(path=path, new=new),))
    assert getattr(said(file().when(fact(changed, ex.ORDER))).goods[0], field) == value


@pytest.mark.parametrize("change", [("lines[10].trade.net_kgm", "heavy"), ("lines[99].hs_code", "1"), ("ship_to", "x")])
def test_what_is_no_business_of_customs_or_cannot_be_read_says_nothing(change: tuple[str, str]) -> None:
    """No statement without news."""
    changed = OrderChanged(rev=2, changes=(FieldChange(path=change[0], new=change[1]),))
    assert file().when(fact(changed, ex.ORDER)).effects == ()


@pytest.mark.proves("CD-06")
def test_master_data_of_the_item_and_the_customer_complete_the_file() -> None:
    """`master.updated` of this order's item or customer, of no other."""
    born = file(trade=replace(TRADE, hs_code=""))
    update = MasterUpdated(entity=MasterEntity.ITEM, rev=2, changed=(FieldChange(path="trade.hs_code", new="8413"),))
    assert born.when(fact(update, Subject("item", "IT-99"), by=Role.ERP)).effects == ()
    assert said(born.when(fact(update, Subject("item", "IT-10"), by=Role.ERP))).missing == ()
    anonymous = file(customer=Party(no="C-7781"))
    party = MasterUpdated(entity=MasterEntity.PARTY, rev=2, changed=(FieldChange(path="eori", new="GB1"),))
    assert said(anonymous.when(fact(party, Subject("party", "C-7781"), by=Role.ERP))).missing == ()


def test_an_older_revision_changes_nothing_and_a_newer_one_everything() -> None:
    """Full state, by revision."""
    born = file(rev=2)
    assert born.when(fact(order(rev=1, trade=None), ex.ORDER)).effects == ()
    full = OrderChanged(rev=3, changes=(), order=order(rev=3, trade=replace(TRADE, hs_code="84")))
    assert said(born.when(fact(full, ex.ORDER))).goods[0].hs == "84"


def test_a_substitute_must_be_classified_before_it_is_declared() -> None:
    """Another item has another code."""
    other = UpdateFulfilmentOrder(
        order_no="SO-1", warehouse="WH-NL1", rev=2, lines=(FulfilmentLine(line="10", item="IT-11", qty=ex.qty(40)),)
    )
    stated = said(file().when(command(other, ex.ORDER)))
    assert (stated.goods[0].item, "lines[10].hs" in stated.missing) == ("IT-11", True)


def test_a_lane_that_needs_none_any_more_is_told_nothing_more() -> None:
    """Until it needs one again."""
    born = file()
    born.given(fact(cus.CustomsNotRequired(rule="carrier_clears:parcel"), ex.SHIPMENT, by=Role.SYNC))
    assert born.when(ex.told("pack.completed")).effects == ()
    assert said(born.when(needed())).final


def test_a_shipment_nobody_said_to_cross_a_border_asks_for_everything() -> None:
    """The TMS knows better than the order: all of it is missing."""
    stated = said(Given(MACHINE, "SO-1").when(needed()))
    assert set(stated.missing) == {"goods", "incoterm", "eori"}
