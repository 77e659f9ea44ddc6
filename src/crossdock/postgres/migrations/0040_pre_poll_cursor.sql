-- Where we stand in what is asked of a partner again and again: moved after the commit of what was read up to there.
-- Lock: none on existing tables; milliseconds. Back: drop table poll_cursor.

create table poll_cursor (
    name text primary key,
    cursor text not null,
    moved timestamptz not null
);
