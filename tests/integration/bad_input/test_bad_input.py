"""Issue 2, "Bad input": what is wrong is refused with a precise error and a kept message by the assembled hub.

The real intake, the real door and folder, a real PostgreSQL; where something must be put right by a person there is one
joined case.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import httpx2
import msgspec
import pytest
import pytest_asyncio

from crossdock.app.access import Scope
from crossdock.testing.assembled import Assembled, assembled, write_project
from tests.integration.bad_input.documents import PARTNERS, SECRET, interchange

URL = "/v1/partners/erp/messages"
EDI = "application/edi-x12"


@pytest_asyncio.fixture
async def hub(durable_url: str, tmp_path: Path) -> AsyncIterator[Assembled]:
    """A hub with an ERP, a carrier that signs, and a warehouse and a carrier that speak X12."""
    (tmp_path / "secret").write_text(SECRET)
    write_project(tmp_path, PARTNERS)
    async with assembled(tmp_path, durable_url) as opened:
        yield opened


async def refused(hub: Assembled, answer: httpx2.Response, status: int, slug: str) -> Mapping[str, object]:
    """The problem; its bytes must be kept as a message with findings."""
    problem: dict[str, object] = answer.json()
    assert (answer.status_code, problem["type"]) == (status, f"/v1/problems/{slug}"), problem
    row = await hub.views.message(str(problem["message_id"]))
    assert row is not None
    assert row.status == "refused"
    assert msgspec.json.decode(row.findings)
    return problem


async def cases(hub: Assembled) -> list[tuple[object, ...]]:
    """Code, subject and how often, of the open cases."""
    return list(
        await hub.rows("select code, subject, occurrences from exception_case where closed is null order by id")
    )


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"{", "the body is not JSON"),
        (b'{"type": "order.exploded"}', "order.exploded"),
        (b'{"a": NaN}', ""),
        (b'{"type": "order.approved", "payload": {}}', ""),
        (b"\xff\xfe{}", ""),
        (b"[" * 50_000, ""),
    ],
    ids=["cut", "unknown type", "no JSON number", "half an envelope", "no UTF-8", "too deep"],
)
@pytest.mark.proves("INT-02", "X-21")
async def test_json_that_is_no_fact(hub: Assembled, body: bytes, words: str) -> None:
    """Same cause, same case: the second time the count rises."""
    for _ in range(2):
        answer = await hub.post("erp", body)
        assert answer.status_code == 422, answer.text
        slug = answer.json()["type"].rpartition("/")[2]
        assert slug in ("fact-refused", "message-refused")
        problem = await refused(hub, answer, 422, slug)
        assert problem["detail"]
    ((code, subject, occurrences),) = await cases(hub)
    assert (code, subject, occurrences) == ("INT-02", "erp", 2)


async def test_keys_that_do_not_fit_are_refused(hub: Assembled) -> None:
    key = await hub.key("erp", Scope.FACTS_WRITE)
    reading, other = await hub.key("erp", Scope.ORDERS_READ), await hub.key("signer", Scope.FACTS_WRITE)
    expected: list[tuple[dict[str, str], int, str]] = [
        ({}, 401, "credential-missing"),
        ({"authorization": "Basic eA=="}, 401, "credential-missing"),
        ({"authorization": "Bearer cdk_nobody"}, 401, "credential-unknown"),
        ({"authorization": f"{key['authorization']}x"}, 401, "credential-unknown"),
        (reading, 403, "scope-missing"),
        (other, 403, "partner-not-yours"),
    ]
    for headers, status, slug in expected:
        await refused(hub, await hub.http.post(URL, content=b"{}", headers=headers), status, slug)


@pytest.mark.proves("PF-16")
async def test_what_is_not_signed_is_refused(hub: Assembled) -> None:
    """peers.md §5 no 16: unsigned input is rejected by the hub as it is wired, not only by its parts."""
    url = "/v1/partners/signer/messages"
    stamped = {"webhook-id": "m1", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA"}
    fresh = {**stamped, "webhook-timestamp": str(int(hub.hub.clock.now().timestamp()))}
    for headers in ({}, stamped, fresh, await hub.key("signer")):
        await refused(hub, await hub.http.post(url, content=b"{}", headers=headers), 401, "signature-wrong")


async def test_what_is_too_large_is_refused(hub: Assembled) -> None:
    key = await hub.key("erp", Scope.FACTS_WRITE)
    large = b" " * (hub.deps.limits.body_bytes_max + 1)
    await refused(hub, await hub.http.post(URL, content=large, headers=key), 413, "body-too-large")
    lines = b"{}\n" * (hub.deps.limits.batch_items_max + 1)
    ndjson = {**key, "content-type": "application/x-ndjson"}
    await refused(hub, await hub.http.post(f"{URL}:batch", content=lines, headers=ndjson), 422, "batch-too-long")
    await refused(hub, await hub.http.post(f"{URL}:batch", content=b"[{", headers=key), 400, "malformed")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "X12-ISA"),
        (b"hello", "X12-ISA"),
        (interchange(1)[:90], "X12-I18-022"),
        (interchange(1).replace(b"SE*5", b"SE*9"), "X12-718-4"),
        (interchange(1).replace(b"GE*1*1", b"GE*3*1"), "X12-716-5"),
        (interchange(1).replace(b"IEA*1*000000001", b"IEA*1*000000002"), "X12-I18-001"),
        (interchange(1).replace(b"PARTNER ", b"STRANGER"), "X12-I18-006"),
        (interchange(1).replace(b"ST*214", b"ST*945").replace(b"QM", b"SW"), "X12-718-1"),
    ],
    ids=["empty", "text", "cut", "SE01", "GE01", "IEA02", "ISA06", "no map"],
)
async def test_malformed_documents_through_both_doors(hub: Assembled, body: bytes, code: str) -> None:
    """The finding names the place; both doors keep the bytes, and each has one case however often it comes."""
    problem = await refused(hub, await hub.post("carrier", body, EDI), 422, "message-refused")
    findings = problem["findings"]
    assert isinstance(findings, list)
    assert code in {one["code"] for one in findings}
    assert all(one["where"] for one in findings), findings
    for name in ("a.edi", "b.edi"):
        await hub.drop("carrier", name, body)
    kept = await hub.rows("select status, body from message where partner = 'carrier'")
    assert kept == [("refused", body)] * 3
    assert sorted(path.name for path in (hub.folder("carrier") / "refused").iterdir()) == ["a.edi", "b.edi"]
    per_door = {int(str(occurrences)) for _, _, occurrences in await cases(hub)}
    assert per_door == {1, 2}


async def test_control_numbers_again_and_out_of_step(hub: Assembled) -> None:
    """A number again with the same bytes is a duplicate, with others a case; a gap is no reason to refuse."""
    assert (await hub.post("carrier", interchange(1), EDI)).json()["status"] == "accepted"
    assert (await hub.post("carrier", interchange(1), EDI)).json()["status"] == "duplicate"
    other = interchange(1).replace(b"PRO-1", b"PRO-2")
    problem = await refused(hub, await hub.post("carrier", other, EDI), 422, "message-refused")
    assert "was used before for other content" in str(problem["detail"])
    assert (await hub.post("carrier", interchange(7), EDI)).json()["status"] == "accepted"
    assert [code for code, *_ in await cases(hub)] == ["INT-02"]
    waiting = await hub.rows("select count(*) from waiting where partner = 'carrier'")
    assert waiting == [(2,)]
