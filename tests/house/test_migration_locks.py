"""A migration runs while the release before still works: it neither locks, rewrites nor takes away what that one uses.

Judged by the words of its statements. What is made in the same file is nobody's yet and may be done anything to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.sources import PACKAGE

FILES = sorted((PACKAGE / "postgres" / "migrations").glob("*.sql"))
NAME = r"(?:if (?:not )?exists )?(?:only )?(\w+)"
MADE = re.compile(r"^create (?:unlogged )?table " + NAME)

# What each kind of statement does to a table that is in use. Group 1 is the table.
STOPS = {
    "builds an index under a lock: create it concurrently, in a file of its own": re.compile(
        r"^create (?:unique )?index (?!concurrently).*? on " + NAME
    ),
    "rewrites or scans the table under a lock": re.compile(
        rf"^alter table {NAME} .*(?:alter column \w+ (?:set data )?type|set not null|add primary key|set tablespace"
        r"|set (?:un)?logged|add column \w+ [^,]*default (?:now|clock_timestamp|random|gen_random_uuid|nextval)\()"
    ),
    "checks every row under a lock: add the constraint as not valid, validate it in another file": re.compile(
        rf"^alter table {NAME} (?!.*not valid).*add constraint (?!\w+ primary key using)"
    ),
    "changes every row in one transaction: let a loop of the hub do it, page by page": re.compile(
        rf"^(?:update|delete from) {NAME} (?!.*\bwhere\b)"
    ),
    "locks the table": re.compile(rf"^(?:lock table|truncate(?: table)?|cluster|vacuum full|reindex table) {NAME}"),
}
# Only where the release before may still run; afterwards nobody misses it.
TAKES_AWAY = {
    "takes away what the release before uses: do it in a post migration": re.compile(
        rf"^(?:alter table {NAME} .*(?:drop column|rename)|drop (?:table|view|index|function) {NAME})"
    ),
}
# Applied before there was anybody to disturb; they are never edited.
RULED_FROM = 162
# Later ones that may all the same, each with the reason (a table that stays small).
EXCUSED: dict[str, str] = {}


def statements(path: Path) -> Iterator[str]:
    """Each statement on one line, in lower case, without comments and bodies of functions."""
    text = re.sub(r"--.*", "", path.read_text().lower())
    text = re.sub(r"\$(\w*)\$.*?\$\1\$", "", text, flags=re.DOTALL)
    for statement in text.split(";"):
        words = " ".join(statement.split())
        if words:
            yield words


def findings(path: Path) -> Iterator[str]:
    lines = list(statements(path))
    made = {match[1] for line in lines if (match := MADE.match(line))}
    rules = STOPS if "_post_" in path.name else STOPS | TAKES_AWAY
    for line in lines:
        for what, rule in rules.items():
            match = rule.match(line)
            if match is not None and not made & {group for group in match.groups() if group}:
                yield f"{path.name}: {line[:80]}: {what}"


def findings_in(folder: Path, name: str, sql: str) -> list[str]:
    path = folder / name
    path.write_text(sql)
    return list(findings(path))


def test_no_migration_stops_the_release_before() -> None:
    ruled = [path for path in FILES if int(path.name[:4]) >= RULED_FROM and path.name not in EXCUSED]
    assert [found for path in ruled for found in findings(path)] == []


def test_every_excuse_is_needed() -> None:
    by_name = {path.name: path for path in FILES}
    assert [name for name in EXCUSED if name not in by_name or not list(findings(by_name[name]))] == []


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ("create index event_a on event (a);", "under a lock"),
        ("create unique index event_a on only event (a);", "under a lock"),
        ("alter table event add column a int,\n    alter column b type bigint;", "rewrites"),
        ("alter table event add column a timestamptz default now();", "rewrites"),
        ("alter table event add constraint a check (b > 0);", "checks every row"),
        ("update event set a = 1;", "every row"),
        ("truncate event;", "locks the table"),
        ("alter table event drop column a;", "takes away"),
        ("drop table if exists event;", "takes away"),
    ],
)
def test_what_would_stop_it_is_seen(tmp_path: Path, sql: str, what: str) -> None:
    assert [what in found for found in findings_in(tmp_path, "0200_pre_x.sql", sql)] == [True]


@pytest.mark.parametrize(
    "sql",
    [
        "create table a (b int); create index a_b on a (b); alter table a add constraint c check (b > 0);",
        "-- transaction: none\ncreate index concurrently event_a on event (a);",
        "alter table event add column a text not null default '';",
        "alter table event add constraint a check (b > 0) not valid;",
        "update event set a = 1 where b = 2;",
        "create function f() returns void language sql as $$ update event set a = 1; truncate event $$;",
    ],
)
def test_what_disturbs_nobody_is_let_pass(tmp_path: Path, sql: str) -> None:
    assert findings_in(tmp_path, "0200_pre_x.sql", sql) == []


def test_what_nobody_uses_any_more_may_go_afterwards(tmp_path: Path) -> None:
    assert findings_in(tmp_path, "0200_post_x.sql", "alter table event drop column a;") == []
