"""K-32: of the cases that were due, how many were solved by then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crossdock.app.measuring import ask
from crossdock.postgres.connection import open_pool
from crossdock.postgres.measures import PostgresMeasures

DUE = datetime(2026, 6, 8, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.proves("K-32")
async def test_only_what_was_due_counts_and_a_dismissed_case_was_none(postgres_url: str) -> None:
    pool = await open_pool(postgres_url, size_min=1, size_max=1, name="kpi")
    rows = [  # due, closed, state
        (DUE, DUE - HOUR, "IN_PROGRESS"),
        (DUE, DUE, "OPEN"),
        (DUE, DUE + HOUR, "OPEN"),
        (DUE, None, "WAITING"),
        (DUE, None, "DISMISSED"),
        (DUE + 24 * HOUR, None, "OPEN"),
        (DUE + 24 * HOUR, DUE, "OPEN"),
        (DUE - 48 * HOUR, DUE - 49 * HOUR, "OPEN"),
    ]
    async with pool.connection() as connection:
        for number, (due, closed, state) in enumerate(rows):
            await connection.execute(
                "insert into exception_case (dossier, opened, closed, severity, code, subject, slot, queue, detail,"
                " cause_open) values (1, %s, %s, 2, 'TRN-04', %s, '', 'TRN', 'late', '1.1')",
                (due - 2 * HOUR, closed, str(number)),
            )
            await connection.execute(
                "insert into case_desk (case_id, due_resolve, severity, state)"
                " select max(id), %s, 2, %s from exception_case",
                (due, state),
            )
    asked = PostgresMeasures(pool)
    figure = await ask(asked, "K-32", DUE - 24 * HOUR, DUE + 48 * HOUR, DUE + 2 * HOUR, "TRN")
    assert (figure.count, figure.value) == (5, 60)
    assert (await ask(asked, "K-32", DUE - 24 * HOUR, DUE + 48 * HOUR, DUE, "FIN")).count == 0
    await pool.close()
