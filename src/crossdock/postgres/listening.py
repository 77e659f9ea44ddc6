"""Being told by the database: a connection of its own that only listens on one channel (PostgreSQL, `LISTEN`)."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import psycopg

from crossdock.postgres.connection import CONNECT_TIMEOUT_S, alive, translated

# Between two looks whether the server is still there.
LISTEN_S = 30.0


async def notifications(url: str, channel: str, name: str) -> AsyncGenerator[str, None]:
    """What is notified on this channel from now on; an empty text first, which says "listening from now on".

    Raises:
        Transient: the connection was lost, and what was notified since is missed; call again.
    """
    with translated():
        connection = await psycopg.AsyncConnection.connect(
            alive(url), autocommit=True, connect_timeout=CONNECT_TIMEOUT_S, application_name=f"crossdock-{name}"
        )
    async with connection:
        with translated():
            await connection.execute(f"listen {channel}".encode())
            yield ""
            while True:
                async for notification in connection.notifies(timeout=LISTEN_S):
                    yield notification.payload
                await connection.execute("select 1")
