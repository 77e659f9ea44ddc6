"""One suite for API keys and one for kept replies; PostgreSQL and memory both pass them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from crossdock.kernel.errors import Rejected
from crossdock.ports.keys import ApiKey, Keys
from crossdock.ports.replies import ClaimState, Replies, StoredReply
from crossdock.postgres.connection import Pool
from crossdock.postgres.keys import PostgresKeys
from crossdock.postgres.replies import PostgresReplies
from crossdock.testing.doors import MemoryKeys, MemoryReplies

NOW = datetime(2026, 6, 1, tzinfo=UTC)
KEY = ApiKey("aaaabbbb", b"d" * 32, "erp1", ("facts:write", "orders:read"), "nightly run", NOW, NOW + timedelta(days=1))
ANSWER = StoredReply(200, "application/json", b'{"status":"accepted"}')


@pytest.fixture(params=["memory", "postgres"])
def keys(request: pytest.FixtureRequest, pool: Pool) -> Keys:
    return MemoryKeys() if request.param == "memory" else PostgresKeys(pool)


@pytest.fixture(params=["memory", "postgres"])
def replies(request: pytest.FixtureRequest, pool: Pool) -> Replies:
    return MemoryReplies() if request.param == "memory" else PostgresReplies(pool)


async def test_key_is_found_by_its_digest_as_it_was_added(keys: Keys) -> None:
    await keys.add(KEY)
    assert await keys.find(KEY.digest) == KEY
    assert await keys.find(b"e" * 32) is None


@pytest.mark.parametrize("change", [{"prefix": "ccccdddd"}, {"digest": b"e" * 32}])
async def test_neither_prefix_nor_digest_is_given_twice(keys: Keys, change: dict[str, object]) -> None:
    await keys.add(KEY)
    with pytest.raises(Rejected, match="make another one"):
        await keys.add(msgspec.structs.replace(KEY, **change))


async def test_key_is_revoked_once_and_still_found(keys: Keys) -> None:
    await keys.add(KEY)
    assert await keys.revoke(KEY.prefix, NOW)
    assert not await keys.revoke(KEY.prefix, NOW + timedelta(hours=1))
    assert not await keys.revoke("nothing", NOW)
    found = await keys.find(KEY.digest)
    assert found is not None
    assert found.revoked == NOW


async def test_keys_are_listed_newest_first(keys: Keys) -> None:
    newer = msgspec.structs.replace(KEY, prefix="ccccdddd", digest=b"e" * 32, created=NOW + timedelta(days=1))
    await keys.add(KEY)
    await keys.add(newer)
    assert [key.prefix for key in await keys.all()] == ["ccccdddd", "aaaabbbb"]


async def test_first_claim_is_fresh_and_a_settled_one_is_answered(replies: Replies) -> None:
    assert (await replies.claim("erp1", "k", b"1", NOW)).state is ClaimState.FRESH
    assert (await replies.claim("erp1", "k", b"1", NOW)).state is ClaimState.RUNNING
    await replies.settle("erp1", "k", ANSWER)
    again = await replies.claim("erp1", "k", b"1", NOW)
    assert (again.state, again.reply) == (ClaimState.DONE, ANSWER)


async def test_another_request_under_the_key_is_told_apart_running_or_done(replies: Replies) -> None:
    await replies.claim("erp1", "k", b"1", NOW)
    assert (await replies.claim("erp1", "k", b"2", NOW)).state is ClaimState.OTHER_REQUEST
    await replies.settle("erp1", "k", ANSWER)
    assert (await replies.claim("erp1", "k", b"2", NOW)).state is ClaimState.OTHER_REQUEST
    assert (await replies.claim("tms1", "k", b"2", NOW)).state is ClaimState.FRESH


async def test_claim_given_back_is_fresh_and_an_answer_cannot_be_given_back(replies: Replies) -> None:
    await replies.claim("erp1", "k", b"1", NOW)
    await replies.forget("erp1", "k")
    assert (await replies.claim("erp1", "k", b"2", NOW)).state is ClaimState.FRESH
    await replies.settle("erp1", "k", ANSWER)
    await replies.forget("erp1", "k")
    assert (await replies.claim("erp1", "k", b"2", NOW)).state is ClaimState.DONE


async def test_claim_of_a_dead_process_lapses_after_a_minute_and_an_answer_after_a_day(replies: Replies) -> None:
    await replies.claim("erp1", "k", b"1", NOW)
    assert (await replies.claim("erp1", "k", b"1", NOW + timedelta(seconds=59))).state is ClaimState.RUNNING
    later = NOW + timedelta(seconds=61)
    assert (await replies.claim("erp1", "k", b"1", later)).state is ClaimState.FRESH
    await replies.settle("erp1", "k", ANSWER)
    assert (await replies.claim("erp1", "k", b"1", later + timedelta(hours=23))).state is ClaimState.DONE
    assert (await replies.claim("erp1", "k", b"9", later + timedelta(hours=25))).state is ClaimState.FRESH


async def test_sweep_deletes_what_has_lapsed_only(replies: Replies) -> None:
    await replies.claim("erp1", "old", b"1", NOW)
    await replies.settle("erp1", "old", ANSWER)
    await replies.claim("erp1", "new", b"1", NOW + timedelta(hours=20))
    assert await replies.sweep(NOW + timedelta(hours=25)) == 1
    assert (await replies.claim("erp1", "new", b"2", NOW + timedelta(hours=20))).state is ClaimState.OTHER_REQUEST


async def test_of_many_claims_at_once_one_is_fresh(replies: Replies) -> None:
    claims = await asyncio.gather(*(replies.claim("erp1", "k", b"1", NOW) for _ in range(12)))
    assert sorted(claim.state for claim in claims).count(ClaimState.FRESH) == 1
