"""The three-way match test by test (domain.md §3.6.1): duplicates are in `test_freight`, the rest is here. Pure."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from crossdock.canonical.parts import Charge, ChargeCode
from crossdock.kernel.money import Money
from crossdock.process.freight.match import judge
from crossdock.process.freight.rating import days_between, rate_between, rerated
from crossdock.process.freight.state import FreightState, Paper
from crossdock.process.policy import Policy
from crossdock.process.sums import money, of_decimal, shares, sum_of
from crossdock.process.terms.money import Contract, MoneyTerms, Tolerance
from crossdock.process.told import Execution
from tests.unit.process.money import charge, eur

DONE = Execution(shipment="SHP-1", handed=True, gross_g=500_000, packages=2, accepted=True)
OWED = FreightState(
    state="INVOICED", currency="EUR", carrier="NVTR", accrued={"LHL": 9_800_000, "FUE": 1_470_000}, execution=DONE
)


def bill(number: str = "FI-1", kind: str = "invoice", currency: str = "EUR", **charges: str) -> Paper:
    """A document of the carrier."""
    amounts = {code: of_decimal(Decimal(amount)) for code, amount in charges.items()}
    return Paper(number, kind, "2026-06-09", currency, sum(amounts.values()), amounts, carrier="NVTR")


def case(*papers: Paper, state: FreightState = OWED) -> FreightState:
    """The case with these documents."""
    return replace(state, papers={paper.no: paper for paper in papers})


def failing(state: FreightState, terms: MoneyTerms | None = None) -> set[tuple[str, str]]:
    """Charge and rule of every failing test."""
    return {(one.charge, one.rule) for one in judge(state, Policy(money=terms or MoneyTerms())).failing}


@pytest.mark.parametrize(("fuel", "fails"), [("162.00", False), ("162.01", True), ("132.00", False), ("131.99", True)])
@pytest.mark.proves("charge_floor", "charge_pct", "FIN-01", "FIN-02")
def test_a_charge_may_be_off_by_its_floor_or_its_percentage(fuel: str, fails: bool) -> None:
    """15.00 is more than 5 % of 147.00."""
    wide = MoneyTerms(tolerance=Tolerance(header_floor=Decimal(100)))
    assert (("FUE", "CHARGE") in failing(case(bill(LHL="980.00", FUE=fuel)), wide)) is fails


@pytest.mark.parametrize(
    ("haul", "fails"),
    [("985.00", False), ("985.01", False), ("1030.00", False), ("1030.01", True), ("730.00", False), ("729.99", True)],
)
@pytest.mark.proves("header_floor", "tol_pos_abs", "tol_neg_abs")
def test_the_header_has_a_floor_and_limits_of_its_own_on_each_side(haul: str, fails: bool) -> None:
    """Within the floor nothing is looked at; over 50.00 or under 250.00 it fails."""
    loose = MoneyTerms(tolerance=Tolerance(charge_floor=Decimal(999), tol_neg_pct=Decimal(99)))
    assert (("header", "HEADER") in failing(case(bill(LHL=haul, FUE="147.00")), loose)) is fails


@pytest.mark.parametrize(("share", "fails"), [("4.4", True), ("4.5", False)])
@pytest.mark.proves("tol_pos_pct", "tol_neg_pct")
def test_both_the_amount_and_the_percentage_must_hold(share: str, fails: bool) -> None:
    """50.00 of 1127.00 are 4.44 %."""
    tight = Tolerance(charge_floor=Decimal(999), tol_pos_pct=Decimal(share), tol_neg_pct=Decimal(share))
    for haul in ("1030.00", "930.00"):
        assert (
            ("header", "HEADER") in failing(case(bill(LHL=haul, FUE="147.00")), MoneyTerms(tolerance=tight))
        ) is fails


def test_the_carriers_tolerance_for_a_customer_comes_first() -> None:
    """Carrier and customer, then carrier, then the default."""
    tight, loose = Tolerance(tol_pos_abs=Decimal(1)), Tolerance(tol_pos_abs=Decimal(900), tol_pos_pct=Decimal(99))
    terms = MoneyTerms(carriers={"NVTR": tight, "NVTR|C-1": replace(loose, charge_floor=Decimal(900))})
    over = case(bill(LHL="1200.00", FUE="147.00"))
    assert failing(over, terms) != set()
    assert failing(replace(over, customer="C-1"), terms) == set()


@pytest.mark.parametrize(
    ("done", "fails"),
    [
        (DONE, False),
        (replace(DONE, handed=False), True),
        (replace(DONE, cancelled=True), True),
        (None, True),
    ],
)
@pytest.mark.proves("FIN-03")
def test_only_what_was_handed_over_and_not_cancelled_is_owed(done: Execution | None, fails: bool) -> None:
    """EXEC; and delivered, where the contract pays on delivery."""
    fine = case(bill(LHL="980.00", FUE="147.00"), state=replace(OWED, execution=done))
    assert (("header", "EXEC") in failing(fine)) is fails
    pays = MoneyTerms(contract=Contract(accrual_trigger="delivery"))
    assert ("header", "EXEC") in failing(fine, pays)


@pytest.mark.parametrize(("billed", "fails"), [(525_000, False), (525_001, True), (475_000, False), (474_999, True)])
@pytest.mark.proves("weight_tol_pct", "FIN-03")
def test_the_billed_weight_must_be_near_the_weighed_one(billed: int, fails: bool) -> None:
    """5 % of 500 kg."""
    heavy = replace(bill(LHL="980.00", FUE="147.00"), weight_g=billed)
    assert (("weight", "EXEC") in failing(case(heavy))) is fails


def test_another_carriers_invoice_is_none_of_this_case() -> None:
    """RC-19."""
    assert ("FI-1", "CARRIER") in failing(case(replace(bill(LHL="980.00", FUE="147.00"), carrier="OTHR")))


@pytest.mark.parametrize(
    ("code", "done", "proven"),
    [
        ("RDL", replace(DONE, failed={"1": "consignee.closed"}), True),
        ("RDL", replace(DONE, failed={"1": "carrier.late"}), False),
        ("RDL", DONE, False),
        ("STP", replace(DONE, stops=3), True),
        ("STP", replace(DONE, stops=2), False),
        ("LIF", DONE, False),
    ],
)
@pytest.mark.proves("FIN-11")
def test_what_nobody_accrued_must_be_proven_by_events(code: str, done: Execution, proven: bool) -> None:
    """Redelivery by a failed attempt that was not the carrier's fault, a stop by the load's stops."""
    claim = case(bill(LHL="980.00", FUE="147.00", **{code: "4.00"}), state=replace(OWED, execution=done))
    assert ((code, "UNAUTH") in failing(claim)) is not proven


@pytest.mark.proves("FIN-11", "free_time_min")
def test_detention_is_worth_its_hours_and_no_more() -> None:
    """180 minutes, of which 120 are free: one hour at the contract's rate."""
    terms = MoneyTerms(contract=Contract(detention_rate=Decimal(60)))
    waited = replace(OWED, dwell_min={"APT-1": 180})
    assert ("DET", "UNAUTH") not in failing(case(bill(LHL="980.00", FUE="147.00", DET="60.00"), state=waited), terms)
    assert ("DET", "UNAUTH") in failing(case(bill(LHL="980.00", FUE="147.00", DET="60.01"), state=waited), terms)
    assert ("DET", "UNAUTH") in failing(case(bill(LHL="980.00", FUE="147.00", DET="1.00"), state=waited))


def test_a_charge_agreed_beforehand_needs_no_proof() -> None:
    """By quote or by contract; what an invoice says of itself authorises nothing."""
    claim = case(bill(LHL="980.00", FUE="147.00", LIF="4.00"))
    assert ("LIF", "UNAUTH") not in failing(claim, MoneyTerms(contract=Contract(authorised=("LIF",))))
    quoted = replace(claim, estimate=(charge("LIF", "4.00", by="u.hart"),))
    assert ("LIF", "UNAUTH") not in failing(quoted)


@pytest.mark.proves("FIN-03")
def test_foreign_money_is_converted_at_the_contracts_day_or_not_at_all() -> None:
    """No rate known: FIN-03; the day is the invoice's or the contract's."""
    dollars = case(bill(currency="USD", LHL="1065.22", FUE="159.78"))
    assert ("FI-1", "CURRENCY") in failing(dollars)
    rates = {"USD/EUR": {"2026-06-01": Decimal("0.92"), "2026-07-01": Decimal("0.50")}}
    assert failing(dollars, MoneyTerms(rates=rates)) == set()
    fixed = MoneyTerms(rates=rates, contract=Contract(rate_date="2026-07-15"))
    assert ("header", "HEADER") in failing(dollars, fixed)


def test_a_rate_holds_both_ways_and_from_its_day_on() -> None:
    """The last day before, never a later one."""
    policy = Policy(money=MoneyTerms(rates={"USD/EUR": {"2026-06-01": Decimal("0.8")}}))
    assert rate_between("USD", "EUR", "2026-05-31", policy) is None
    assert rate_between("EUR", "USD", "2026-06-09", policy) == Decimal("1.25")
    assert rate_between("EUR", "EUR", "", policy) == 1


@pytest.mark.parametrize(("tax", "fails"), [("214.13", False), ("214.12", True), ("214.14", True)])
@pytest.mark.proves("FIN-03")
def test_taxes_are_outside_tolerance_and_exact(tax: str, fails: bool) -> None:
    """19 % of 1127.00."""
    line = Charge(code=ChargeCode.OTH, amount=eur(tax), basis="VAT", rate=Decimal(19))
    taxed = replace(bill(LHL="980.00", FUE="147.00"), taxes=(line,))
    taxed = replace(taxed, total=taxed.total + sum_of(line.amount))
    assert (("FI-1", "TAX") in failing(case(taxed))) is fails
    assert judge(case(taxed), Policy()).net == 11_270_000


def test_lines_must_add_up_to_the_total() -> None:
    """SUM."""
    off = replace(bill(LHL="980.00", FUE="147.00"), total=11_270_100)
    assert ("FI-1", "SUM") in failing(case(off))


def test_charges_are_worked_out_by_weight_packages_and_percentage() -> None:
    """What has no rate stays as quoted."""
    quoted = (
        charge("FUE", "1.00", "pct", "15"), charge("LHL", "1.00", "kg", "1.96"),
        charge("CUS", "1.00", "package", "26.50"), charge("LIF", "40.00"), charge("STP", "7.00", "mile", "3"),
    )  # fmt: skip
    amounts = {one.code.value: str(one.amount.amount) for one in rerated(quoted, DONE)}
    assert amounts == {"LHL": "980.00", "FUE": "147.00", "CUS": "53.00", "LIF": "40.00", "STP": "7.00"}
    assert rerated(quoted, None) == quoted


def test_days_of_texts_that_are_no_dates_are_far_apart() -> None:
    """A carrier may write anything."""
    assert days_between("2026-06-01", "2026-06-30T10:00:00Z") == 29
    assert days_between("soon", "2026-06-30") > 120


cents = st.integers(-10_000_000, 10_000_000)


@given(cents, st.dictionaries(st.sampled_from("ABCDEF"), st.integers(0, 10**9), min_size=1))
def test_shares_add_up_to_the_cent_and_the_largest_gets_the_rest(amount: int, weights: dict[str, int]) -> None:
    """D-13: by gross weight, remainder cents to the largest share."""
    total = amount * 100
    parts = shares(total, weights, "EUR")
    assert sum(parts.values()) == total
    whole = sum(weights.values())
    if not whole:
        return
    largest = max(weights.values())
    for name, part in parts.items():
        exact = Decimal(total) * weights[name] / whole
        limit = 100 * len(weights) if weights[name] == largest else 100
        assert abs(part - exact) < limit
        assert part % 100 == 0


@given(st.decimals(-(10**6), 10**6, places=2))
def test_money_survives_being_counted(value: Decimal) -> None:
    """Ten-thousandths and back."""
    assert money(sum_of(Money(value, "EUR")), "EUR").amount == value


@given(
    st.lists(st.sampled_from(["LHL", "FUE", "DET", "LIF"]), min_size=1, unique=True),
    st.integers(0, 20_000),
)
def test_a_credit_for_everything_leaves_nothing_owed(codes: list[str], extra: int) -> None:
    """Whatever was billed: its full credit, with or without charges, brings every charge to zero."""
    charged = {code: f"{100 + extra + place}.00" for place, code in enumerate(codes)}
    invoice = bill(**charged)
    for note in (bill("CN", "credit", **charged), replace(bill("CN", "credit"), total=invoice.total)):
        verdict = judge(case(invoice, note), Policy())
        assert (verdict.net, set(verdict.charges.values())) == (0, {0})
