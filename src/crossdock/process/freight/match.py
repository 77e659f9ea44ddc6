"""The three-way match (domain.md §3.6.1): accrued charge, executed shipment and carrier's documents. Pure.

The document is the carrier's claim; nothing here pays. Everything that fails is found, not only the first.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

from crossdock.process.freight.evidence import proven
from crossdock.process.freight.rating import converted, rate_between, tax_of
from crossdock.process.freight.state import Failing, FreightState, Paper
from crossdock.process.policy import Policy
from crossdock.process.sums import added, of_decimal, sum_of
from crossdock.process.terms.money import Tolerance

HEADER = "header"
# Rules whose failure means the document cannot be set against the case at all (FIN-03).
UNMATCHABLE = frozenset({"EXEC", "CURRENCY", "TAX", "SUM", "CARRIER"})


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """What a match came to: net of all documents, taxes beside it, and every failing test."""

    net: int
    taxes: int
    charges: dict[str, int]
    variance: int
    failing: tuple[Failing, ...]


def judge(state: FreightState, policy: Policy) -> Verdict:
    """Run every test."""
    papers, unconvertible = in_force(state, policy)
    charges = net_charges(state, papers)
    net = sum(charges.values())
    taxes = sum(sum_of(tax.amount) for paper in papers for tax in paper.taxes)
    variance = net - state.owed
    tolerance = policy.money.tolerance_of(state.carrier, state.customer)
    failing = (
        *(Failing(paper.no, "CURRENCY", paper.total) for paper in unconvertible),
        *execution_tests(state, papers, tolerance, policy),
        *paper_tests(state, papers),
        *charge_tests(state, charges, tolerance, policy),
        *header_test(variance, state.owed, tolerance),
    )
    return Verdict(net, taxes, charges, variance, tuple(failing))


# -- the documents ----------------------------------------------------------------------------------------------------


def in_force(state: FreightState, policy: Policy) -> tuple[list[Paper], list[Paper]]:
    """The documents that count, in the case's currency, and those no rate is known for.

    A corrected invoice takes the place of the invoices before it.
    """
    papers = list(state.papers.values())
    corrected = [place for place, paper in enumerate(papers) if paper.kind == "corrected"]
    last = corrected[-1] if corrected else 0
    standing = [
        paper for place, paper in enumerate(papers) if place >= last or paper.kind not in ("invoice", "corrected")
    ]
    good: list[Paper] = []
    bad: list[Paper] = []
    for paper in standing:
        in_ours = _converted(paper, state, policy)
        (bad if in_ours is None else good).append(in_ours or paper)
    return good, bad


def _converted(paper: Paper, state: FreightState, policy: Policy) -> Paper | None:
    contract = policy.money.contract_of(state.carrier)
    currency = state.currency or contract.currency or paper.currency
    if paper.currency == currency:
        return paper
    on = paper.date if contract.rate_date == "invoice" else contract.rate_date
    rate = rate_between(paper.currency, currency, on, policy)
    if rate is None:
        return None
    charges = {code: converted(amount, rate, currency) for code, amount in paper.charges.items()}
    total = converted(paper.total, rate, currency)
    if charges and not paper.taxes:
        # Each charge is rounded; what that leaves goes to the largest, so that the sum is the total.
        largest = max(charges, key=lambda code: (charges[code], code))
        charges[largest] += total - sum(charges.values())
    return msgspec.structs.replace(paper, currency=currency, total=total, charges=charges)


def net_charges(state: FreightState, papers: list[Paper]) -> dict[str, int]:
    """Charges by code, net of credit notes; a note without charges gives back what was contested, then the largest
    excess. What a resolved dispute owes us counts until its note is here."""
    billed = added(paper.charges for paper in papers if paper.kind != "credit")
    for paper in papers:
        if paper.kind == "credit":
            for code, amount in (paper.charges or _spread(state, billed, paper.total)).items():
                billed[code] = billed.get(code, 0) - amount
    given = sum(paper.total for paper in papers if paper.kind == "credit")
    agreed = sum(dispute.agreed for dispute in state.disputes.values())
    for code, amount in _spread(state, billed, max(agreed - given, 0)).items():
        billed[code] = billed.get(code, 0) - amount
    return billed


def _spread(state: FreightState, billed: dict[str, int], amount: int) -> dict[str, int]:
    contested = [code for dispute in state.disputes.values() for code in dispute.codes]
    excess = sorted(billed, key=lambda code: (state.accrued.get(code, 0) - billed[code], code))
    spread: dict[str, int] = {}
    for code in dict.fromkeys((*contested, *excess)):
        taken = min(amount, billed.get(code, 0))
        if taken > 0:
            spread[code] = taken
            amount -= taken
    return spread


# -- the tests --------------------------------------------------------------------------------------------------------


def execution_tests(state: FreightState, papers: list[Paper], tolerance: Tolerance, policy: Policy) -> list[Failing]:
    """Handed over as confirmed, not cancelled, delivered where the contract pays on delivery, weight as weighed."""
    done = state.execution
    fails: list[Failing] = []
    only_fee = bool(state.fee) and all(set(paper.charges) <= {"TON"} for paper in papers)
    if only_fee:
        return fails
    pays_on_delivery = policy.money.contract_of(state.carrier).accrual_trigger == "delivery"
    if done is None or not done.handed or done.cancelled or (pays_on_delivery and not done.delivered):
        fails.append(Failing(HEADER, "EXEC", 0))
    for paper in papers:
        if paper.kind == "credit":
            continue
        if done is not None and paper.weight_g and done.gross_g:
            allowed = Decimal(done.gross_g) * tolerance.weight_tol_pct / 100
            if abs(paper.weight_g - done.gross_g) > allowed:
                fails.append(Failing("weight", "EXEC", 0))
        if state.carrier and paper.carrier and paper.carrier != state.carrier:
            fails.append(Failing(paper.no, "CARRIER", paper.total))
    return fails


def paper_tests(state: FreightState, papers: list[Paper]) -> list[Failing]:
    """Lines add up to the total; taxes are exact to the minor unit."""
    fails: list[Failing] = []
    for paper in papers:
        net = sum(paper.charges.values())
        taxes = sum(sum_of(tax.amount) for tax in paper.taxes)
        if paper.charges and net + taxes != paper.total:
            fails.append(Failing(paper.no, "SUM", paper.total - net - taxes))
        if paper.kind == "credit":
            continue
        for tax in paper.taxes:
            owed = tax_of(tax, net)
            quoted = [sum_of(one.amount) for one in state.estimate if one.basis.lower() == tax.basis.lower()]
            right = owed if owed is not None else quoted[0] if quoted else None
            if right is None or right != sum_of(tax.amount):
                fails.append(Failing(paper.no, "TAX", sum_of(tax.amount) - (right or 0)))
    return fails


def charge_tests(state: FreightState, charges: dict[str, int], tolerance: Tolerance, policy: Policy) -> list[Failing]:
    """Each charge against its accrual; one without an accrual must be authorised or proven."""
    fails: list[Failing] = []
    for code in sorted({*charges, *state.accrued}):
        accrued, invoiced = state.accrued.get(code, 0), charges.get(code, 0)
        if invoiced == accrued or code in state.allowed:
            continue
        if not accrued:
            if invoiced > 0 and not authorised(state, code, policy) and not proven(state, code, invoiced, policy):
                fails.append(Failing(code, "UNAUTH", invoiced))
            continue
        limit = max(Decimal(of_decimal(tolerance.charge_floor)), accrued * tolerance.charge_pct / 100)
        if abs(invoiced - accrued) > limit:
            fails.append(Failing(code, "CHARGE", invoiced - accrued))
    return fails


def authorised(state: FreightState, code: str, policy: Policy) -> bool:
    """Agreed beforehand, by quote or contract; what an invoice says of itself authorises nothing."""
    quoted = any(charge.code.value == code and charge.authorised_by for charge in state.estimate)
    return quoted or code in policy.money.contract_of(state.carrier).authorised


def header_test(variance: int, accrued: int, tolerance: Tolerance) -> list[Failing]:
    """The net of all documents: within the floor, else within both limits of its sign."""
    if abs(variance) <= of_decimal(tolerance.header_floor):
        return []
    over = variance > 0
    absolute = of_decimal(tolerance.tol_pos_abs if over else tolerance.tol_neg_abs)
    share = tolerance.tol_pos_pct if over else tolerance.tol_neg_pct
    inside = accrued > 0 and abs(variance) <= absolute and Decimal(abs(variance)) * 100 <= share * accrued
    return [] if inside else [Failing(HEADER, "HEADER", variance)]
