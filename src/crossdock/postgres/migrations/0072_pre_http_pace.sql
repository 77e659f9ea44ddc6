-- How far each caller is ahead of its rate, all serving processes together. Unlogged: nothing is lost with it but a measure
-- that fills again by itself, and writing it costs no WAL.
-- Lock: none (new table). Time: milliseconds. Back: drop table http_pace.

create unlogged table http_pace (
    owner   text not null primary key,
    full_at timestamptz not null
) with (fillfactor = 50);

comment on table http_pace is 'GCRA: when this caller would be admitted if it had no burst; one row a key.';
