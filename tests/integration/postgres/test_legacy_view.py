"""P-18: a view is read in the order of its key, without a right to write, and only until the day agreed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec
import psycopg
import pytest

from crossdock.kernel.errors import Permanent, Transient
from crossdock.kernel.secret import Secret
from crossdock.postgres.legacy_view import DatabaseViewSettings, LegacyView, refuse_overdue

SETTINGS = DatabaseViewSettings(
    kind="database_view", view="public.moves", key="id", legacy_until=date(2026, 11, 21), rows_max=2
)
TABLE = """
create table move (id bigint, code text, note text);
insert into move values (3, 'c', 'x'), (1, 'a', null), (2, 'b', 'Größe');
create function tamper() returns text language plpgsql as $$ begin delete from move; return 'done'; end $$;
create view moves as select * from move;
create view tampering as select id, tamper() from move;
create view endless as select id, pg_sleep(60)::text as slept from move;
create view wide as select 1 as id, repeat('x', 1100000) as text;
"""


class FixedClock:
    """Stands still on the last day."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now


def view(url: str, day: int = 21, **changes: object) -> LegacyView:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(TABLE)
    clock = FixedClock(datetime(2026, 11, day, 23, tzinfo=UTC))
    return LegacyView(msgspec.structs.replace(SETTINGS, **changes), Secret(url), clock)


async def test_rows_come_in_the_order_of_the_key_page_by_page(empty_database: str) -> None:
    source = view(empty_database)
    first = await source.page("")
    second = await source.page(first.cursor)
    assert [msgspec.json.decode(body)["id"] for body in (*first.bodies, *second.bodies)] == [1, 2, 3]
    assert msgspec.json.decode(first.bodies[1]) == {"id": 2, "code": "b", "note": "Größe"}
    assert [(first.cursor, first.more), (second.cursor, second.more)] == [("2", True), ("3", False)]
    assert (await source.page("3")).bodies == []


async def test_a_key_may_be_text(empty_database: str) -> None:
    page = await view(empty_database, key="code", key_type="text").page("a")
    assert page.cursor == "c"


async def test_a_view_cannot_make_us_write(empty_database: str) -> None:
    source = view(empty_database, view="tampering")
    with pytest.raises(Permanent, match="read-only transaction"):
        await source.page("")


async def test_a_view_that_takes_too_long_is_stopped(empty_database: str) -> None:
    source = view(empty_database, view="endless", timeout_s=0.05)
    with pytest.raises(Transient, match="statement timeout"):
        await source.page("")


@pytest.mark.parametrize("changes", [{"view": "nowhere"}, {"key": "nothing"}, {"key": "code"}], ids=str)
async def test_a_view_that_is_not_what_the_file_says_is_for_a_person(
    empty_database: str, changes: dict[str, str]
) -> None:
    named = {"view": "moves", "key": "id", **changes}
    with pytest.raises(Permanent, match="correct view, key and key_type"):
        await view(empty_database, view=named["view"], key=named["key"]).page("1")


async def test_a_row_too_large_is_not_taken(empty_database: str) -> None:
    with pytest.raises(Permanent, match="leave columns out"):
        await view(empty_database, view="wide").page("")


async def test_the_day_after_the_last_nothing_is_read(empty_database: str) -> None:
    source = view(empty_database, day=22)
    with pytest.raises(Permanent, match="allowed until 2026-11-21 and is refused now"):
        await source.page("")
    refuse_overdue(SETTINGS, date(2026, 11, 21))


async def test_a_database_that_is_away_is_transient() -> None:
    source = LegacyView(SETTINGS, Secret("postgresql://127.0.0.1:9/x"), FixedClock(datetime(2026, 1, 1, tzinfo=UTC)))
    with pytest.raises(Transient, match="did not answer"):
        await source.page("")
