"""A server that is there and says nothing: given up after the time its pool allows, and the next call goes on."""

from __future__ import annotations

import os
import signal

import pytest

from crossdock.kernel.errors import Transient
from crossdock.postgres.connection import Pool, open_pool, transaction, translated


async def ask(pool: Pool) -> None:
    async with transaction(pool) as connection:
        with translated():
            await connection.execute("select 1")


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
