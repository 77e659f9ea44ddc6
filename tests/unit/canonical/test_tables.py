"""The small tables: milestones, exceptions, retries, reasons, references (domain.md §0.6, §1.8, §4, §5)."""

from __future__ import annotations

import pytest

from crossdock.canonical.envelope import Reference
from crossdock.canonical.exceptions import EXCEPTION_TYPES, QUEUES
from crossdock.canonical.milestones import RUNGS, URGENT, Chain, Milestone
from crossdock.canonical.reasons import REASONS, UNKNOWN, reason_type
from crossdock.canonical.references import LINKS, SCHEMES, ident, strength, strongest_first
from crossdock.canonical.retry import LATENCY, RETRY, wait_s
from crossdock.canonical.vocabulary import Priority, Severity


def rank(milestone: Milestone) -> int:
    return RUNGS[milestone].rank


def test_every_milestone_has_its_rung() -> None:
    assert set(RUNGS) == set(Milestone)
    assert set(URGENT) < set(Milestone)


def test_the_physical_chain_runs_from_release_to_the_carriers_departure() -> None:
    physical = [one for one, rung in RUNGS.items() if rung.chain is Chain.PHYSICAL]

    assert physical == sorted(physical, key=rank)
    assert (physical[0], physical[-1]) == (Milestone.ORDER_RELEASED, Milestone.COMPLETED_DEPARTURE)
    assert rank(Milestone.HANDED_OVER) == 50 < rank(Milestone.DEPARTED_ORIGIN)
    assert rank(Milestone.DELIVERY_ATTEMPTED) < rank(Milestone.DELIVERED)


def test_only_facilities_and_borders_repeat_within_a_physical_cycle() -> None:
    repeating = {one for one, rung in RUNGS.items() if rung.repeats and rung.chain is Chain.PHYSICAL}

    assert repeating == {
        Milestone.ARRIVED_FACILITY,
        Milestone.DEPARTED_FACILITY,
        Milestone.RECEIVED_BY_PARTNER,
        Milestone.BORDER_CROSSED,
    }


def test_flags_have_no_rank_and_so_move_nothing() -> None:
    flags = [rung for rung in RUNGS.values() if rung.chain in {Chain.FLAG, Chain.NONE}]

    assert len(flags) == 10
    assert {rung.rank for rung in flags} == {0}


def test_every_case_has_a_queue_a_deadline_and_someone_to_act() -> None:
    for code, case in EXCEPTION_TYPES.items():
        assert case.queue in QUEUES, code
        assert case.ack_s > 0
        assert case.resolve_s > case.ack_s or code == "CUS-04"
        assert all(case.actions)
        assert case.rule


def test_all_cases_of_the_specification_are_there() -> None:
    counts = {queue: sum(case.queue == queue for case in EXCEPTION_TYPES.values()) for queue in QUEUES}

    assert counts == {"WHS": 14, "TRN": 16, "CUS": 10, "CSR": 8, "FIN": 11, "MDM": 6, "INT": 11}


@pytest.mark.parametrize(
    ("code", "severity", "ack_s", "resolve_s"),
    [
        ("WHS-08", Severity.S2, 1800, 14_400),
        ("CUS-07", Severity.S1, 900, 14_400),
        ("FIN-02", Severity.S4, 2 * 86_400, 10 * 86_400),
        ("INT-10", Severity.S2, 300, 3600),
    ],
)
def test_a_case_has_the_severity_and_times_of_the_specification(
    code: str, severity: Severity, ack_s: int, resolve_s: int
) -> None:
    case = EXCEPTION_TYPES[code]

    assert (case.severity, case.ack_s, case.resolve_s) == (severity, ack_s, resolve_s)


def test_the_more_urgent_is_tried_again_sooner_and_escalated_sooner() -> None:
    policies = [RETRY[priority] for priority in Priority]

    assert [policy.cap_s for policy in policies] == [60, 60, 300, 1800]
    assert [policy.escalate_after_s for policy in policies] == [600, 600, 3600, 86_400]
    assert [LATENCY[priority].p95_s for priority in Priority] == [5, 30, 120, 900]


def test_waits_double_up_to_the_cap_and_stay_there() -> None:
    assert [wait_s(Priority.P1, attempt) for attempt in (1, 2, 3, 6, 7, 8)] == [1, 2, 4, 32, 60, 60]
    assert wait_s(Priority.P3, 10_000) == 1800


def test_a_reason_says_whom_it_counts_against() -> None:
    closed, mechanical = reason_type("consignee.closed"), reason_type("carrier.mechanical")

    assert closed is not None
    assert closed.counts_against == "not carrier"
    assert mechanical is not None
    assert mechanical.counts_against == "carrier"
    assert len(REASONS) == 36


@pytest.mark.parametrize("name", [UNKNOWN, "", "carrier", "carrier.gremlins"])
def test_what_nobody_mapped_counts_against_nobody(name: str) -> None:
    assert reason_type(name) is None


def test_our_own_id_decides_before_the_shipments_and_that_before_the_carriers() -> None:
    found = tuple(
        Reference(scheme, "1") for scheme in ("po", "sscc", "bol", "pro", "shipment", "new-fangled", "request")
    )

    assert [one.scheme for one in strongest_first(found)] == [
        "request",
        "shipment",
        "pro",
        "bol",
        "sscc",
        "po",
        "new-fangled",
    ]


def test_references_of_equal_strength_keep_the_sources_order() -> None:
    found = (Reference("sscc", "2"), Reference("sscc", "1"))

    assert strongest_first(found) == found


def test_no_two_schemes_are_equally_strong() -> None:
    assert len({scheme.strength for scheme in SCHEMES.values()}) == len(SCHEMES)
    assert strength(Reference("order", "SO-1")) == SCHEMES["order"].strength


def test_an_identifier_is_written_as_a_reference_writes_it() -> None:
    assert ident("pro", "NV1", "NVTR") == Reference("pro", "NV1", "NVTR").ident == "pro|NVTR|NV1"


def test_every_link_of_the_graph_is_there() -> None:
    assert [link.id for link in LINKS] == [f"CG-{number:02}" for number in range(1, 12)]
