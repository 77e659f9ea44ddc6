"""AS2 receipts that come late, never, or say no: over loopback, on real tables, a clock moved by us (domain.md §5)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio

from crossdock.app.receipts import Receipts
from crossdock.bootstrap.as2 import watch_receipts
from crossdock.bootstrap.project import ProjectDirectory
from crossdock.canonical.vocabulary import Role
from crossdock.kernel.errors import Transient
from crossdock.ports.as2 import SentMessage, SentReceipt
from crossdock.ports.directory import Partner
from crossdock.postgres.as2_sent import PostgresSentMessages
from crossdock.postgres.connection import Pool, open_pool
from crossdock.testing.assembled import assembled, write_project
from crossdock.testing.world import StillClock
from crossdock.transports.as2.client import As2Drop
from crossdock.transports.as2.identity import Identity
from tests.integration.transports.test_as2 import Desk, Pair, two
from tests.unit.transports.as2.made import NOW, X12, identity, pair

__all__ = ["two"]

WITHIN_S = 900
LATE = timedelta(seconds=WITHIN_S)
PARTNER = Partner("them", Role.WMS, "x12", name="Dock Venlo", steward="warehouse desk")


class Records(Desk):
    """The desk of the hub for receipts: they become cases."""

    def __init__(self, receipts: Receipts, clock: StillClock) -> None:
        self.receipts, self.clock = receipts, clock
        self.taken, self.kept, self.trouble = [], [], None

    async def answered(self, receipt: SentReceipt) -> bool:
        return await self.receipts.answered(receipt, self.clock.now())


class Hub:
    """Our side on real tables; the partner's receipts wait with it until they are let go."""

    def __init__(self, both: Pair, pool: Pool) -> None:
        self.both, self.pool = both, pool
        self.clock = both.clock = StillClock(NOW)
        self.sent = PostgresSentMessages(pool)
        self.receipts = Receipts(self.sent, ProjectDirectory([PARTNER]))
        both.us.sent = self.sent  # type: ignore[assignment]
        both.us.desk = Records(self.receipts, self.clock)
        self.held: list[tuple[object, ...]] = []

    def agree(self, *, stranger: bool = False, **changes: object) -> As2Drop:
        """Our way to the partner, which answers later."""
        agreed = {"async_mdn_url": self.both.us.url, "receipt_within_s": WITHIN_S, **changes}
        theirs = None
        if stranger:
            other = pair(self.both.us.url, private_network=True, **agreed)[1]
            theirs = msgspec.structs.replace(other, theirs=(Identity(identity("stranger")).certificate,))
        return self.both.agree(trusting=theirs, **agreed)

    def hold_receipts(self) -> None:
        """The partner has its receipts written and does not post them."""
        self.both.them.postman.post = lambda *given, private: self.held.append((*given, private))  # type: ignore[method-assign]

    async def let_go(self) -> None:
        """The receipts held are posted now."""
        del self.both.them.postman.post
        for url, headers, body, private in self.held:
            self.both.them.postman.post(url, headers, body, private=private)  # type: ignore[arg-type]
        self.held.clear()
        await self.both.them.postman.settle()

    async def cases(self, *, is_open: bool = True) -> list[tuple[str, str]]:
        statement = "select code, detail from exception_case where (closed is null) = %s order by id"
        async with self.pool.connection() as connection:
            return await (await connection.execute(statement, (is_open,))).fetchall()


@pytest_asyncio.fixture
async def hub(two: Pair, postgres_url: str) -> AsyncIterator[Hub]:
    """Us, with a partner that has agreed nothing yet."""
    pool = await open_pool(postgres_url, size_min=1, size_max=3, name="test")
    yield Hub(two, pool)
    await pool.close()


@pytest.mark.proves("PF-08")
async def test_a_receipt_that_never_comes_is_one_case_with_an_owner(hub: Hub) -> None:
    hub.hold_receipts()
    drop = hub.agree()
    await drop.put("940-1.edi", X12)
    assert await hub.receipts.overdue(NOW + LATE - timedelta(seconds=1)) == 0
    assert [await hub.receipts.overdue(NOW + LATE * days) for days in (1, 2, 3)] == [1, 0, 0]
    ((code, detail),) = await hub.cases()
    assert code == "INT-06"
    assert "Dock Venlo has sent no receipt in the time agreed for 940-1.edi" in detail
    assert "warehouse desk must ask it" in detail


@pytest.mark.proves("PF-08")
async def test_a_receipt_that_comes_late_closes_it(hub: Hub) -> None:
    hub.hold_receipts()
    await hub.agree().put("940-1.edi", X12)
    await hub.receipts.overdue(NOW + LATE)
    hub.clock.at = NOW + 2 * LATE
    await hub.let_go()
    assert await hub.cases() == []
    ((code, _),) = await hub.cases(is_open=False)
    assert code == "INT-06"
    assert await hub.receipts.overdue(NOW + 3 * LATE) == 0


async def test_a_receipt_in_time_makes_no_case(hub: Hub) -> None:
    await hub.agree().put("940-1.edi", X12)
    await hub.both.them.postman.settle()
    assert await hub.receipts.overdue(NOW + 9 * LATE) == 0
    assert await hub.cases() + await hub.cases(is_open=False) == []


async def test_a_refusal_is_a_case_at_once_and_not_overdue_as_well(hub: Hub) -> None:
    await hub.agree(stranger=True).put("940-1.edi", X12)
    await hub.both.them.postman.settle()
    ((code, detail),) = await hub.cases()
    assert code == "INT-07"
    assert "refused the message: processed/error: authentication-failed" in detail
    assert await hub.receipts.overdue(NOW + 9 * LATE) == 0


async def test_a_receipt_for_other_content_is_a_case_until_one_proves_receipt(hub: Hub) -> None:
    hub.hold_receipts()
    drop = hub.agree()
    await drop.put("940-1.edi", X12)
    (right,) = await mics(hub)
    await rewrite(hub, "b3RoZXI=")
    await hub.receipts.overdue(NOW + LATE)
    await hub.let_go()
    ((code, detail),) = await hub.cases()
    assert (code, "the MIC differs" in detail) == ("INT-07", True)
    await rewrite(hub, right)
    hub.clock.at = NOW + 3 * LATE
    await drop.put("940-1.edi", X12)
    await hub.both.them.postman.settle()
    assert await hub.cases() == []
    assert len(await hub.cases(is_open=False)) == 2


async def test_a_document_that_never_arrived_is_not_waited_for(hub: Hub) -> None:
    drop = hub.agree()
    hub.both.them.desk.trouble = Transient("full")
    with pytest.raises(Transient):
        await drop.put("940-1.edi", X12)
    assert await hub.receipts.overdue(NOW + 9 * LATE) == 0


async def test_the_schedule_looks_for_them(durable_url: str, tmp_path: Path) -> None:
    write_project(tmp_path, {"them": {"role": "WMS", "connector": "x12"}})
    async with assembled(tmp_path, durable_url) as running:
        sent = running.hub.wiring.sent
        await sent.add(SentMessage("<1@us>", "them", "940-1.edi", "bWlj", NOW))
        await sent.await_receipt("them", "<1@us>", NOW, NOW + LATE)
        assert [await watch_receipts(running.hub)() for _ in range(2)] == [1, 0]
        assert await running.rows("select code, subject from exception_case") == [("INT-06", "partner|them")]


async def mics(hub: Hub) -> list[str]:
    async with hub.pool.connection() as connection:
        return [mic for (mic,) in await (await connection.execute("select mic from as2_sent")).fetchall()]


async def rewrite(hub: Hub, mic: str) -> None:
    """What we sent, as if something between us had changed it."""
    async with hub.pool.connection() as connection:
        await connection.execute("update as2_sent set mic = %s", (mic,))
