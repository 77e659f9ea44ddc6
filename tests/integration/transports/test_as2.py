"""AS2 between two of ours over HTTP on loopback: both directions, receipts at once and later, and what must fail."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta

import msgspec
import pytest
import pytest_asyncio
from aiohttp import web

from crossdock.kernel.errors import CrossdockError, Overloaded, Permanent, Transient
from crossdock.ports.as2 import As2AnswerKind, As2Document, As2Refusal, SentMessage, SentReceipt, SentTurn
from crossdock.ports.clock import Clock
from crossdock.ports.replies import Claim, ClaimState, StoredReply
from crossdock.transports.as2.client import As2Drop
from crossdock.transports.as2.identity import Identity
from crossdock.transports.as2.message import Relationship
from crossdock.transports.as2.postman import Postman
from crossdock.transports.as2.station import As2Station, Stores
from crossdock.transports.http import AiohttpTransport, HttpConfig
from tests.unit.transports.as2.made import NOW, X12, identity, pair


class FixedClock:
    """Stands still."""

    def now(self) -> datetime:
        return NOW


class Desk:
    """Takes documents, and can be told to be full; what receipts say goes to `sent`."""

    def __init__(self, sent: MemorySent) -> None:
        self.sent = sent
        self.taken: list[As2Document] = []
        self.kept: list[As2Refusal] = []
        self.trouble: CrossdockError | None = None

    async def take(self, document: As2Document) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.taken.append(document)

    async def keep(self, refusal: As2Refusal) -> None:
        self.kept.append(refusal)

    async def answered(self, receipt: SentReceipt) -> bool:
        return self.sent.answer(receipt.message.message_id, receipt.disposition)


class MemoryReplies:
    """Answers by key."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], tuple[bytes, StoredReply | None]] = {}

    async def claim(self, owner: str, key: str, digest: bytes, now: datetime) -> Claim:
        if (owner, key) not in self.rows:
            self.rows[owner, key] = (digest, None)
            return Claim(ClaimState.FRESH)
        known, reply = self.rows[owner, key]
        if known != digest:
            return Claim(ClaimState.OTHER_REQUEST)
        return Claim(ClaimState.DONE, reply) if reply is not None else Claim(ClaimState.RUNNING)

    async def settle(self, owner: str, key: str, reply: StoredReply) -> None:
        self.rows[owner, key] = (self.rows[owner, key][0], reply)

    async def forget(self, owner: str, key: str) -> None:
        self.rows.pop((owner, key))

    async def sweep(self, now: datetime) -> int:
        return 0


class MemorySent:
    """What awaits a receipt."""

    def __init__(self) -> None:
        self.rows: dict[str, SentMessage] = {}

    async def add(self, message: SentMessage) -> None:
        self.rows.setdefault(message.message_id, message)

    async def find(self, partner: str, message_id: str) -> SentMessage | None:
        return self.rows.get(message_id)

    async def await_receipt(self, partner: str, message_id: str, since: datetime, answer_by: datetime) -> None:
        if message_id in self.rows:
            self.rows[message_id] = msgspec.structs.replace(self.rows[message_id], answer_by=answer_by)

    def turn(self) -> AbstractAsyncContextManager[SentTurn]:
        raise AssertionError("the desk has it")

    def answer(self, message_id: str, disposition: str) -> bool:
        self.rows[message_id] = msgspec.structs.replace(self.rows[message_id], disposition=disposition, answered=NOW)
        return True


class Side:
    """One of the two: a server with a station, and what it keeps."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.replies, self.sent = MemoryReplies(), MemorySent()
        self.desk = Desk(self.sent)
        self.postman = Postman(pause_s=0.0)
        self.station: As2Station | None = None
        self.posts: list[tuple[Mapping[str, str], bytes]] = []
        self.tamper = False
        self.url = ""

    def open(self, relationship: Relationship) -> None:
        stores = Stores(self.desk, self.replies, self.sent, FixedClock())
        self.station = As2Station({self.name: relationship}, stores, self.postman)

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.posts.append((headers, body))
        assert self.station is not None
        try:
            answer = await self.station.receive(headers, body)
        except Transient:
            return web.Response(status=503)
        if answer.kind is not As2AnswerKind.ANSWERED:
            return web.Response(status=403, text=answer.detail)
        body = answer.body.replace(b"processed", b"Processed") if self.tamper else answer.body
        return web.Response(body=body, headers=dict(answer.headers))


class Pair:
    """Us and them, agreed on something."""

    def __init__(self, us: Side, them: Side) -> None:
        self.us, self.them = us, them
        self.clock: Clock = FixedClock()
        self.drops: list[AiohttpTransport] = []

    def agree(self, *, trusting: Relationship | None = None, **changes: object) -> As2Drop:
        """Both sides agree; returns our way to them."""
        ours, theirs = pair(self.them.url, private_network=True, **changes)
        theirs = msgspec.structs.replace(theirs, settings=msgspec.structs.replace(theirs.settings, url=self.us.url))
        self.us.open(ours)
        self.them.open(trusting or theirs)
        http = AiohttpTransport(HttpConfig(self.them.url, private_network=True))
        self.drops.append(http)
        return As2Drop("them", ours, http, self.us.sent, self.clock)


@pytest_asyncio.fixture
async def two() -> AsyncIterator[Pair]:
    """Two running servers that have agreed nothing yet."""
    both = Pair(Side("them"), Side("us"))
    runners = []
    for side in (both.us, both.them):
        app = web.Application()
        app.router.add_post("/as2", side.take)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        side.url = f"http://127.0.0.1:{runner.addresses[0][1]}/as2"
        runners.append(runner)
    yield both
    for side in (both.us, both.them):
        await side.postman.close()
    for http in both.drops:
        await http.close()
    for runner in runners:
        await runner.cleanup()


async def test_a_document_is_delivered_once_its_signed_receipt_says_so(two: Pair) -> None:
    await two.agree().put("940-1.edi", X12)
    (document,) = two.them.desk.taken
    assert (document.body, document.filename, document.content_type) == (X12, "940-1.edi", "application/edi-x12")
    assert X12 not in two.them.posts[0][1]


async def test_the_same_document_again_is_taken_once_and_gets_the_same_receipt(two: Pair) -> None:
    drop = two.agree()
    for _ in range(2):
        await drop.put("940-1.edi", X12)
    assert len(two.them.desk.taken) == 1
    assert two.them.posts[0][1] != two.them.posts[1][1]


async def test_the_same_id_with_other_content_is_refused(two: Pair) -> None:
    drop = two.agree()
    await drop.put("940-1.edi", X12)
    ((owner, key),) = two.them.replies.rows
    two.them.replies.rows[owner, key] = (b"of other content", None)
    with pytest.raises(Permanent, match="was used for other content"):
        await drop.put("940-1.edi", X12)


async def test_a_full_hub_is_posted_to_again(two: Pair) -> None:
    drop = two.agree()
    two.them.desk.trouble = Overloaded("full")
    with pytest.raises(Transient, match="answered 503"):
        await drop.put("940-1.edi", X12)
    two.them.desk.trouble = None
    await drop.put("940-1.edi", X12)
    assert len(two.them.desk.taken) == 1


async def test_a_receipt_that_was_changed_proves_nothing(two: Pair) -> None:
    drop = two.agree()
    two.them.tamper = True
    with pytest.raises(Permanent, match="receipt of Partner One cannot be used"):
        await drop.put("940-1.edi", X12)


async def test_a_signer_nobody_agreed_on_is_refused_with_a_signed_receipt_and_kept(two: Pair) -> None:
    stranger = Identity(identity("stranger"))
    theirs = pair(two.us.url, private_network=True)[1]
    drop = two.agree(trusting=msgspec.structs.replace(theirs, theirs=(stranger.certificate,)))
    with pytest.raises(Permanent, match="processed/error: authentication-failed"):
        await drop.put("940-1.edi", X12)
    assert two.them.desk.taken == []
    assert two.them.desk.kept[0].finding.code == "AS2-AUTHENTICATION-FAILED"


@pytest.mark.parametrize("less", ["sign", "encrypt"])
async def test_less_protection_than_agreed_is_answered_with_a_refusal(two: Pair, less: str) -> None:
    drop = two.agree(sign=less != "sign", encrypt=less != "encrypt")
    with pytest.raises(Permanent, match="insufficient-message-security"):
        await drop.put("940-1.edi", X12)
    assert two.them.desk.taken == []


async def test_names_that_were_not_agreed_get_no_receipt(two: Pair) -> None:
    theirs = pair(two.us.url, private_network=True)[1]
    other = msgspec.structs.replace(theirs.settings, as2_from="PARTNER ONE")
    drop = two.agree(trusting=msgspec.structs.replace(theirs, settings=other))
    with pytest.raises(Permanent, match="answered 403"):
        await drop.put("940-1.edi", X12)


async def test_a_receipt_may_come_later_by_another_connection(two: Pair) -> None:
    drop = two.agree(async_mdn_url=two.us.url)
    await drop.put("940-1.edi", X12)
    await two.them.postman.settle()
    (row,) = two.us.sent.rows.values()
    assert (row.name, row.disposition, row.answered) == ("940-1.edi", "processed", NOW)
    assert row.answer_by == NOW + timedelta(hours=1)
    await drop.put("940-1.edi", X12)
    assert len(two.them.posts) == 1


async def test_a_late_refusal_is_written_down_and_kept_for_people(two: Pair) -> None:
    stranger = Identity(identity("stranger"))
    theirs = pair(two.us.url, private_network=True, async_mdn_url=two.us.url)[1]
    drop = two.agree(trusting=msgspec.structs.replace(theirs, theirs=(stranger.certificate,)), async_mdn_url=two.us.url)
    await drop.put("940-1.edi", X12)
    await two.them.postman.settle()
    (row,) = two.us.sent.rows.values()
    assert "authentication-failed" in row.disposition
    assert two.us.desk.kept[0].finding.where == "940-1.edi"


async def test_a_receipt_goes_nowhere_but_to_the_host_agreed(two: Pair) -> None:
    drop = two.agree(async_mdn_url="http://169.254.169.254/latest")
    await drop.put("940-1.edi", X12)
    assert two.them.desk.taken == []
    assert "leads elsewhere" in two.them.desk.kept[0].finding.detail
    await asyncio.wait_for(two.them.postman.settle(), 5)


async def test_a_receipt_for_what_we_never_sent_is_kept_for_people(two: Pair) -> None:
    drop = two.agree(async_mdn_url=two.us.url)
    two.us.sent.rows.clear()

    async def forgotten(message: SentMessage) -> None:
        return None

    two.us.sent.add = forgotten  # type: ignore[method-assign]
    await drop.put("940-1.edi", X12)
    await two.them.postman.settle()
    assert "which we did not send" in two.us.desk.kept[0].finding.detail


async def test_a_server_that_is_away_is_transient(two: Pair) -> None:
    drop = two.agree()
    ours = pair("http://127.0.0.1:9/as2", private_network=True)[0]
    async with AiohttpTransport(HttpConfig(ours.settings.url, private_network=True)) as http:
        away = As2Drop("them", ours, http, two.us.sent, FixedClock())
        with pytest.raises(Transient):
            await away.put("940-1.edi", X12)
    await drop.put("940-1.edi", X12)
