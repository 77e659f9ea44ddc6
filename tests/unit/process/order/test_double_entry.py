"""The quantity ledger in two legs: zero in sum, and every dropped or doubled document is one gap with its name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from crossdock.process.order.double_entry import Gap, gaps, postings
from crossdock.process.order.state import Group, Line, OrderState, Slip
from crossdock.process.postings import balances

GROUP = "WH-NL1/1"
Contents = dict[str, dict[str, int]]
Door = dict[str, dict[str, tuple[int, int, int]]]


def order(packages: Contents, handovers: Contents, attempts: Door, *, stage: str = "DELIVERED") -> OrderState:
    """40 of line 10 and 10 of line 20, released and picked."""
    slips = {"10": Slip(40, 40, 40), "20": Slip(10, 10, 10)}
    group = Group(stage, slips, packages=packages, handovers=handovers, attempts=attempts)
    return OrderState(
        state="EXECUTING", lines={"10": Line("IT-10", "EA", 40), "20": Line("IT-20", "EA", 10)}, groups={GROUP: group}
    )


PACKED = {"P1": {"10": 25}, "P2": {"10": 15, "20": 10}}
SHIPPED = {"HO-1": {"10": 25}, "HO-2": {"10": 15, "20": 10}}
DELIVERED = {"1": {"10": (40, 0, 0), "20": (8, 1, 1)}}
COMPLETE = order(PACKED, SHIPPED, DELIVERED)


def without(documents: Contents, gone: str) -> Contents:
    """All but one."""
    return {name: lines for name, lines in documents.items() if name != gone}


@pytest.mark.proves("RC-04", "RC-09")
def test_a_complete_release_has_no_gap() -> None:
    """Refused and damaged quantities have ended too."""
    assert gaps(COMPLETE) == ()
    left = {
        account.name: amount
        for line in ("10", "20")
        for account, amount in balances(postings(COMPLETE, line)).items()
        if amount and account.name not in ("customer", "delivered", "refused", "damaged")
    }
    assert left == {}


@pytest.mark.parametrize(
    ("state", "gap"),
    [
        (order(without(PACKED, "P2"), SHIPPED, DELIVERED), Gap(GROUP, "packed", "", {"10": -15, "20": -10})),
        (order(PACKED, without(SHIPPED, "HO-1"), DELIVERED), Gap(GROUP, "shipped", "", {"10": -25})),
        (order(PACKED, SHIPPED, {}), None),
        (order({**PACKED, "P9": PACKED["P1"]}, SHIPPED, DELIVERED), Gap(GROUP, "packed", "P9", {"10": 25})),
        (order(PACKED, {**SHIPPED, "HO-9": SHIPPED["HO-2"]}, DELIVERED),
         Gap(GROUP, "shipped", "HO-9", {"10": 15, "20": 10})),
        (order(PACKED, SHIPPED, {**DELIVERED, "2": DELIVERED["1"]}), Gap(GROUP, "ended", "2", {"10": 40, "20": 10})),
        (order(PACKED, SHIPPED, {"1": {"10": (40, 0, 0)}}), Gap(GROUP, "ended", "", {"20": -10})),
    ],
    ids=["pack missing", "hand-over missing", "delivery to come", "pack twice", "hand-over twice", "delivery twice",
         "a line missing at the door"],
)  # fmt: skip
@pytest.mark.proves("RC-04")
def test_one_document_is_one_gap(state: OrderState, gap: Gap | None) -> None:
    """Its account, its name where it has one, and its quantities by line."""
    assert gaps(state) == (() if gap is None else (gap,))


def test_work_that_goes_on_is_no_gap() -> None:
    """Picked and half packed; a warehouse that reports no packages skips that account."""
    half = {"P1": {"10": 25}}
    assert gaps(order(half, {}, {}, stage="PICKED")) == ()
    bare = order({}, {"HO-1": {"10": 40, "20": 10}}, DELIVERED)
    assert gaps(bare) == ()
    assert sum(balances(postings(bare, "10")).values()) == 0


def test_a_short_shipment_is_said_once() -> None:
    """Less left than was packed, and what left arrived."""
    less = {"HO-1": {"10": 38, "20": 10}}
    assert gaps(order(PACKED, less, {"1": {"10": (38, 0, 0), "20": (10, 0, 0)}})) == (
        Gap(GROUP, "shipped", "", {"10": -2}),
    )


amounts = st.integers(0, 60)


@given(
    st.dictionaries(st.sampled_from(["P1", "P2", "P3"]), st.dictionaries(st.sampled_from(["10", "20"]), amounts)),
    st.dictionaries(st.sampled_from(["HO-1", "HO-2"]), st.dictionaries(st.sampled_from(["10", "20"]), amounts)),
    st.dictionaries(st.sampled_from(["1", "2"]), st.dictionaries(st.just("10"), st.tuples(amounts, amounts, amounts))),
    st.dictionaries(st.sampled_from(["C1", "C2"]), amounts),
)
def test_all_accounts_come_to_zero(
    packages: Contents, handovers: Contents, attempts: Door, gone: dict[str, int]
) -> None:
    """Whatever the documents say."""
    state = order(packages, handovers, attempts)
    state = replace(state, lines={**state.lines, "10": replace(state.lines["10"], cancels=gone)})
    for line in state.lines:
        assert sum(balances(postings(state, line)).values()) == 0


@given(st.sampled_from(["P1", "P2", "HO-1", "HO-2"]), st.booleans())
@pytest.mark.proves("RC-04")
def test_dropping_or_doubling_any_document_is_exactly_one_gap(document: str, doubled: bool) -> None:
    """peers.md 3.10."""
    packed, shipped = dict(PACKED), dict(SHIPPED)
    documents = packed if document.startswith("P") else shipped
    if doubled:
        documents["AGAIN"] = documents[document]
    else:
        del documents[document]
    (gap,) = gaps(order(packed, shipped, DELIVERED))
    assert gap.document == ("AGAIN" if doubled else "")
    assert gap.account == ("packed" if document.startswith("P") else "shipped")
