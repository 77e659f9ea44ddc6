"""Swim lanes: everything at its place, in the order of time, led back to its cause."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec

from crossdock.app.queries import Fact, Trace
from crossdock.canonical.vocabulary import Disposition
from crossdock.ports.views import CaseView, CommandView
from crossdock.web.console.lanes import ITEMS_MAX, drawing

AT = datetime(2026, 6, 1, 8, tzinfo=UTC)


def fact(seq: int, by: str, minute: int, cause: str = "", kind: str = "order.approved") -> Fact:
    at = AT + timedelta(minutes=minute)
    return Fact(f"1.{seq}", kind, by, at, at, at, Disposition.APPLY, "order SO-1", msgspec.Raw(b"{}"), reason="why",
                cause=cause)  # fmt: skip


def command(cause: str) -> CommandView:
    return CommandView(
        7, 1, "wms1", "release_to_warehouse", "k", "o", cause, AT + timedelta(minutes=2), "delivered", 1, ""
    )


def case(code: str = "FIN-01") -> CaseView:
    return CaseView(5, code, "SO-1", "", 1, 1, "FIN", "+212.40", 1, AT + timedelta(minutes=3), "1.2")


def trace(*facts: Fact) -> Trace:
    return Trace("order||SO-1", 1, "ORD", (), facts, (command("1.1"),), (case(),))


def test_things_stand_in_the_order_of_time_each_in_the_lane_of_its_system() -> None:
    drawn = drawing(trace(fact(2, "crossdock", 1, "1.1"), fact(1, "erp1", 0)))
    assert [item.pick for item in drawn.items] == ["f1.1", "c7.1", "f1.2", "k5"]
    assert [lane.name for lane in drawn.lanes] == ["erp1", "wms1", "crossdock", "cases"]
    assert [item.x for item in drawn.items] == sorted({item.x for item in drawn.items})
    assert {item.who: item.y for item in drawn.items} == {lane.name: lane.y for lane in drawn.lanes}


def test_what_we_sent_stands_behind_its_cause_though_it_was_sent_later() -> None:
    drawn = drawing(trace(fact(1, "erp1", 0), fact(2, "wms1", 60), fact(3, "nvtr", 60 * 24)))
    assert [item.pick for item in drawn.items] == ["f1.1", "c7.1", "f1.2", "k5", "f1.3"]
    assert [day.at.day for day in drawn.days] == [1, 2]


def test_each_leads_back_to_its_cause() -> None:
    first, sent, second, opened = drawing(trace(fact(1, "erp1", 0), fact(2, "crossdock", 1, "1.1"))).items
    assert first.cause is None
    assert second.cause == (first.x, first.y)
    assert sent.cause == (first.x, first.y)
    assert opened.cause == (second.x, second.y)


def test_notes_about_money_are_left_out_for_who_may_not_see_it() -> None:
    told = trace(fact(1, "erp1", 0), fact(2, "nvtr", 1, kind="freight.invoiced"))
    assert [item.note for item in drawing(told).items] == ["why", "", "why", "+212.40"]
    assert [item.note for item in drawing(told, money=False).items] == ["why", "", "", ""]


def test_the_newest_are_drawn_where_there_are_too_many() -> None:
    drawn = drawing(Trace("order||SO-1", 1, "", (), tuple(fact(n, "erp1", n) for n in range(1, 400)), (), ()))
    assert (len(drawn.items), drawn.left_out) == (ITEMS_MAX, 99)
    assert drawn.items[-1].pick == "f1.399"


def test_days_that_would_be_written_over_each_other_are_one() -> None:
    told = Trace("order||SO-1", 1, "", (), (fact(1, "erp1", 0), fact(2, "erp1", 60 * 24)), (), ())
    assert [day.at.day for day in drawing(told).days] == [2]
