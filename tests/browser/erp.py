"""The ERP as tests speak for it: orders it tells the hub of, and what the hub then says."""

from __future__ import annotations

from datetime import UTC, datetime

from playwright.sync_api import APIRequestContext, Playwright

from tests.browser.hub import Hub

SCOPES = ("orders:write", "orders:read", "operations:read")


class Erp:
    """The ERP with a key of its own; what it tells of is an order nobody else of the enterprise knows."""

    def __init__(self, hub: Hub, playwright: Playwright) -> None:
        headers = {"authorization": f"Bearer {hub.key('erp', *SCOPES)[1]}"}
        self.request: APIRequestContext = playwright.request.new_context(base_url=hub.url, extra_http_headers=headers)

    def tell(self, number: str, **said: object) -> dict[str, object]:
        """Tell of an order; what the hub answered."""
        answer = self.request.post("/v1/orders", data=order(number) | said)
        assert answer.ok, answer.text()
        return dict(answer.json())

    def released(self, number: str) -> None:
        """Tell of one that goes out at once: its credit is cleared just now."""
        self.tell(number, credit_cleared_at=datetime.now(UTC).isoformat())

    def read(self, path: str) -> dict[str, object]:
        """What the hub has there."""
        answer = self.request.get(path)
        assert answer.ok, answer.text()
        return dict(answer.json())

    def knows(self, number: str) -> bool:
        """Whether the hub has this order."""
        return self.request.get(f"/v1/orders/{number}").ok


def order(number: str) -> dict[str, object]:
    """An order whose credit nobody has cleared."""
    address = {"country": "NL", "lines": ["Kade 1"], "city": "Venlo", "postal": "1011 AA"}
    return {
        "order_no": number,
        "rev": 1,
        "customer": {"no": "C-1", "name": "Acme"},
        "ship_to": {"location_no": "L-1", "name": "Acme", "address": address},
        "lines": [{"no": "10", "item": "IT-1", "qty": {"value": "2", "uom": "EA"}, "warehouse": "WH-A1"}],
        "requested": {"latest": "2030-01-01T00:00:00Z"},
        "incoterm": {"code": "DAP"},
        "currency": "EUR",
    }
