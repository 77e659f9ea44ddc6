"""214 to tracking.milestone (domain.md §4.3)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crossdock.canonical.events.tracking import TrackingMilestone
from crossdock.connectors.x12.codes import APPOINTMENT, STATUS
from tests.connectors.x12.kit import Told, context, file, idents, reply, tell_214

B10 = "B10*NV7745120*SHP-88001*NVTR"
MS1 = "MS1*VENLO**NL"


def status(code: str, **extra: str) -> str:
    return f"AT7*{code}*{extra.get('reason', 'NS')}***20260602*{extra.get('time', '1605')}*{extra.get('zone', '')}"


def seen(told: Told) -> list[TrackingMilestone]:
    payloads = [fact.payload for fact in told.facts]
    assert all(isinstance(payload, TrackingMilestone) for payload in payloads)
    return payloads  # type: ignore[return-value]


def test_r37_of_the_worked_example() -> None:
    told = tell_214(B10, "L11*BOL-88001*BM", "LX*1", status("AF"), MS1, "L11*1*QN")
    (fact,) = told.facts
    assert told.findings == []
    assert fact.key == "tracking.milestone|SHP-88001|DEPARTED_ORIGIN|stop1|c1|2026-06-02T14:05Z|CAR"
    assert idents(fact) == ["shipment||SHP-88001", "load||SHP-88001", "pro|NVTR|NV7745120", "bol||BOL-88001"]
    assert (fact.occurred.quality, fact.occurred.tz) == ("location", "Europe/Amsterdam")
    assert (fact.source.message_id, fact.source.message_type) == ("000000431", "X12 214 004010")
    assert "ST 0001 / segment 5 AT7-01 (byte " in told.decoded.facts[0].where


def test_one_fact_an_at7_with_the_place_and_unit_behind_it() -> None:
    told = tell_214(
        B10, "LX*1", status("X3"), MS1, "MS2*NVTR*TR-9", status("CP", time="1700"), "LX*2", status("AF", time="1710")
    )
    assert [one.milestone for one in seen(told)] == ["ARRIVED_PICKUP", "LOADED", "DEPARTED_ORIGIN"]
    assert [one.location.key if one.location else "" for one in seen(told)] == ["VENLO", "", ""]
    assert idents(told.facts[0])[-1] == "container||TR-9"


def test_references_hold_for_the_set_or_for_their_loop_only() -> None:
    told = tell_214(
        B10,
        "L11*PO-1*PO",
        "LX*1",
        status("D1"),
        "L11*SO-1*SO",
        "MAN*GM*00387123450000001019",
        "LX*2",
        status("D1", time="1700"),
        "L11*L-2*LO",
    )
    first, second = (idents(fact)[3:] for fact in told.facts)
    assert first == ["po||PO-1", "order||SO-1", "sscc||387123450000001019"]
    assert second == ["po||PO-1", "load||L-2"]
    assert seen(told)[0].packages == ("387123450000001019",)


def test_statuses_outside_any_loop_are_taken() -> None:
    told = tell_214(B10, status("D1", zone="UT"), MS1)
    assert [one.milestone for one in seen(told)] == ["DELIVERED"]


@pytest.mark.parametrize("code", sorted(STATUS))
def test_every_listed_status_makes_a_fact_of_its_class(code: str) -> None:
    (fact,) = tell_214(B10, "LX*1", status(code, zone="UT")).facts
    assert fact.payload.milestone == STATUS[code].milestone  # type: ignore[attr-defined]
    assert fact.cls is STATUS[code].cls


@pytest.mark.parametrize("code", sorted(APPOINTMENT))
def test_every_listed_appointment_is_a_checkpoint_of_its_class(code: str) -> None:
    (fact,) = tell_214(B10, "LX*1", f"AT7***{code}*NA*20260604*1000*UT").facts
    assert (fact.payload.milestone, fact.cls) == ("CHECKPOINT", APPOINTMENT[code].cls)  # type: ignore[attr-defined]


def test_x9_is_told_by_its_element() -> None:
    (arrival,) = seen(tell_214(B10, "LX*1", status("X9", zone="UT")))
    (appointment,) = seen(tell_214(B10, "LX*1", "AT7***X9*NA*20260604*1000*UT"))
    assert (arrival.milestone, appointment.milestone) == ("ARRIVED_FACILITY", "CHECKPOINT")


def test_an_estimate_occurs_when_it_is_made_and_names_the_time_it_announces() -> None:
    (fact,) = tell_214(B10, "LX*1", "AT7*AG*NS***20260604*1000*UT", tz="UTC").facts
    assert (fact.cls, fact.at) == ("EST", datetime(2026, 6, 2, 15, 58, tzinfo=UTC))
    assert fact.payload.estimate == datetime(2026, 6, 4, 10, tzinfo=UTC)  # type: ignore[attr-defined]


def test_a_partner_may_mean_something_else_by_a_code() -> None:
    (default,) = seen(tell_214(B10, "LX*1", status("X6", zone="UT")))
    (own,) = seen(tell_214(B10, "LX*1", status("X6", zone="UT"), milestones={"X6": "OUT_FOR_DELIVERY"}))
    assert (default.milestone, own.milestone) == ("DEPARTED_FACILITY", "OUT_FOR_DELIVERY")


def test_mdm03_an_unknown_status_goes_to_review_and_the_others_apply() -> None:
    body = file("214", B10, "LX*1", status("QQ", zone="UT"), status("D1", zone="UT"))
    told = tell_214(B10, "LX*1", status("QQ", zone="UT"), status("D1", zone="UT"))
    assert [one.milestone for one in seen(told)] == ["DELIVERED"]
    (finding,) = told.findings
    assert (finding.code, finding.severity) == ("MDM-03", "error")
    assert "'QQ'" in finding.detail
    assert "segment 4 AT7-01" in finding.where
    assert ["AK4", "1", "", "7", "QQ"] in reply(body, context())
    assert ["AK5", "E", "5"] in reply(body, context())


def test_an_unknown_reason_is_told_and_the_status_applies() -> None:
    told = tell_214(B10, "LX*1", status("SD", reason="Q7", zone="UT"))
    assert seen(told)[0].reason == "unknown"
    assert [(finding.code, finding.severity) for finding in told.findings] == [("MDM-03", "warning")]


def test_reasons_are_normalised_and_nothing_wrong_is_no_reason() -> None:
    told = tell_214(B10, "LX*1", status("AH", reason="AQ", zone="UT"), status("D1", zone="UT", time="1700"))
    assert [(one.reason, one.raw.reason) for one in seen(told)] == [("consignee.unavailable", "AQ"), ("", "NS")]


def test_a_partial_unload_says_so() -> None:
    assert seen(tell_214(B10, "LX*1", status("D2", zone="UT")))[0].partial


def test_ts05_without_a_place_the_end_of_the_way_is_asked() -> None:
    parties = ("N1*SF*US", "N4*VENLO**5900*NL", "N1*ST*THEM", "N4*LONDON**N1 9GU*GB")
    told = tell_214(B10, *parties, "LX*1", status("AF"), status("D1", time="1705"), tz="America/New_York")
    assert [fact.at.hour for fact in told.facts] == [14, 16]
    assert told.findings == []


def test_mdm05_when_nobody_tells_the_zone_the_partners_is_assumed() -> None:
    told = tell_214(B10, "LX*1", status("P1"), tz="America/New_York")
    assert (told.facts[0].at.hour, told.facts[0].occurred.quality) == (20, "assumed")
    assert [(finding.code, finding.severity) for finding in told.findings] == [("MDM-05", "warning")]


def test_degrees_become_a_point() -> None:
    (one,) = seen(tell_214(B10, "LX*1", status("X4", zone="UT"), "MS1****0914726*0431836*W*N"))
    assert one.location is not None
    assert one.location.geo is not None
    assert (str(one.location.geo.lat), str(one.location.geo.lon)) == ("43.310000", "-91.790556")


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (("LX*1", status("AF")), "X12-720-3"),
        ((B10, "LX*1"), "X12-720-3"),
        (("B10***NVTR", status("AF")), "X12-723-2"),
        (("B10*P*S", status("AF")), "X12-723-1"),
        (("B10*SHP-1*ABCD*PRO123", status("AF")), "X12-723-5"),
        ((B10, "AT7*AF*NS***20260231*1605"), "X12-723-8"),
        ((B10, "AT7*AF*NS***20260602*2605"), "X12-723-9"),
        ((B10, "AT7*AF*NS"), "X12-723-2"),
        ((B10, "AT7*****20260602*1605"), "X12-723-2"),
    ],
)
def test_a_set_with_an_error_makes_no_fact_at_all(rows: tuple[str, ...], code: str) -> None:
    told = tell_214(*rows, status("D1", zone="UT") if "LX*1" not in rows else "K1*X")
    assert told.facts == []
    assert code in told.codes


def test_the_scac_may_come_from_the_settings() -> None:
    told = tell_214("B10*P*S", "LX*1", status("AF", zone="UT"), scac="NVTR")
    assert "pro|NVTR|P" in idents(told.facts[0])


@pytest.mark.parametrize(("number", "stop"), [("2", 2), ("0", None), ("X", None), ("9" * 5000, None)])
def test_a_stop_number_that_is_none_is_left_out(number: str, stop: int | None) -> None:
    assert seen(tell_214(B10, "LX*1", status("AF", zone="UT"), f"L11*{number}*QN"))[0].stop_seq == stop
