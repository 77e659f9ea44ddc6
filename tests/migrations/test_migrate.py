"""Migrations: applied once, in order, by one of many starters, and never edited afterwards."""

from __future__ import annotations

import asyncio
from typing import Any

import psycopg
import pytest

from crossdock.kernel.errors import Conflict, Permanent, Transient
from crossdock.postgres.migrate import FILE_NAME, Migration, migrate, pending, shipped


def made_up(number: int, sql: str, *, checksum: str = "") -> Migration:
    return Migration(number, "pre", f"{number:04}_pre_made_up.sql", sql, checksum or f"sum of {sql}")


def query(url: str, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(statement.encode()).fetchall()


def schema(url: str) -> list[tuple[Any, ...]]:
    """Every column, index and constraint, in the database's own words."""
    return query(
        url,
        """
        select 'column', table_name, column_name, data_type || coalesce(column_default, '') || is_nullable
        from information_schema.columns where table_schema = 'public'
        union all select 'index', tablename, indexname, indexdef from pg_indexes where schemaname = 'public'
        union all select 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid)
        from pg_constraint where connamespace = 'public'::regnamespace
        order by 1, 2, 3""",
    )


async def test_all_are_applied_and_a_second_start_finds_nothing_to_do(empty_database: str) -> None:
    names = [migration.name for migration in shipped()]
    assert await pending(empty_database) == names
    assert await migrate(empty_database) == names
    assert await migrate(empty_database) == []
    assert await pending(empty_database) == []


async def test_starters_at_once_apply_each_file_once(empty_database: str) -> None:
    done = await asyncio.gather(*(migrate(empty_database) for _ in range(4)))
    assert sorted(map(len, done)) == [0, 0, 0, len(shipped())]


async def test_an_index_that_was_cut_off_is_made_anew(empty_database: str) -> None:
    """A unique index that finds two alike fails and stays behind, invalid; once they differ the next start makes it."""
    table = made_up(1, "create table one (a integer); insert into one values (1), (1)")
    index = made_up(2, "-- transaction: none\ncreate unique index concurrently one_a on one (a);")
    with pytest.raises(Conflict):
        await migrate(empty_database, migrations=[table, index])
    valid = "select indisvalid from pg_index where indexrelid = 'one_a'::regclass"
    assert query(empty_database, valid) == [(False,)]
    with psycopg.connect(empty_database) as connection:
        connection.execute("delete from one where ctid = (select min(ctid) from one)")
    assert await migrate(empty_database, migrations=[table, index]) == [index.name]
    assert query(empty_database, valid) == [(True,)]


async def test_one_by_one_over_many_releases_gives_the_same_schema(empty_database: str, postgres_url: str) -> None:
    release: list[Migration] = []
    for migration in shipped():
        release.append(migration)
        assert await migrate(empty_database, migrations=release) == [migration.name]
    assert schema(empty_database) == schema(postgres_url)


async def test_before_and_after_the_release_before_gives_the_same_schema(
    empty_database: str, postgres_url: str
) -> None:
    before = await migrate(empty_database, phase="pre")
    assert {name[5:8] for name in before} == {"pre"}
    assert {name[5:9] for name in await pending(empty_database)} == {"post"}
    assert await pending(empty_database, "pre") == []
    assert len(before) + len(await migrate(empty_database, phase="post")) == len(shipped())
    assert schema(empty_database) == schema(postgres_url)


async def test_an_edited_file_is_refused_by_name(empty_database: str) -> None:
    await migrate(empty_database, migrations=[made_up(1, "create table one ()")])
    with pytest.raises(Permanent, match=r"0001_pre_made_up\.sql was edited .* add a new file"):
        await migrate(empty_database, migrations=[made_up(1, "create table two ()")])


async def test_a_removed_file_is_refused_by_name(empty_database: str) -> None:
    await migrate(empty_database, migrations=[made_up(1, "select 1"), made_up(2, "select 2")])
    with pytest.raises(Permanent, match=r"0001_pre_made_up\.sql was applied, but this release has no such file"):
        await migrate(empty_database, migrations=[made_up(2, "select 2")])


async def test_the_release_before_starts_on_the_schema_of_the_next(empty_database: str) -> None:
    before = [made_up(1, "create table one ()")]
    await migrate(empty_database, migrations=[*before, made_up(2, "create table two ()")])
    assert await migrate(empty_database, migrations=before) == []


async def test_a_lower_number_from_another_branch_is_still_applied(empty_database: str) -> None:
    await migrate(empty_database, migrations=[made_up(1, "select 1"), made_up(3, "select 3")])
    late = [made_up(1, "select 1"), made_up(2, "create table two ()"), made_up(3, "select 3")]
    assert await migrate(empty_database, migrations=late) == ["0002_pre_made_up.sql"]


async def test_a_file_that_fails_leaves_nothing_of_itself(empty_database: str) -> None:
    broken = made_up(2, "create table two (); select 1 / 0")
    with pytest.raises(Exception, match="division by zero"):
        await migrate(empty_database, migrations=[made_up(1, "create table one ()"), broken])
    assert query(empty_database, "select number from schema_migration") == [(1,)]
    assert query(empty_database, "select to_regclass('one')::text, to_regclass('two')::text") == [("one", None)]


async def test_a_file_may_ask_to_run_outside_a_transaction(empty_database: str) -> None:
    concurrently = made_up(2, "-- transaction: none\ncreate index concurrently one_n on one (n)")
    await migrate(empty_database, migrations=[made_up(1, "create table one (n int)"), concurrently])
    assert query(empty_database, "select indexname from pg_indexes where tablename = 'one'") == [("one_n",)]


async def test_a_busy_table_is_given_up_after_three_seconds(empty_database: str) -> None:
    await migrate(empty_database, migrations=[made_up(1, "create table one ()")])
    with psycopg.connect(empty_database) as reader:
        reader.execute("select * from one")
        with pytest.raises(Transient, match="lock timeout"):
            await migrate(empty_database, migrations=[made_up(1, "create table one ()"), made_up(2, "drop table one")])


def test_files_are_named_by_the_rule_and_say_what_they_lock_and_how_to_go_back() -> None:
    for migration in shipped():
        assert FILE_NAME.fullmatch(migration.name), migration.name
        head = migration.sql.partition("\n\n")[0]
        assert "-- Lock:" in head, f"{migration.name}: say which lock it takes and for how long"
        assert "Back:" in head, f"{migration.name}: say how to go back"


def test_numbers_are_never_used_twice() -> None:
    numbers = [migration.number for migration in shipped()]
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize("column", ["tx", "type", "partner", "key", "received"])
async def test_the_log_has_no_other_btree_than_its_key(postgres_url: str, column: str) -> None:
    """Each more would cost the hot path one to two microseconds an event (performance.md, Schema)."""
    indexes = query(postgres_url, "select indexdef from pg_indexes where tablename = 'event'")
    btrees = [definition for (definition,) in indexes if "USING btree" in definition]
    assert len(btrees) == 1
    assert f"({column}" not in btrees[0]
