"""A view in a partner's own PostgreSQL, read by its increasing key: the legacy way in, allowed until a date (P-18).

A view promises nothing: a row committed late under a smaller key is never seen. That is why this way is marked, read
only, bounded, and ends on the day the partner file names.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec
import psycopg
from psycopg import sql

from crossdock.kernel.errors import Permanent, Transient
from crossdock.kernel.secret import Secret
from crossdock.ports.clock import Clock
from crossdock.ports.polling import PolledPage
from crossdock.postgres.connection import CONNECT_TIMEOUT_S, alive

NAME = r"^[A-Za-z_][A-Za-z0-9_]{0,62}$"
ROW_BYTES_MAX = 1024 * 1024
_KEY_TYPES = {"integer": "bigint", "text": "text"}

_READ = sql.SQL("""
select {key}::text, row_to_json(one)::text from {view} one
where {start} or {key} > %(cursor)s::{type} order by {key} limit %(rows)s""")


class DatabaseViewSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[transport]` of a partner with `kind = "database_view"`: legacy, and only until `legacy_until`.

    `view` may be `schema.view`; `key` is a column of it that only grows (`key_type` says whether a number or text).
    Each row is one message, as a JSON object by column name. Secret: `database_url`, of a user that may read this view
    and nothing else.
    """

    kind: Literal["database_view"]
    view: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,62}(\.[A-Za-z_][A-Za-z0-9_]{0,62})?$")]
    key: Annotated[str, msgspec.Meta(pattern=NAME)]
    legacy_until: date
    key_type: Literal["integer", "text"] = "integer"
    content_type: str = "application/json"
    rows_max: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 200
    timeout_s: Annotated[float, msgspec.Meta(gt=0, le=60)] = 10.0
    every_s: Annotated[float, msgspec.Meta(ge=1, le=86400)] = 60.0


def refuse_overdue(settings: DatabaseViewSettings, today: date) -> None:
    """Raises: Permanent: the day has passed; nothing is read any more."""
    if today > settings.legacy_until:
        raise Permanent(
            f"reading the view {settings.view} was allowed until {settings.legacy_until} and is refused now: connect "
            "this partner by files, its API or messages, or agree with its steward on a later legacy_until"
        )


class LegacyView:
    """ports.polling.PollSource over one view. A connection is made for each page and closed after it."""

    def __init__(self, settings: DatabaseViewSettings, url: Secret, clock: Clock) -> None:
        self._settings = settings
        self._url = url
        self._clock = clock

    async def page(self, cursor: str) -> PolledPage:
        """See `PollSource.page`; refused once `legacy_until` has passed, also while running."""
        settings = self._settings
        refuse_overdue(settings, self._clock.now().date())
        try:
            rows = await self._rows(cursor)
        except psycopg.OperationalError as error:
            raise Transient(f"the database of the view {settings.view} did not answer: {_first_line(error)}") from error
        except psycopg.Error as error:
            raise Permanent(
                f"the view {settings.view} cannot be read by its key {settings.key}: {_first_line(error)}; correct "
                "view, key and key_type, or the rights of the user in database_url"
            ) from error
        bodies = [body.encode() for _, body in rows]
        if any(len(body) > ROW_BYTES_MAX for body in bodies):
            raise Permanent(
                f"a row of the view {settings.view} is larger than {ROW_BYTES_MAX} bytes: leave columns out"
            )
        return PolledPage(bodies, rows[-1][0] if rows else cursor, more=len(rows) == settings.rows_max)

    async def close(self) -> None:
        """Nothing is held."""

    async def _rows(self, cursor: str) -> list[tuple[str, str]]:
        settings = self._settings
        statement = _READ.format(
            key=sql.Identifier("one", settings.key),
            view=sql.Identifier(*settings.view.split(".")),
            type=sql.SQL(_KEY_TYPES[settings.key_type]),
            start=sql.SQL("false" if cursor else "true"),
        )
        # The server itself refuses writing and stops what takes too long, whatever the view does inside.
        options = f"-c default_transaction_read_only=on -c statement_timeout={int(settings.timeout_s * 1000)}"
        async with await psycopg.AsyncConnection.connect(
            alive(self._url.reveal()),
            options=options,
            connect_timeout=CONNECT_TIMEOUT_S,
            application_name="crossdock-legacy-view",
        ) as connection:
            await connection.set_read_only(value=True)
            values = {"cursor": cursor or None, "rows": settings.rows_max}
            return list(await (await connection.execute(statement, values)).fetchall())


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
