"""API keys in PostgreSQL (ports.keys.Keys)."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from datetime import datetime

import msgspec

from crossdock.kernel.codec import encode_json
from crossdock.kernel.errors import Conflict, Rejected
from crossdock.ports.acts import Act, state_of
from crossdock.ports.keys import ApiKey
from crossdock.postgres.acts import keep_act
from crossdock.postgres.connection import Pool, transaction, translated
from crossdock.postgres.listening import notifications
from crossdock.postgres.rows import fetch

CHANNEL = "crossdock_key"

_FIND = (
    "select prefix, digest, partner, scopes, label, created, expires, revoked, customer, reach from api_key"
    " where digest = %s"
)

_ADD = """
insert into api_key (prefix, digest, partner, scopes, label, created, expires, revoked, customer, reach)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"""

# Whoever listens is told when this commits, never before.
_REVOKE = """
with stopped as (update api_key set revoked = %s where prefix = %s and revoked is null returning prefix)
select pg_notify('crossdock_key', prefix) from stopped"""

_ALL = """
select prefix, digest, partner, scopes, label, created, expires, revoked, customer, reach from api_key
order by created desc, prefix limit 1000"""


class PostgresKeys:
    """The key store. Only digests are in it."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def find(self, digest: bytes) -> ApiKey | None:
        """See `Keys.find`."""
        found = await fetch(self._pool, ApiKey, _FIND, (digest,), mend=_mended)
        return found[0] if found else None

    async def add(self, key: ApiKey, act: Act | None = None) -> None:
        """See `Keys.add`."""
        values = (
            key.prefix,
            key.digest,
            key.partner,
            list(key.scopes),
            key.label,
            key.created,
            key.expires,
            key.revoked,
            key.customer,
            "" if key.reach.is_all else encode_json(key.reach).decode(),
        )
        try:
            async with transaction(self._pool) as connection:
                with translated():
                    await connection.execute(_ADD, values)
                if act is not None:
                    await keep_act(connection, key.created, act, "", state_of(key), about=f"key {key.prefix}")
        except Conflict as error:
            raise Rejected(f"a key with the prefix {key.prefix} exists already: make another one") from error

    async def revoke(self, prefix: str, at: datetime, act: Act | None = None) -> bool:
        """See `Keys.revoke`."""
        async with transaction(self._pool) as connection:
            with translated():
                stopped = (await connection.execute(_REVOKE, (at, prefix))).rowcount == 1
            if stopped and act is not None:
                await keep_act(connection, at, act, "in force", "revoked", about=f"key {prefix}")
        return stopped

    async def all(self) -> Sequence[ApiKey]:
        """See `Keys.all`."""
        return await fetch(self._pool, ApiKey, _ALL, (), mend=_mended)


def _mended(row: dict[str, object]) -> dict[str, object]:
    """A row with its reach read; what cannot be read reaches nothing, which the conversion refuses."""
    text = row["reach"]
    return row | {"reach": msgspec.json.decode(text) if isinstance(text, str) and text else {}}


class PostgresKeyChanges:
    """ports.keys.KeyChanges, on a connection of its own."""

    def __init__(self, url: str) -> None:
        self._url = url

    def changes(self) -> AsyncGenerator[str, None]:
        """See `KeyChanges.changes`."""
        return notifications(self._url, CHANNEL, "keys")
