"""A server that is there and says nothing: given up after the time its pool allows, and the next call goes on."""

from __future__ import annotations

import os
import signal
from typing import LiteralString

import pytest

from crossdock.kernel.errors import Transient
from crossdock.postgres.connection import Pool, allow, open_pool, transaction, translated


async def ask(pool: Pool, what: LiteralString = "select 1") -> None:
    async with transaction(pool) as connection:
        with translated():
            await connection.execute(what)


async def test_whoever_never_answers_is_given_up_and_the_pool_opens_another(postgres_url: str) -> None:
    pool = await open_pool(postgres_url, size_min=1, size_max=1, name="bounded", answer_s=0.5)
    try:
        async with transaction(pool) as connection:
            frozen = connection.info.backend_pid
        os.kill(frozen, signal.SIGSTOP)
        try:
            with pytest.raises(Transient, match=r"no answer within 0\.5 s"):
                await ask(pool)
        finally:
            os.kill(frozen, signal.SIGCONT)
        async with transaction(pool) as connection:
            assert connection.info.backend_pid != frozen
    finally:
        await pool.close()


async def test_a_session_left_in_the_middle_of_a_pipeline_lets_its_locks_go(postgres_url: str) -> None:
    """Its client is there and says nothing more, as behind a proxy that keeps the connection of a process that died."""
    gone = await open_pool(postgres_url, size_min=1, size_max=1, name="gone", options="-c transaction_timeout=300")
    other = await open_pool(postgres_url, size_min=1, size_max=1, name="other")
    try:
        async with gone.connection() as left:
            left.pgconn.enter_pipeline_mode()
            for statement in (b"begin", b"select pg_advisory_xact_lock(7299, 1)"):
                left.pgconn.send_query_params(statement, None)
            left.pgconn.send_flush_request()
            left.pgconn.flush()
            await taken(other)
            async with transaction(other) as connection:
                await connection.execute("select pg_advisory_xact_lock(7299, 1)")
            left.pgconn.finish()
    finally:
        await gone.close()
        await other.close()


async def taken(pool: Pool) -> None:
    """Returns once somebody holds the lock."""
    held = False
    while not held:
        async with transaction(pool) as connection:
            answer = await connection.execute("select exists (select from pg_locks where classid = 7299 and granted)")
            held = bool((await answer.fetchall())[0][0])


async def test_every_transaction_has_an_end(postgres_url: str) -> None:
    pool = await open_pool(postgres_url, size_min=1, size_max=1, name="every")
    try:
        async with transaction(pool) as connection:
            answer = await connection.execute("show transaction_timeout")
            assert await answer.fetchall() == [("10min",)]
    finally:
        await pool.close()


async def test_a_transaction_that_allowed_itself_more_is_not_ended(postgres_url: str) -> None:
    pool = await open_pool(postgres_url, size_min=1, size_max=1, name="long", options="-c transaction_timeout=300")
    try:
        async with transaction(pool) as connection:
            await allow(connection, 0)
            await connection.execute("select pg_sleep(0.6)")
        with pytest.raises(Transient):
            await ask(pool, "select pg_sleep(30)")
    finally:
        await pool.close()
