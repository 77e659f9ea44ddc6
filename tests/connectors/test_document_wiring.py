"""Document connectors as the hub wires them: a partner file becomes a sender to a folder or to an address."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import pytest
from aiohttp import web

from crossdock.bootstrap.clock import SystemClock
from crossdock.bootstrap.connectors import KINDS
from crossdock.bootstrap.library import CONVERTERS, shipped
from crossdock.bootstrap.places import Wiring
from crossdock.bootstrap.project import PartnerConfig
from crossdock.canonical.vocabulary import Role
from crossdock.mediation.library import Library
from crossdock.ports.as2 import SentMessages
from crossdock.ports.connector import OutcomeKind
from crossdock.ports.directory import Partner
from crossdock.ports.messages import ControlNumbers
from crossdock.transports.settings import HttpSettings
from tests.connectors.erp_server import outbound, send, served

GOODS_ISSUE = json.dumps(
    {
        "shipment": "SHP-88001",
        "handover_no": "HND-77",
        "order_no": "SO-100234",
        "warehouse": "WH-NL1",
        "at": "2026-06-02T13:58:00Z",
        "lines": [{"line": "10", "item": "IT-501", "qty": {"value": "40", "uom": "EA"}}],
    }
).encode()
LIBRARY = Library(shipped([]), {}, CONVERTERS)


class Numbers:
    """Gives every key the same number."""

    async def number(self, partner: str, kind: str, key: str) -> int:
        return 17


@asynccontextmanager
async def wiring(exchange: Path) -> AsyncIterator[Wiring]:
    """What these senders are made of."""
    numbers: ControlNumbers = Numbers()
    made = Wiring(exchange, exchange, numbers, cast(SentMessages, object()), SystemClock(), LIBRARY, [])
    yield made
    for one in made.opened:
        await one.close()


def partner(kind: str, *, address: str = "", path: str = "") -> PartnerConfig:
    settings: dict[str, object] = {"words": {"depositor": "5012345000015"}}
    if address:
        settings |= {"base_url": address, "path": path}
    manifest = KINDS[kind].manifest
    line = HttpSettings(private_network=True) if address else None
    return PartnerConfig(Partner("erp", Role.ERP, kind, settings=settings), manifest, manifest.limits, {}, line)


@pytest.mark.parametrize(
    ("kind", "name"),
    [("idoc", "DELVRY05-000000017-post_goods_issue_x.xml"), ("ubl", "DespatchAdvice-post_goods_issue_x.xml")],
)
async def test_without_a_transport_documents_lie_in_the_partners_folder(tmp_path: Path, kind: str, name: str) -> None:
    sender = KINDS[kind].sender
    assert sender is not None
    async with wiring(tmp_path) as wires:
        outcome = await send(sender(partner(kind), wires), outbound("post_goods_issue", GOODS_ISSUE))
    assert (outcome.kind, outcome.detail) == (OutcomeKind.DELIVERED, f"put as {name}")
    assert b"SHP-88001" in (tmp_path / "erp" / "out" / name).read_bytes()


@pytest.mark.parametrize("kind", ["idoc", "ubl"])
async def test_with_an_address_documents_are_posted_there(tmp_path: Path, kind: str) -> None:
    seen: list[tuple[str, str, bytes]] = []

    async def handle(request: web.Request) -> web.Response:
        seen.append((request.path, request.headers["Content-Type"], await request.read()))
        return web.Response(status=202)

    sender = KINDS[kind].sender
    assert sender is not None
    async with served(handle) as address, wiring(tmp_path) as wires:
        config = partner(kind, address=address, path="/sap/bc/idoc_xml")
        outcome = await send(sender(config, wires), outbound("post_goods_issue", GOODS_ISSUE))
    assert outcome.kind is OutcomeKind.DELIVERED
    ((path, content_type, body),) = seen
    assert (path, content_type) == ("/sap/bc/idoc_xml", "application/xml")
    assert b"SHP-88001" in body
