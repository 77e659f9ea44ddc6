"""The schema for analysis: every column is described as it is, and its role may read it and nothing else."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import errors

from crossdock.canonical.vocabulary import Disposition
from crossdock.postgres.analytics import described
from crossdock.postgres.codes import DISPOSITIONS

WORDS = """
select c.relname, a.attname, col_description(c.oid, a.attnum), obj_description(c.oid)
from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
where c.relnamespace = 'analytics'::regnamespace and c.relkind = 'v' order by c.relname, a.attnum"""


def test_the_page_says_of_every_column_what_the_database_says(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        rows = connection.execute(WORDS).fetchall()
    assert [row for row in rows if row[2] is None] == [], "every column has a comment"
    told = {(view.name, column, text) for view in described() for column, text in view.columns}
    assert {(view, column, text) for view, column, text, _ in rows} == told
    assert {(view, whole) for view, _, _, whole in rows} == {(view.name, view.text) for view in described()}


@pytest.mark.parametrize("view", [view.name for view in described()])
def test_the_role_reads_a_view(postgres_url: str, view: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        connection.execute("set role crossdock_analytics")
        columns = ", ".join(column for one in described() if one.name == view for column, _ in one.columns)
        assert connection.execute(f"select {columns} from analytics.{view} limit 1".encode()).fetchall() == []


@pytest.mark.parametrize(
    "statement",
    [
        "select body from public.event",
        "select * from public.api_key",
        "delete from analytics.kpi_contributions",
        "create table public.mine ()",
        "create view analytics.mine as select 1",
    ],
)
def test_the_role_may_do_nothing_else(postgres_url: str, statement: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        connection.execute("set role crossdock_analytics")
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute(statement.encode())


def test_a_fact_has_its_disposition_in_words(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        connection.execute(
            "insert into event (dossier, occurred, received, seq, disposition, type, partner, body)"
            " select 7, now(), now(), n + 1, n, 't', 'erp', '' from generate_series(0, %s) n",
            (len(DISPOSITIONS) - 1,),
        )
        rows = connection.execute("select fact_id, disposition from analytics.facts order by position").fetchall()
    assert [Disposition(row[1]) for row in rows] == list(DISPOSITIONS)
    assert rows[0][0] == "7.1"


@pytest.mark.parametrize("word", ["body", "payload", "person", "assignee", "address", "detail"])
def test_no_view_has_what_may_hold_personal_data(word: str) -> None:
    columns = {column for view in described() for column, _ in view.columns}
    assert word not in columns
