"""EDI about stock and returns reaches its processes: the connectors' own golden facts, told to the whole hub."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from crossdock.bench.trace import Told
from crossdock.canonical.vocabulary import Role
from crossdock.ports.directory import Partner
from crossdock.testing.world import World
from tests.unit.process.returns import kit

GOLDEN = Path(__file__).parents[3] / "connectors"
INSTANCES = {"ERP": "erp1", "WMS": "wms-nl1"}


class Golden(msgspec.Struct):
    """What a golden pair says of its facts."""

    facts: list[dict[str, msgspec.Raw]]


def told(pair: str, order: str = "") -> list[Told]:
    """The canonical facts of a document, as if our partners had sent it, about our order."""
    text = (GOLDEN / pair / "canonical.json").read_bytes()
    facts: list[Told] = []
    for one in msgspec.json.decode(text, type=Golden).facts:
        envelope = msgspec.json.decode(one["envelope"])
        partner = INSTANCES[envelope["source"]["system"]]
        envelope["source"]["instance"] = partner
        body = msgspec.json.encode(envelope)
        facts.append(Told(partner, body.replace(order.encode(), kit.NUMBER.encode()) if order else body))
    return facts


async def stocked(pair: str) -> World:
    """A hub that has been sent a document about stock."""
    hub = World({**kit.PARTNERS, "erp1": Partner("erp1", Role.ERP, "canonical_json")}, now=kit.at(24 * 20))
    await kit.tell(hub, *[one for one in told(pair) if b'"return.' not in one.body])
    assert not hub.store.quarantine
    assert not hub.store.waiting
    return hub


def labels(hub: World) -> dict[str, str]:
    """Every dossier's label."""
    return {row.ident: row.label for row in hub.store.dossiers.values()}


@pytest.mark.parametrize(
    ("pair", "ident", "label"),
    [
        ("x12/stock_receipt", "stock||NL1|IT-501", "MOV RECORDED"),
        ("x12/stock_adjusted", "stock||NL1|IT-778", "MOV RECORDED"),
        ("edifact/goods_received", "stock||WH-NL1|IT-501", "MOV RECORDED"),
        ("x12/stock_snapshot", "warehouse||NL1", "WH CURRENT"),
        ("edifact/stock_snapshot", "warehouse||WH-NL1", "WH CURRENT"),
    ],
)
@pytest.mark.proves("Y-01")
async def test_documents_about_stock_reach_their_positions(pair: str, ident: str, label: str) -> None:
    """X12 944, 947 and 846, EDIFACT RECADV and INVRPT."""
    assert labels(await stocked(pair))[ident] == label


@pytest.mark.parametrize(
    ("receipt", "rma", "order"),
    [("x12/stock_receipt", "RMA-3301", ""), ("edifact/goods_received", "RMA-4401", "SO-100234")],
)
@pytest.mark.proves("RET-02", "RET-06")
async def test_a_return_is_authorised_and_received_by_document(receipt: str, rma: str, order: str) -> None:
    """X12 180, then 944 or RECADV: the goods are received under their authorisation."""
    if rma == "RMA-3301":
        authorised = told("x12/return_authorised", "SO-48213")
    else:
        authorised = [kit.initiated(("10", 2), request="", name=rma)]
    came = [one for one in told(receipt, order) if b'"return.received"' in one.body]
    hub = await kit.world(*authorised, *came)
    assert [one["rma_no"] for one in kit.commands(hub, "post_return_receipt")] == [rma]
    assert kit.label(hub, f"RET:{kit.books_of(hub, rma)}") == "RECEIVED"
