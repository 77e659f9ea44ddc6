"""The clients of the JSON connectors over a transport in memory: headers, outcomes, what resolves an unknown one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from crossdock.connectors.erp_json.client import Client as ErpClient
from crossdock.connectors.wms_json.client import Client as WmsClient
from crossdock.kernel.errors import Transient
from crossdock.kernel.secret import Secret
from crossdock.ports.connector import Outbound, OutcomeKind
from crossdock.ports.transport import HttpReply

GOODS_ISSUE = (
    b'{"shipment":"SHP-1","handover_no":"HO-1","order_no":"SO-1","warehouse":"WH-1","lines":[],'
    b'"at":"2026-06-02T05:45:00Z"}'
)
CREATED = datetime(2026, 6, 2, tzinfo=UTC)
Answer = HttpReply | Exception


class Line:
    """A transport that gives prepared answers and remembers what was asked."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers)
        self.calls: list[tuple[str, str, Mapping[str, str]]] = []

    async def request(
        self, method: str, path: str, *, headers: Mapping[str, str], body: bytes = b"", timeout_s: float
    ) -> HttpReply:
        self.calls.append((method, path, headers))
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def reply(status: int, body: bytes = b"{}", **headers: str) -> HttpReply:
    return HttpReply(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


def command(kind: str = "post_goods_issue", payload: bytes = GOODS_ISSUE) -> Outbound:
    return Outbound(
        7, kind, "post_goods_issue|SHP-1|HO-1", "shipment:SHP-1", payload, "00-ab-cd-01", 1, datetime.now(UTC)
    )


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (reply(201, b'{"documentNo":"49"}'), OutcomeKind.DELIVERED),
        (reply(409, b'{"error":{"code":"already_posted","message":"x"}}'), OutcomeKind.DELIVERED),
        (reply(409, b'{"error":{"code":"status_goes_back","message":"x"}}'), OutcomeKind.REFUSED),
        (reply(400), OutcomeKind.REFUSED),
        (reply(401, b"<html>"), OutcomeKind.REFUSED),
        (reply(302), OutcomeKind.REFUSED),
        (reply(429), OutcomeKind.TRANSIENT),
        (reply(503), OutcomeKind.TRANSIENT),
        (Transient("refused"), OutcomeKind.TRANSIENT),
        (reply(500), OutcomeKind.UNKNOWN),
        (reply(502), OutcomeKind.UNKNOWN),
        (TimeoutError(), OutcomeKind.UNKNOWN),
    ],
)
async def test_each_answer_has_one_outcome(answer: Answer, kind: OutcomeKind) -> None:
    [outcome] = await ErpClient(Line(answer), 1.0).send([command()])
    assert outcome.kind is kind


async def test_every_call_carries_key_trace_and_token() -> None:
    line = Line(reply(200))
    await ErpClient(line, 1.0, Secret("t0ken")).send([command()])
    headers = line.calls[0][2]
    assert headers["Idempotency-Key"] == "post_goods_issue|SHP-1|HO-1"
    assert headers["traceparent"] == "00-ab-cd-01"
    assert headers["Authorization"] == "Bearer t0ken"


async def test_a_wish_to_wait_is_passed_on_and_bounded() -> None:
    [soon] = await ErpClient(Line(reply(503, retry_after="7")), 1.0).send([command()])
    [late] = await ErpClient(Line(reply(503, Retry_After="999999")), 1.0).send([command()])
    assert (soon.retry_after_s, late.retry_after_s) == (7.0, 600.0)


async def test_reading_back_asks_under_our_key_and_tells_effect_from_none() -> None:
    line = Line(reply(200, b'{"documentNo":"4900000001"}'), reply(404), reply(503), TimeoutError())
    client = ErpClient(line, 1.0)
    outcomes = [await client.look_up(command()) for _ in range(4)]
    unknown = OutcomeKind.UNKNOWN
    assert [outcome.kind for outcome in outcomes] == [OutcomeKind.DELIVERED, OutcomeKind.REFUSED, unknown, unknown]
    assert line.calls[0][:2] == ("GET", "/api/v1/postings?externalKey=post_goods_issue%7CSHP-1%7CHO-1")
    assert outcomes[0].reference == "4900000001"


async def test_a_warehouse_cannot_be_asked_so_it_stays_unknown() -> None:
    outcome = await WmsClient(Line(), 1.0).look_up(command("create_fulfilment_order"))
    assert outcome.kind is OutcomeKind.UNKNOWN


@pytest.mark.parametrize("kind", ["notify_customer", "post_goods_issue"])
async def test_what_cannot_be_written_is_refused_without_a_call(kind: str) -> None:
    line = Line()
    [outcome] = await ErpClient(line, 1.0).send([command(kind, b'{"nonsense": 1}')])
    assert outcome.kind is OutcomeKind.REFUSED
    assert line.calls == []


async def test_commands_are_sent_one_after_the_other() -> None:
    line = Line(reply(200), reply(429), reply(200))
    outcomes = await ErpClient(line, 1.0).send([command(), command(), command()])
    kinds = [outcome.kind for outcome in outcomes]
    assert kinds == [OutcomeKind.DELIVERED, OutcomeKind.TRANSIENT, OutcomeKind.DELIVERED]
