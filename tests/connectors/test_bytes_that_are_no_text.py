"""A vendor's answer that is JSON but for one byte of another character set: told to a person, never a crash."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web

from crossdock.connectors.dynamics365.config import Config as DynamicsConfig
from crossdock.connectors.dynamics365.session import Session
from crossdock.connectors.dynamics365.source import Orders
from crossdock.connectors.karrio.client import Client as Karrio
from crossdock.connectors.karrio.config import Config as KarrioConfig
from crossdock.connectors.vendure.client import Client as Vendure
from crossdock.connectors.vendure.config import Config as VendureConfig
from crossdock.kernel.errors import Permanent
from crossdock.kernel.secret import Secret
from crossdock.ports.connector import OutcomeKind
from tests.connectors.erp_server import line_to, outbound, send, served

KEY = Secret("key")
TENDER = outbound("transmit_tender", b'{"load":"LD-1","tender_no":"TND-1","carrier":"HOUS","stops":[],"shipments":[]}')
CANCEL = outbound("cancel_channel_order", b'{"channel":"web","number":"CODE7","cancel_id":"X-1"}')


def answering(body: bytes) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        token = b'{"token_type":"Bearer","expires_in":3599,"access_token":"t"}'
        return web.Response(body=token if request.path == "/token" else body, content_type="application/json")

    return handle


async def test_a_gateways_label_is_refused() -> None:
    async with served(answering(b'{"count":1,"results":[{"id":"\xff"}]}')) as address, line_to(address) as line:
        outcome = await send(Karrio(line, 5.0, KEY, KarrioConfig(account="a", service="s")), TENDER)
    assert outcome.kind is OutcomeKind.REFUSED
    assert "is not what Karrio" in outcome.detail


async def test_a_shops_order_is_refused() -> None:
    body = b'{"data":{"orders":{"items":[{"id":"\xff"}]}}}'
    async with served(answering(body)) as address, line_to(address) as line:
        outcome = await send(Vendure(line, 5.0, KEY, VendureConfig()), CANCEL)
    assert outcome.kind is OutcomeKind.REFUSED
    assert "is not what Vendure" in outcome.detail


async def test_a_page_of_orders_is_told() -> None:
    body = b'{"value":[{"SalesOrderNumber":"\xff"}]}'
    async with served(answering(body)) as address, line_to(address) as data, line_to(f"{address}/token") as tokens:
        with pytest.raises(Permanent, match="no page of orders"):
            await Orders(Session(data, tokens, 5.0, KEY, DynamicsConfig()), DynamicsConfig()).page("")
