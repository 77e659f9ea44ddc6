"""One line a request in the log, and nothing in it that is secret or the caller's to write."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from crossdock.app.access import Scope
from tests.unit.web.bench import Front, envelope, json_headers, order

URL = "/v1/partners/ERP1/messages"
TRACE = "0af7651916cd43dd8448eb211c80319c"
TRACEPARENT = f"00-{TRACE}-b7ad6b7169203331-01"


async def asked(front: Front, method: str, url: str, **more: object) -> tuple[int, dict[str, object]]:
    """The status of one call and its line; there must be one, and no more."""
    with capture_logs() as lines:
        answer = await front.http.request(method, url, **more)
    (line,) = [one for one in lines if one["event"] == "request.answered"]
    assert line["bytes_out"] == len(answer.content)
    assert line.pop("ms") >= 0
    return answer.status_code, dict(line)


async def test_a_message_is_one_line_with_who_what_how_much_and_its_trace(front: Front) -> None:
    key = await front.key("ERP1", Scope.FACTS_WRITE)
    body = envelope()
    status, line = await asked(front, "POST", URL, content=body, headers={**key, "traceparent": TRACEPARENT})
    del line["bytes_out"]
    assert line == {
        "event": "request.answered",
        "log_level": "info",
        "method": "POST",
        "route": "/v1/partners/{partner}/messages",
        "partner": "ERP1",
        "status": status,
        "bytes_in": len(body),
        "trace": TRACE,
    }


@pytest.mark.parametrize(
    ("method", "url", "route", "status"),
    [
        ("GET", "/v1/orders?limit=2", "/v1/orders", 200),
        ("GET", "/v1/orders/SO-404", "/v1/orders/{order_no}", 404),
        ("GET", "/v1/health/live", "/v1/health/live", 200),
        ("GET", "/v1/nothing/here?token=s3cret", "-", 404),
        ("POST", "/v1/partners/ERP1/messages:batch", "/v1/partners/{partner}/messages:batch", 403),
        ("DELETE", "/v1/partners/x%0Aforged/messages", "/v1/partners/{partner}/messages", 405),
    ],
)
async def test_the_route_is_ours_and_never_what_the_caller_wrote(
    front: Front, method: str, url: str, route: str, status: int
) -> None:
    key = await front.key("ERP1", Scope.ORDERS_READ)
    answered, line = await asked(front, method, url, headers=key)
    assert (answered, line["status"]) == (status, status)
    assert str(line["route"]) == route


async def test_no_line_holds_a_key_a_query_or_a_body(front: Front) -> None:
    key = await front.key("ERP1", Scope.ORDERS_WRITE)
    headers = {**json_headers(key), "idempotency-key": "very-own-key"}
    for call in range(2):
        status, line = await asked(front, "POST", "/v1/orders?mode=", json=order(), headers=headers)
        assert status == 200, call
        text = repr(line)
        assert not [part for part in (key["authorization"][7:], "very-own-key", "SO-", "mode=") if part in text]
        assert line["partner"] == ("ERP1" if call == 0 else "")


async def test_a_failure_of_ours_is_a_warning(front: Front) -> None:
    class Broken(type(front.views)):  # type: ignore[misc]
        """A read side that fails."""

        async def dossiers(self, scheme: str, *, before: int, limit: int) -> list[object]:
            raise RuntimeError("we are broken")

    front.views = Broken(front.store)
    front.rebuild()
    key = await front.key("ERP1", Scope.ORDERS_READ)
    status, line = await asked(front, "GET", "/v1/orders", headers=key)
    assert (status, line["log_level"], line["status"]) == (500, "warning", 500)


async def test_a_caller_has_a_name_once_it_has_proved_it_and_not_before(front: Front) -> None:
    status, line = await asked(front, "POST", URL, content=b"{}")
    assert (status, line["partner"]) == (401, "")
    key = await front.key("ERP1", Scope.FACTS_WRITE)
    status, line = await asked(front, "POST", URL, content=b"{}", headers=key)
    assert (status, line["partner"]) == (422, "ERP1")
    status, line = await asked(front, "POST", "/v1/partners/TMS1/messages", content=b"{}", headers=key)
    assert (status, line["partner"]) == (403, "ERP1")
