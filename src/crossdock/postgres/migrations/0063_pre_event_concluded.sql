-- What a fact made of its own dossier stands in its row: the transitions it caused, the facts concluded from it. And the type
-- a row's business key begins with is not written twice. The facts of rows before stay as they are.
-- Lock: ACCESS EXCLUSIVE on event for milliseconds (no default, no rewrite). Back: drop the view and the two columns once no row
-- has them.

alter table event
    alter column type drop not null,
    add column concluded bytea,
    add column moves bytea;

comment on column event.type is 'Absent where the business key behind the body begins with it.';
comment on column event.concluded is 'Facts concluded from this one in this dossier, packed by postgres/log.py; each has a number of its own.';
comment on column event.moves is 'Transitions as numbers of lines in postgres/transitions_1.txt; in words where one is not listed.';

create view event_number as
    select dossier, seq from event
    union all
    select e.dossier, e.seq + 256 * get_byte(e.concluded, 2 * n - 1) + get_byte(e.concluded, 2 * n)
    from event e cross join lateral generate_series(1, get_byte(e.concluded, 0)) as n
    where e.concluded is not null;

comment on view event_number is 'Every number of every log, those of facts kept in their cause''s row among them.';
