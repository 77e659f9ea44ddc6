"""Cases, opened and closed: one writer for every transaction that may do so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import attrgetter

from crossdock.ports.store import CaseRow
from crossdock.postgres import arrays
from crossdock.postgres.connection import Connection

# A repeat within 24 hours of closing is the same case (domain.md §3.10): it is opened again, and prepared again.
_OPEN_CASES = """
with asked as (
    select * from unnest(%s, %s, %s, %s, %s, %s, %s, %s, %s)
        as u (code, subject, slot, dossier, severity, queue, detail, cause, at)
), again as (
    update exception_case c set closed = null, cause_closed = '', proof_before = c.cause_closed,
        reopened = c.reopened + 1, reopened_at = a.at, occurrences = c.occurrences + 1, detail = a.detail,
        severity = a.severity, dossier = a.dossier, prepared = false
    from asked a
    where c.closed is not null and c.id = (
        select p.id from exception_case p
        where p.subject = a.subject and p.code = a.code and p.slot = a.slot and p.closed > a.at - interval '24 hours'
        order by p.id desc limit 1
    ) and not exists (
        select from exception_case o
        where o.subject = a.subject and o.code = a.code and o.slot = a.slot and o.closed is null)
    returning c.code, c.subject, c.slot
)
insert into exception_case (code, subject, slot, dossier, severity, queue, detail, cause_open, opened)
select a.* from asked a where (a.code, a.subject, a.slot) not in (select code, subject, slot from again)
on conflict (code, subject, slot) where closed is null do update
set occurrences = exception_case.occurrences + 1, detail = excluded.detail, severity = excluded.severity"""

_CLOSE_CASES = """
update exception_case c set closed = u.at, cause_closed = u.cause
from unnest(%s, %s, %s, %s, %s) as u (code, subject, slot, cause, at)
where c.code = u.code and c.subject = u.subject and c.slot = u.slot and c.closed is null"""

_REWORD_CASES = """
update exception_case c set detail = u.detail
from unnest(%s, %s, %s, %s) as u (code, subject, slot, detail)
where c.code = u.code and c.subject = u.subject and c.slot = u.slot and c.closed is null"""


async def write_cases(connection: Connection, cases: Iterable[CaseRow]) -> None:
    """Open and close in the order given; a case opened while open, or soon after it closed, is the same."""
    for cases_once in _rounds(cases):
        await _write_round(connection, cases_once)


def _rounds(cases: Iterable[CaseRow]) -> list[list[CaseRow]]:
    """Split so that no case occurs twice in a round: opened, closed and opened again keeps its order."""
    rounds: list[list[CaseRow]] = []
    times: dict[tuple[str, str, str], int] = {}
    for case in cases:
        key = (case.code, case.subject, case.slot)
        place = times.get(key, 0)
        times[key] = place + 1
        if place == len(rounds):
            rounds.append([])
        rounds[place].append(case)
    return rounds


async def _write_round(connection: Connection, cases: Sequence[CaseRow]) -> None:
    ordered = sorted(cases, key=attrgetter("code", "subject", "slot"))
    opened = [case for case in ordered if case.open and not case.reworded]
    reworded = [case for case in ordered if case.reworded]
    closed = [case for case in ordered if not case.open]
    if opened:
        parameters = (
            *_keys(opened),
            arrays.int8s([case.dossier for case in opened]),
            arrays.int2s([case.severity for case in opened]),
            arrays.texts([case.queue for case in opened]),
            arrays.texts([case.detail for case in opened]),
            *_causes(opened),
        )
        await connection.execute(_OPEN_CASES, parameters)
    if reworded:
        await connection.execute(_REWORD_CASES, (*_keys(reworded), arrays.texts([case.detail for case in reworded])))
    if closed:
        await connection.execute(_CLOSE_CASES, (*_keys(closed), *_causes(closed)))


def _keys(cases: Sequence[CaseRow]) -> tuple[arrays.Array, ...]:
    return (
        arrays.texts([case.code for case in cases]),
        arrays.texts([case.subject for case in cases]),
        arrays.texts([case.slot for case in cases]),
    )


def _causes(cases: Sequence[CaseRow]) -> tuple[arrays.Array, ...]:
    return arrays.texts([case.cause for case in cases]), arrays.instants(case.at for case in cases)
