"""Variants of the worked example, one test each (domain.md §10.3, last paragraph)."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
import pytest

from crossdock.canonical.events import order as erp
from crossdock.canonical.parts import LineQuantity
from crossdock.testing.golden import said
from crossdock.testing.golden.cast import ORDER, SHN, qty, when
from crossdock.testing.golden.play import ORDER_IDENT, Player, named, upto, without
from crossdock.testing.golden.trace import TRACE, Row, row


def told_at(played: Player, name: str) -> list[datetime]:
    """When what the order was told or concluded under that name happened."""
    store = played.world.store
    (order,) = [row.id for row in store.dossiers.values() if row.ident == ORDER_IDENT]
    return sorted(one.occurred for one in store.events.values() if (one.type, one.dossier) == (name, order))


@pytest.mark.proves("§10(a)")
async def test_a_confirmation_before_the_carriers_scan_needs_no_hold() -> None:
    early = named("R43")._replace(received=when("02 14:01"))
    played = await Player().play((*upto("R34"), early, named("R35"), named("R36"), named("R37")))
    scan = played.seen["R37"]
    assert (scan.disposition, scan.taken["SHP-12 IN_TRANSIT"]) == ("APPLY", 1)
    assert played.seen["R43"].taken["SHP-10 HANDED_OVER"] == 1
    await played.play(without(*[one.name for one in upto("R37")], "R38", "R39", "R40", "R43"))
    assert "WHS-08" not in played.opened()
    assert played.stands()["ORD"] == "COMPLETED"


@pytest.mark.proves("§10(c)", "CUS-07", "CD-24", "BS-35")
async def test_gone_without_release_is_a_breach() -> None:
    played = await Player().play(one for one in upto("R39") if one.name != "R32")
    seen = played.seen["R39"]
    assert "CUS-07" in {code for code, _, opened in seen.cases if opened}
    assert seen.tiles is not None
    assert seen.tiles.parts["WH-NL1/1"].compliance.id == "BS-35"


@pytest.mark.proves("§10(d)", "WHS-09")
async def test_less_shipped_than_packed_is_applied_and_finance_waits() -> None:
    less = named("R43")._replace(payload=said.late_945(88))
    rows = [less if one.name == "R43" else one for one in TRACE if one.name not in ("R44a", "R54", "R55", "R56")]
    played = await Player().play(rows[: rows.index(less) + 1])
    assert "WHS-09" in {code for code, _, _ in played.world.store.cases}
    assert played.stands()["FON"] == "HANDED_OVER"
    assert played.stands()["BLN"] == "BLOCKED"
    proof = [one for one in rows if one.name in ("R52", "R53")] + [named("R55")]
    await played.play(proof)
    assert "WH-NL1" not in str(played.commands("request_invoice"))


@pytest.mark.proves("§10(e)", "CSR-08", "tm_backorder_review")
async def test_a_backorder_nobody_ends_keeps_the_order_open_until_somebody_is_asked() -> None:
    played = await Player().play(without("R54"))
    assert played.stands()["ORD"] == "EXECUTING"
    before = when("01 12:40") + timedelta(days=14)
    await played.world.pass_time(before - timedelta(minutes=1))
    assert "CSR-08" not in played.opened()
    await played.world.pass_time(before + timedelta(minutes=1))
    assert "CSR-08" in {code for code, _, _ in played.world.store.cases}


@pytest.mark.proves("§10(f)", "FIN-10")
async def test_the_same_invoice_again_is_suppressed_and_under_another_number_held() -> None:
    again = row("again", "09 09:10", "09 09:00", "tms1", SHN, said.claim(), disposition="SUPPRESS")
    other = row("other", "09 09:20", "09 09:15", "tms1", SHN, said.claim("NV-INV-30092"))
    played = await Player().play((*upto("R57"), again, other))
    assert played.seen["again"].disposition == "SUPPRESS"
    assert "FIN-10" not in {code for code, _, _ in played.seen["again"].cases}
    assert "FIN-10" in {code for code, _, _ in played.world.store.cases}


def refused(played: Player) -> tuple[str, list[tuple[str, str]], list[str]]:
    """The stage, the lines and the alternatives of the one refusal there is."""
    bodies = [one.body for one in played.world.store.events.values() if one.type == "order.cancel_rejected"]
    (payload,) = [msgspec.json.decode(body)["payload"] for body in bodies]
    lines = [(line["line"], line["qty"]["value"]) for line in payload["qty_refused"]]
    return payload["stage"], lines, payload["alternatives"]


def cancel(received: str, *lines: tuple[str, int]) -> Row:
    """The customer gives up the order, or lines of it."""
    scope = tuple(LineQuantity(line, qty(amount)) for line, amount in lines)
    wish = erp.OrderCancelRequested(request_id="CR-1", reason="not needed", scope=scope)
    return row("cancel", received, received, "erp1", ORDER, wish)


@pytest.mark.proves("§10(g)", "CX-05", "CX-04")
async def test_the_whole_order_given_up_after_acceptance_by_customs_is_withdrawn_there_first() -> None:
    played = await Player().play((*upto("R25"), cancel("01 14:30")))
    commands = played.seen["cancel"].commands
    assert "cancel_declaration" in commands
    released = [one["warehouse"] for one in played.commands("cancel_fulfilment_order")]
    assert released == ["WH-GB1"]
    assert played.stands()["ORD"] == "CANCEL_PENDING"


@pytest.mark.proves("§10(g)", "CX-08")
async def test_a_line_out_for_delivery_may_be_recalled() -> None:
    """A person decides whether the vehicle is called back; until then it is out."""
    played = await Player().play((*upto("R28"), cancel("02 07:00", ("30", 5))))
    assert refused(played) == ("CX-08", [("30", "5")], ["recall", "return"])
    assert ("WHS-10", "SO-100234/WH-GB1/1", True) in played.seen["cancel"].cases
    assert played.stands()["SHG"] == "OUT_FOR_DELIVERY"


@pytest.mark.proves("§10(g)", "CX-07", "WHS-10")
async def test_a_line_that_left_unconfirmed_is_asked_for_at_the_warehouse_and_once_confirmed_refused() -> None:
    """CX-07: nobody has confirmed yet that the goods are gone (decision record 0024)."""
    played = await Player().play((*upto("R41"), cancel("03 01:30", ("10", 40))))
    assert ("WHS-10", True) in {(code, opened) for code, _, opened in played.seen["cancel"].cases}
    confirmed = await Player().play((*upto("R43"), cancel("03 05:30", ("10", 40))))
    assert refused(confirmed) == ("CX-07", [("10", "40")], ["intercept", "return"])


@pytest.mark.proves("§10(h)")
async def test_a_proof_before_the_delivery_waits_and_then_speaks_for_it() -> None:
    proof = named("R55")._replace(received=when("04 10:25"))
    played = await Player().play((*upto("R52"), proof))
    assert played.seen["R55"].disposition == "HOLD"
    wait = row("wait", "04 12:26", "04 12:26", "", SHN, None)
    await played.play([wait])
    assert played.stands()["SHN"] == "CLOSED"
    assert told_at(played, "shipment.delivered") == [when("03 08:20"), when("04 10:22")]


@pytest.mark.proves("§10(b)", "TS-12", "BS-14")
async def test_a_scan_from_a_clock_two_hours_ahead_takes_its_place_by_receipt() -> None:
    """16:05Z, received at 14:18: it waits from then on, and all ends as if the zone had been right."""
    ahead = [named(name)._replace(occurred=when("02 16:05")) for name in ("R37", "R38")]
    rows = [next((one for one in ahead if one.name == each.name), each) for each in TRACE]
    played = await Player().play(rows[: rows.index(named("R39")) + 1])
    assert [played.seen[name].disposition for name in ("R37", "R38")] == ["HOLD", "SUPPRESS"]
    assert played.seen["R39"].taken["SHP-13 IN_TRANSIT"] == 1, "half an hour from its receipt"
    assert played.stands()["SHN"] == "IN_TRANSIT"
    assert "INT-08" not in played.opened()
    await played.play(rows[rows.index(named("R39")) + 1 :])
    plain = await Player().play(TRACE)
    assert played.stands() == plain.stands()
    assert "INT-08" not in played.opened()
