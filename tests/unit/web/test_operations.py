"""Operators see what waits and what is stuck, and get it going again, always with a reason (I-34)."""

from __future__ import annotations

import pytest

from crossdock.app.access import Scope
from crossdock.canonical.vocabulary import Lane
from crossdock.ports.store import DeliveryRow, QuarantineRow, WaitingRow, WriteSet
from tests.unit.web.bench import NOW, Front, problem

REASON = {"reason": "mapped the code by hand"}


@pytest.fixture
async def busy(front: Front) -> Front:
    """A front with two of everything an operator looks at."""
    rows = WriteSet(
        waiting=[
            WaitingRow(f"w{n}", (f"pro||{n}",), "tracking.milestone", "CAR1", b"{}", "k", NOW, NOW, "no order yet")
            for n in (1, 2)
        ],
        quarantine=[
            QuarantineRow("q1", "WH1", b"{", NOW, "cannot be folded", "INT-02", 7, Lane.WAREHOUSE),
            QuarantineRow("q2", "WH1", b"{", NOW, "two owners", "INT-09"),
        ],
        deliveries=[
            DeliveryRow(n, 1, partner, "plan_shipment", f"p{n}", "SO-1", 1, "1.1", "", b"{}", NOW)
            for n, partner in ((1, "TMS1"), (2, "WH1"))
        ],
    )
    async with front.store.batch() as batch:
        await batch.write(rows)
    front.custody.kept |= {"q1", "q2"}
    front.desk.parked.add(1)
    return front


@pytest.mark.parametrize(
    ("path", "ids"),
    [
        ("/v1/waiting", ["w1", "w2"]),
        ("/v1/quarantine", ["q1", "q2"]),
        ("/v1/deliveries", [1, 2]),
        ("/v1/deliveries?partner=WH1", [2]),
        ("/v1/deliveries?partner=NOBODY", []),
    ],
)
async def test_lists_show_what_is_there(busy: Front, path: str, ids: list[object]) -> None:
    answer = await busy.http.get(path, headers=await busy.key("", Scope.OPERATIONS_READ))
    assert answer.status_code == 200, answer.text
    assert [one["id"] for one in answer.json()["items"]] == ids


@pytest.mark.parametrize("path", ["/v1/waiting", "/v1/quarantine", "/v1/deliveries"])
async def test_lists_come_in_pages(busy: Front, path: str) -> None:
    key = await busy.key("", Scope.OPERATIONS_READ)
    first = (await busy.http.get(f"{path}?limit=1", headers=key)).json()
    second = (await busy.http.get(f"{path}?limit=1&cursor={first['next']}", headers=key)).json()
    third = (await busy.http.get(f"{path}?limit=1&cursor={second['next']}", headers=key)).json()
    assert len({str(page["items"][0]["id"]) for page in (first, second)}) == 2
    assert third == {"items": [], "next": ""}


async def test_quarantined_fact_is_released_or_skipped_with_reason_and_name(busy: Front) -> None:
    key = await busy.key("", Scope.OPERATIONS_WRITE)
    released = await busy.http.post("/v1/quarantine/q1/release", json=REASON, headers=key)
    assert released.json()["disposition"] == "APPLY"
    skipped = await busy.http.post("/v1/quarantine/q2/skip", json=REASON, headers=key)
    assert skipped.json() == {"state": "skipped"}
    prefix = key["authorization"].split("_")[1]
    assert busy.custody.log == [
        ("release", "q1", REASON["reason"], prefix),
        ("skip", "q2", REASON["reason"], prefix),
    ]
    gone = await busy.http.post("/v1/quarantine/q1/release", json=REASON, headers=key)
    assert "nothing is in quarantine as q1" in str(problem(gone, "not-found")["detail"])


async def test_partner_is_paused_with_a_reason_and_resumed(busy: Front) -> None:
    key = await busy.key("", Scope.OPERATIONS_WRITE)
    paused = await busy.http.post("/v1/partners/TMS1/pause", json=REASON, headers=key)
    assert paused.json() == {"state": "paused"}
    assert busy.desk.paused["TMS1"][0] == REASON["reason"]
    assert (await busy.http.post("/v1/partners/TMS1/resume", json=REASON, headers=key)).json() == {"state": "resumed"}
    assert busy.desk.paused == {}
    problem(await busy.http.post("/v1/partners/NOBODY/pause", json=REASON, headers=key), "not-found")
    problem(await busy.http.post("/v1/partners/NOBODY/resume", json=REASON, headers=key), "not-found")


async def test_parked_delivery_is_retried_or_skipped_once(busy: Front) -> None:
    key = await busy.key("", Scope.OPERATIONS_WRITE)
    assert (await busy.http.post("/v1/deliveries/1/retry", json=REASON, headers=key)).json() == {"state": "ready"}
    again = await busy.http.post("/v1/deliveries/1/retry", json=REASON, headers=key)
    assert "neither parked nor refused" in str(problem(again, "state-conflict")["detail"])
    busy.desk.parked.add(2)
    assert (await busy.http.post("/v1/deliveries/2/skip", json=REASON, headers=key)).json() == {"state": "skipped"}
    problem(await busy.http.post("/v1/deliveries/2/skip", json=REASON, headers=key), "state-conflict")
    problem(await busy.http.post("/v1/deliveries/two/retry", json=REASON, headers=key), "parameter-wrong")


@pytest.mark.parametrize("body", [b"", b"{}", b'{"reason": ""}', b'{"reason": "x"}', b'{"reason": 1}', b"{" * 90_000])
async def test_act_without_a_reason_is_refused(busy: Front, body: bytes) -> None:
    key = await busy.key("", Scope.OPERATIONS_WRITE)
    answer = await busy.http.post("/v1/quarantine/q1/release", content=body, headers=key)
    assert answer.status_code in (400, 413)
    assert "q1" in busy.custody.kept


async def test_reading_does_not_allow_acting(busy: Front) -> None:
    key = await busy.key("", Scope.OPERATIONS_READ)
    refusal = problem(await busy.http.post("/v1/partners/TMS1/pause", json=REASON, headers=key), "scope-missing")
    assert "operations:write" in str(refusal["detail"])
