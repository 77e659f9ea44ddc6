"""Governance as code: every published contract is kept, and what breaks one is found and named (Y-43, peers.md 4)."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from crossdock.canonical.compatibility import Grade, changes
from crossdock.canonical.registry import Contract, Life, Published, broken, contracts, mistakes, published, rows_of
from crossdock.canonical.shapes import Field, Shape, read, shape, users, write

TODAY = date(2026, 11, 21)
NOW = shape()
WHERE = ("OrderApproved", "customer_po")
# A changed order is said as a whole order again.
CONTRACTS = ("events/order.approved", "events/order.changed")


def put(**change: object) -> Shape:
    """The shapes of today with one field of `order.approved` changed."""
    return {**NOW, WHERE: msgspec.structs.replace(NOW[WHERE], **change)}


def test_this_version_keeps_everything_that_was_published() -> None:
    assert published()
    assert broken() == {}


def test_the_registry_and_the_catalogue_say_the_same() -> None:
    assert list(mistakes(contracts(), TODAY)) == []


def test_a_shape_survives_being_kept() -> None:
    assert read(write(NOW)) == NOW


def test_a_struct_knows_the_contracts_it_is_part_of() -> None:
    used = users(NOW)
    assert used["OrderApproved"] == CONTRACTS
    assert {"events/order.approved", "events/invoice.posted"} <= set(used["Money"])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"type": "integer"}, "and is integer"),
        ({"required": not NOW[WHERE].required}, "now"),
        ({"bounds": ("maxLength=3",)}, "maxLength was"),
    ],
)
def test_what_narrows_a_promise_breaks_it(change: dict[str, object], told: str) -> None:
    wrong = broken(put(**change), [Published(1, NOW)])[1]
    assert any(told in one.detail for one in wrong)
    assert wrong[0].contracts == CONTRACTS


def test_a_field_that_is_gone_breaks_it_and_a_new_optional_one_does_not() -> None:
    without = {key: field for key, field in NOW.items() if key != WHERE}
    assert broken(without, [Published(1, NOW)])
    (change,) = changes(without, put(required=False))
    assert change.grade is Grade.COMPATIBLE
    (change,) = changes(without, put(required=True))
    assert change.grade is Grade.BREAKING


def test_a_code_list_may_grow_and_never_shrink() -> None:
    then = {("HoldType", ""): Field("HoldType", "", "enum", True, ("a", "b"))}
    more = {("HoldType", ""): Field("HoldType", "", "enum", True, ("a", "b", "c"))}
    assert [one.grade for one in changes(then, more)] == [Grade.COMPATIBLE]
    assert [one.grade for one in changes(more, then)] == [Grade.BREAKING]


def test_a_wider_bound_is_no_breach() -> None:
    bounds = ("maxLength=10",), ("maxLength=20",)
    narrow, wide = ({("A", "x"): Field("A", "x", "string", True, (), one)} for one in bounds)
    assert [one.grade for one in changes(narrow, wide)] == [Grade.COMPATIBLE]
    assert [one.grade for one in changes(wide, narrow)] == [Grade.BREAKING]


def row(**change: object) -> Contract:
    first = next(one for one in contracts() if one.contract == "events/order.approved")
    return msgspec.structs.replace(first, **change)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"state": Life.DRAFT}, "approve and activate it first"),
        ({"approved_by": ""}, "nobody approved it"),
        ({"state": Life.DEPRECATED}, "what takes its place"),
        ({"state": Life.DEPRECATED, "ends": date(2026, 1, 1), "instead": "x"}, "should have ended"),
        ({"state": Life.RETIRED}, "still spoken"),
        ({"version": 9}, "not registered"),
    ],
)
@pytest.mark.proves("Y-43")
def test_a_contract_out_of_its_life_is_named(change: dict[str, object], told: str) -> None:
    rows = [row(**change) if one.contract == "events/order.approved" else one for one in contracts()]
    assert any(told in one for one in mistakes(rows, TODAY))


def test_a_registry_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(ValueError, match="state"):
        rows_of("contract,version,state,owner,approved_by,since\nevents/x,1,alive,ERP,me,2026-01-01\n")
