"""The vendor ERPs as the hub wires them: a partner file becomes a sender and a source that reach the system."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol, cast

import pytest
from aiohttp import web

from crossdock.bootstrap.connectors import KINDS
from crossdock.bootstrap.places import Wiring
from crossdock.bootstrap.project import PartnerConfig
from crossdock.canonical.vocabulary import Role
from crossdock.connectors.dynamics365 import client as dynamics_out
from crossdock.connectors.dynamics365.config import Config as DynamicsConfig
from crossdock.connectors.dynamics365.session import Session
from crossdock.connectors.odoo import client as odoo_out
from crossdock.connectors.odoo.config import Config as OdooConfig
from crossdock.connectors.s4hana import client as s4hana_out
from crossdock.connectors.s4hana.config import Config as S4Config
from crossdock.kernel.errors import Permanent
from crossdock.kernel.secret import Secret
from crossdock.mediation.library import Library
from crossdock.ports.as2 import SentMessages
from crossdock.ports.clock import Clock
from crossdock.ports.connector import OutcomeKind, Sender
from crossdock.ports.directory import Partner
from crossdock.ports.messages import ControlNumbers
from crossdock.ports.transport import HttpReply
from crossdock.transports.settings import HttpSettings
from tests.connectors import dynamics365_double, odoo_double, s4hana_double
from tests.connectors.erp_server import outbound, send, served

SETTINGS: Mapping[str, Mapping[str, object]] = {
    "odoo": {"database": odoo_double.DATABASE, "user": odoo_double.USER},
    "s4hana": {"user": s4hana_double.USER},
    "dynamics365": {
        "company": dynamics365_double.COMPANY,
        "client_id": dynamics365_double.CLIENT,
        "posting": dynamics365_double.SERVICE,
    },
}
KEYS = {"odoo": odoo_double.KEY, "s4hana": s4hana_double.KEY, "dynamics365": dynamics365_double.KEY}
ORDERS = {"odoo": "S00003", "s4hana": "4711", "dynamics365": "SO-1"}


class Double(Protocol):
    """A vendor's server."""

    async def handle(self, request: web.Request) -> web.Response: ...


DOUBLES: Mapping[str, Callable[[], Double]] = {
    "odoo": odoo_double.Odoo,
    "s4hana": s4hana_double.S4,
    "dynamics365": dynamics365_double.Dynamics,
}


def partner(kind: str, address: str, **more: object) -> PartnerConfig:
    root = s4hana_double.ROOT if kind == "s4hana" else ""
    settings = {"base_url": f"{address}{root}", **SETTINGS[kind], **more}
    if kind == "dynamics365":
        settings.setdefault("token_url", f"{address}{dynamics365_double.TOKENS}")
    manifest = KINDS[kind].manifest
    return PartnerConfig(
        Partner("erp", Role.ERP, kind, tz="Asia/Tokyo", settings=settings), manifest, manifest.limits,
        {"token": (Secret(KEYS[kind]),)}, HttpSettings(private_network=True),
    )  # fmt: skip


@asynccontextmanager
async def wiring() -> AsyncIterator[Wiring]:
    """What these senders are made of; they ask for none of the rest."""
    none = object()
    made = Wiring(
        Path(), Path(), cast(ControlNumbers, none), cast(SentMessages, none), cast(Clock, none), Library({}), []
    )
    yield made
    for one in made.opened:
        await one.close()


@pytest.mark.parametrize("kind", SETTINGS)
async def test_a_partner_file_becomes_a_sender_and_a_source(kind: str) -> None:
    told = {"order_no": ORDERS[kind], "status_hash": "h1", "control_state": "RELEASED"}
    command = outbound("update_order_status", json.dumps(told).encode())
    made = KINDS[kind]
    assert made.sender is not None
    assert made.source is not None
    async with served(DOUBLES[kind]().handle) as address, wiring() as wires:
        config = partner(kind, address)
        assert (await send(made.sender(config, wires), command)).kind is OutcomeKind.DELIVERED
        asked = made.source(config, wires)
        assert asked is not None
        poll, every_s = asked
        assert len((await poll.source.page("")).bodies) == 1
        assert (poll.partner.id, every_s) == ("erp", 60.0)


@pytest.mark.parametrize("kind", SETTINGS)
async def test_a_partner_that_wants_not_to_be_asked_is_not(kind: str) -> None:
    source = KINDS[kind].source
    assert source is not None
    async with wiring() as wires:
        assert source(partner(kind, "http://127.0.0.1:1", poll_s=0), wires) is None
        assert wires.opened == []


@pytest.mark.parametrize("kind", ["s4hana", "dynamics365"])
async def test_days_are_those_of_the_partners_zone(kind: str) -> None:
    """22:45 in Greenwich is the next day in Tokyo."""
    lines = [{"line": "10" if kind == "s4hana" else "1", "qty": {"value": "5", "uom": "EA"}}]
    payload = {
        "order_no": ORDERS[kind], "shipment": "G", "handover_no": "HO-1", "warehouse": "1010", "lines": lines,
        "at": "2026-06-02T22:45:00Z",
    }  # fmt: skip
    vendor = DOUBLES[kind]()
    sender = KINDS[kind].sender
    assert sender is not None
    async with served(vendor.handle) as address, wiring() as wires:
        command = outbound("post_goods_issue", json.dumps(payload).encode())
        assert (await send(sender(partner(kind, address), wires), command)).kind is OutcomeKind.DELIVERED
    books = vars(vendor)["slips" if kind == "dynamics365" else "deliveries"]
    assert any(day in str(books) for day in ("2026-06-03", "/Date(1780444800000)/"))


async def test_without_a_token_endpoint_the_file_is_told_what_it_lacks() -> None:
    sender = KINDS["dynamics365"].sender
    assert sender is not None
    async with wiring() as wires:
        with pytest.raises(Permanent, match="token_url is missing"):
            sender(partner("dynamics365", "http://127.0.0.1:1", token_url=""), wires)


class Mute:
    """A transport that never comes back, whatever it was told."""

    async def request(
        self, method: str, path: str, *, headers: Mapping[str, str], body: bytes = b"", timeout_s: float
    ) -> HttpReply:
        await asyncio.Event().wait()
        raise AssertionError("it never comes")


@pytest.mark.parametrize("kind", SETTINGS)
async def test_an_attempt_ends_in_its_time_however_many_calls_it_takes(kind: str) -> None:
    """The hub lends a command to one worker for a while only."""
    senders: Mapping[str, Callable[[], Sender]] = {
        "odoo": lambda: odoo_out.Client(Mute(), 0.02, None, OdooConfig()),
        "s4hana": lambda: s4hana_out.Client(Mute(), 0.02, None, S4Config()),
        "dynamics365": lambda: dynamics_out.Client(
            Session(Mute(), Mute(), 0.01, None, DynamicsConfig()), 0.02, DynamicsConfig()
        ),
    }
    told = {"order_no": "1", "status_hash": "h1", "control_state": "RELEASED"}
    outcome = await send(senders[kind](), outbound("update_order_status", json.dumps(told).encode()))
    assert (outcome.kind, "needed more than 0.02 s" in outcome.detail) == (OutcomeKind.UNKNOWN, True)
