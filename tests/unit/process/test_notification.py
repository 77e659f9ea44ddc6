"""Who is told what of an order, when, and when not (domain.md §9.6, mission.md W-10)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdock.canonical.catalogue import EVENT_TYPES
from crossdock.canonical.envelope import Fact, Source, Subject
from crossdock.canonical.parts import Contact
from crossdock.canonical.vocabulary import Disposition, FactClass, Flag, Role
from crossdock.kernel.instant import Occurrence
from crossdock.process.notification.decide import Heard, Notice, Recipients, awake, notices
from crossdock.process.terms.notifications import DEFAULTS, NoticeRule, NotificationTerms

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
MAIL = Contact(kind="email", value="a@example.com", lang="de", consent=True)
PHONE = Contact(kind="sms", value="+31612345678", consent=True)
TO = Recipients("SO-1", (MAIL, PHONE), "NL")
TERMS = NotificationTerms(tz="Europe/Amsterdam")


class Said(msgspec.Struct):
    """What a fact says."""

    attempt_no: int = 0
    new_promise: datetime | None = None
    old_promise: datetime | None = None


def heard(
    kind: str,
    minute: float = 0,
    *,
    group: str = "WH/1",
    late_s: float = 1,
    disposition: Disposition = Disposition.APPLY,
    flags: tuple[Flag, ...] = (),
    retracts: str = "",
    said: Said | None = None,
) -> Heard:
    at = AT + timedelta(minutes=minute)
    fact = Fact(
        kind, Subject("shipment", "SHN"), Source(Role.SYNC, "x"), Occurrence(at), said or Said(), FactClass.ACT,
        f"{kind}|{group}|{minute}", 1, at, 1, at, retracts=retracts, flags=flags,
    )  # fmt: skip
    return Heard(fact, disposition, at + timedelta(seconds=late_s), group)


def called(*log: Heard, to: Recipients = TO, terms: NotificationTerms = TERMS) -> list[Notice]:
    return notices(log, to, terms)


def rules(*log: Heard) -> list[str]:
    return [one.rule for one in called(*log)]


def test_default_rules_name_facts_that_exist() -> None:
    assert {kind for rule in DEFAULTS for kind in (*rule.on, *rule.unless)} <= EVENT_TYPES.keys()


@pytest.mark.proves("W-10.1", "W-10.5")
def test_a_fact_is_one_notice_in_the_recipients_language() -> None:
    (found,) = called(heard("shipment.handed_over"))
    assert (found.rule, found.channel, found.recipient, found.lang) == ("shipped", "email", "SO-1/contact/0", "de")
    assert "example.com" not in msgspec.json.encode(found).decode(), "addresses stand in no notice"


@pytest.mark.proves("W-10.2")
def test_one_notice_a_shipment_and_one_an_attempt_however_often_it_is_said() -> None:
    assert rules(heard("shipment.handed_over"), heard("shipment.handed_over", 5)) == ["shipped"]
    twice = [heard("delivery.failed", minute, said=Said(attempt_no=1)) for minute in (0, 3)]
    assert sorted(rules(*twice)) == ["failed", "failed_sms"]
    again = heard("delivery.failed", 60, said=Said(attempt_no=2))
    assert sorted(rules(*twice, again)) == ["failed", "failed", "failed_sms", "failed_sms"]


@pytest.mark.proves("W-10.2")
@pytest.mark.parametrize(
    "one",
    [
        heard("shipment.handed_over", disposition=Disposition.RECORD),
        heard("shipment.handed_over", disposition=Disposition.SUPPRESS),
        heard("shipment.handed_over", disposition=Disposition.HOLD),
        heard("shipment.handed_over", flags=(Flag.INFERRED,)),
        heard("shipment.handed_over", late_s=6 * 3600 + 1),
        heard("shipment.delivered", late_s=48 * 3600 + 1),
    ],
)
def test_what_is_never_told(one: Heard) -> None:
    assert called(one) == []


@pytest.mark.proves("notify_max_age")
def test_old_news_is_told_of_a_delivery_for_two_days_and_of_nothing_else_after_six_hours() -> None:
    assert called(heard("shipment.handed_over", late_s=6 * 3600))
    (found,) = called(heard("shipment.delivered", late_s=47 * 3600))
    assert found.until - found.due == timedelta(hours=48)


def test_nobody_is_told_without_leave() -> None:
    silent = msgspec.structs.replace(TO, contacts=(msgspec.structs.replace(MAIL, consent=False),))
    assert called(heard("shipment.handed_over"), to=silent) == []


def test_a_departure_is_told_after_four_hours_where_no_handover_was_confirmed() -> None:
    left = heard("shipment.departed", flags=(Flag.INFERRED,))
    (found,) = called(left)
    assert found.due == AT + timedelta(hours=4)
    assert rules(left, heard("shipment.handed_over", 30)) == ["shipped"]
    assert sorted(rules(left, heard("shipment.handed_over", 300))) == ["departed", "shipped"]


def test_what_comes_within_the_window_joins_the_first() -> None:
    first, second, third = (heard("order.released", minute) for minute in (0, 14, 16))
    one, two = called(first, second, third)
    assert (one.values["count"], one.due) == ("2", AT + timedelta(minutes=15))
    assert two.values["count"] == "1"


def test_a_promise_is_told_when_it_moved_by_four_hours_since_it_was_told() -> None:
    def moved(minute: int, hours: float) -> Heard:
        said = Said(old_promise=AT, new_promise=AT + timedelta(hours=hours))
        return heard("order.promise_changed", minute, said=said)

    assert called(moved(0, 3.9)) == []
    assert len(called(moved(0, 5), moved(60, 8), moved(120, 10))) == 2


@pytest.mark.parametrize(
    ("hour", "expected"),
    [(5, 1 * 24 + 5), (4, 1 * 24 + 5), (12, 24 + 12), (19, 2 * 24 + 5), (23, 2 * 24 + 5)],
)
def test_nobody_is_woken_at_night(hour: int, expected: int) -> None:
    midnight = datetime(2026, 6, 2, tzinfo=UTC)
    told = awake(midnight + timedelta(hours=hour), "NL", TERMS)
    assert told == datetime(2026, 6, 1, tzinfo=UTC) + timedelta(hours=expected), "07:00 in Amsterdam is 05:00 UTC"


def test_only_what_rings_waits_for_the_morning() -> None:
    night = [heard("delivery.out_for_delivery", 10 * 60), heard("shipment.delivered", 10 * 60)]
    due = {one.rule: one.due for one in called(*night)}
    assert due["out_for_delivery"] == datetime(2026, 6, 2, 5, tzinfo=UTC)
    assert due["delivered"] == night[1].recorded


def test_a_fact_taken_back_is_corrected_where_it_was_told_and_not_told_where_it_was_not() -> None:
    gone = heard("shipment.delivered")
    back = heard("tracking.retracted", 60, retracts=gone.fact.key)
    told, corrected = called(gone, back)
    assert (corrected.template, corrected.values["told"]) == ("correction", "delivered")
    assert corrected.due > told.due
    released = heard("order.released")
    assert called(released, heard("tracking.retracted", 5, retracts=released.fact.key)) == []


@given(st.permutations([heard("order.released", minute) for minute in (0, 5, 20, 21, 90)]))
def test_any_order_of_arrival_gives_the_same_notices(log: list[Heard]) -> None:
    assert called(*log) == called(*sorted(log, key=lambda one: one.fact.at))


@pytest.mark.proves("W-10.4")
def test_a_project_writes_its_own_rules_and_wrong_ones_are_refused() -> None:
    text = (
        b'{"rules": [{"id": "x", "on": ["pod.accepted"], "template": "pod", "channel": "webhook"}], "tz": "Asia/Tokyo"}'
    )
    terms = msgspec.json.decode(text, type=NotificationTerms)
    assert terms.rules == (NoticeRule("x", ("pod.accepted",), "pod", channel="webhook"),)
    for wrong in (
        b'{"tz": "Mars"}',
        b'{"quiet_begin": "06:00"}',
        b'{"rules": [{"id": "X!", "on": [], "template": "t"}]}',
    ):
        with pytest.raises(msgspec.ValidationError):
            msgspec.json.decode(wrong, type=NotificationTerms)
