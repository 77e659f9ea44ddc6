"""A fact in quarantine mended, detached: its lane flows in sequence, the original stays, one copy takes effect."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable

import msgspec
import pytest

from crossdock.app.audit import Refold, audit
from crossdock.app.fold.passes import Broken
from crossdock.app.fold.run import Told
from crossdock.app.fold.session import Session
from crossdock.app.ingest.use_case import Ingest
from crossdock.app.mending import MendingKeeper
from crossdock.bench.trace import Order
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.canonical.vocabulary import Disposition
from crossdock.kernel.errors import Rejected
from crossdock.ports.audit import Extent
from crossdock.postgres.audit import PostgresAudit
from tests.integration.repair.given import BEFORE, START, Shop

FACTS = list(Order(1, START).facts())
BAD = b"LONDON, ZONE 9"


class Breaking(Session):
    """A fold that falls over one spelling, as a defect of ours would."""

    def fold(self, fresh: list[Told]) -> Broken | None:
        """See `Session.fold`."""
        for told in fresh:
            if b"ZONE 9" in repr(told.fact.payload).encode():
                return Broken(told, "ValueError: no such zone")
        return super().fold(fresh)


async def stopped(build: Callable[[], Shop]) -> tuple[Shop, MendingKeeper, str]:
    """An order whose way out for delivery is in quarantine, with what came after it."""
    shop = build()
    parts = dataclasses.replace(shop.parts, session_type=Breaking)
    shop.world.ingest = Ingest(parts)
    await shop.tell(FACTS[:-3])
    out, delivered, _ = FACTS[-3:]
    await shop.tell([msgspec.structs.replace(out, body=out.body.replace(b"LONDON", BAD)), delivered])
    ((row,),) = shop.rows("select id from quarantine")
    return shop, MendingKeeper(parts, shop.world.ingest), str(row)


def called(shop: Shop) -> list[str]:
    return [str(row[0]) for row in shop.rows("select disposition from event where dossier = 1 order by seq")]


async def fine(shop: Shop) -> None:
    report = await audit(PostgresAudit(shop.pool), START, refold=Refold(REGISTRIES, BEFORE, Extent()))
    assert (report.verdict, report.discrepancies) == ("pass", ())


async def test_a_corrected_copy_takes_its_place_and_the_lane_flows_behind_it(build: Callable[[], Shop]) -> None:
    shop, keeper, row = await stopped(build)
    receipt = await keeper.mend(row, FACTS[-3].body, reason="the carrier spelt it out", by="Ana Ruiz")
    assert receipt is not None
    assert receipt.disposition is Disposition.APPLY
    assert shop.rows("select count(*) from quarantine") == [(0,)]
    ((body,),) = shop.rows("select body from message where id = %s", f"mended-{row}")
    assert bytes(body) == FACTS[-3].body  # type: ignore[arg-type]
    ((label,),) = shop.rows("select label from dossier where ident like 'order|%%'")
    assert "DELIVERED" in str(label)
    ((act,),) = shop.rows("select act from act where object = %s", f"quarantine {row}")
    assert act == "mended"
    await fine(shop)


@pytest.mark.proves("PF-09")
async def test_of_two_who_mend_one_fact_one_does(build: Callable[[], Shop]) -> None:
    """peers.md §5 no 9."""
    shop, keeper, row = await stopped(build)
    assert await keeper.mend(row, FACTS[-3].body, reason="first of two", by="Ana Ruiz") is not None
    assert await keeper.mend(row, FACTS[-3].body, reason="second of two", by="Ben Okoro") is None
    assert shop.rows("select count(*) from message where channel = 'mended'") == [(1,)]


@pytest.mark.proves("PF-09")
async def test_of_two_who_mend_one_fact_at_once_one_does(build: Callable[[], Shop]) -> None:
    shop, keeper, row = await stopped(build)
    named = FACTS[-3].body.replace(b"LONDON", b"LONDON N1")
    done = await asyncio.gather(
        keeper.mend(row, FACTS[-3].body, reason="as it was", by="Ana Ruiz"),
        keeper.mend(row, named, reason="with its district", by="Ben Okoro"),
    )
    assert [receipt is not None for receipt in done].count(True) == 1
    assert shop.rows("select count(*) from message where channel = 'mended'") == [(1,)]
    assert shop.rows("select count(*) from quarantine") == [(0,)]
    await fine(shop)


async def test_what_says_nothing_else_or_no_fact_is_refused_and_nothing_changes(build: Callable[[], Shop]) -> None:
    shop, keeper, row = await stopped(build)
    ((body,),) = shop.rows("select body from quarantine")
    refused = [
        (bytes(body), "nothing is changed"),  # type: ignore[arg-type]
        (b"{}", "required"),
        (FACTS[-3].body.replace(b"LONDON", "•••".encode()), "personal:read"),
        (FACTS[-3].body.replace(b"LONDON", rb"\u2022\u2022\u2022"), "personal:read"),
        (FACTS[-4].body, "was said before"),
        (FACTS[0].body, "is refused"),
    ]
    for copy, told in refused:
        with pytest.raises(Rejected, match=told):
            await keeper.mend(row, copy, reason="try it", by="Ana Ruiz")
    assert shop.rows("select count(*) from quarantine") == [(1,)]


async def test_detached_it_stays_by_itself_and_the_lane_flows(build: Callable[[], Shop]) -> None:
    shop, keeper, row = await stopped(build)
    assert await keeper.detach(row, reason="tracking must go on", by="Ana Ruiz")
    assert shop.rows("select id, lane from quarantine") == [(row, "")]
    ((label,),) = shop.rows("select label from dossier where ident like 'order|%%'")
    assert "DELIVERED" in str(label)
    assert not await keeper.detach(row, reason="once more", by="Ana Ruiz")
    await fine(shop)
    assert await keeper.mend(row, FACTS[-3].body, reason="and now mended", by="Ana Ruiz") is not None
    assert shop.rows("select count(*) from quarantine") == [(0,)]
    await fine(shop)
