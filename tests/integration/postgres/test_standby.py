"""The pair of databases of `crossdock chaos`: committed means on both, and one takes over from the other."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from crossdock.bootstrap.clustered.database_pair import DatabasePair
from crossdock.kernel.errors import Transient
from crossdock.postgres.standby import is_caught_up


@pytest.mark.slow
async def test_a_promoted_standby_has_what_was_committed_and_gets_a_standby_of_its_own(data_dir: Path) -> None:
    pair = DatabasePair(data_dir)
    try:
        await pair.start()
        url = pair.url(pair.primary)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("create table kept (number integer)")
            connection.execute("insert into kept values (1)")
        lost = pair.primary
        await pair.fail_over()
        assert pair.primary != lost
        either = ",".join(f"127.0.0.1:{pair.port(name)}" for name in (lost, pair.primary))
        found = f"postgresql://postgres@{either}/crossdock?target_session_attrs=read-write"
        with psycopg.connect(found, autocommit=True) as connection:
            assert connection.execute("select number from kept").fetchall() == [(1,)]
            connection.execute("insert into kept values (2)")
        assert not await pair.is_safe()
        await pair.rejoin()
        assert await is_caught_up(pair.url(pair.primary))
        with psycopg.connect(pair.url(pair.standby)) as connection:
            assert connection.execute("select number from kept order by 1").fetchall() == [(1,), (2,)]
    finally:
        await pair.stop()


async def test_a_server_that_is_not_there_is_transient() -> None:
    with pytest.raises(Transient):
        await is_caught_up("postgresql://postgres@127.0.0.1:9/crossdock")
