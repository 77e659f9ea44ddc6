-- The dossier, its log of facts, and the identifiers it owns: the hot path.
-- Lock: none (new tables). Time: milliseconds. Back: drop the three tables and the sequence.
--
-- Columns of events stand widest first, so that no padding is stored or written to the WAL a thousand times a batch.

create sequence dossier_id as bigint increment by 1024;

create table dossier (
    id      bigint not null primary key,
    ident   text not null,
    label   text not null,
    version integer not null check (version > 0),
    state   bytea not null
) with (fillfactor = 50, toast_tuple_target = 4080);

-- It is packed already. An update logs what stands between the unchanged beginning of a row and its unchanged end: so what
-- seldom changes stands first, and the state, which mostly gets its latest change put in front, stands last.
alter table dossier alter column state set storage external;

comment on table dossier is 'The packed state of one key, fenced by version. Nothing that changes is indexed, so updates stay HOT.';

create table event (
    dossier     bigint not null,
    tx          bigint not null default (pg_current_xact_id()::text::bigint),
    occurred    timestamptz not null,
    received    timestamptz not null,
    recorded    timestamptz not null default now(),
    seq         integer not null check (seq > 0),
    disposition smallint not null,
    type        text not null,
    partner     text not null,
    key         text,
    cause       text,
    message     text,
    transitions text,
    reason      text,
    body        bytea not null,
    primary key (dossier, seq)
) with (toast_tuple_target = 8160);

alter table event alter column body set storage external;

comment on table event is 'One fact in a dossier''s log. The event id is dossier.seq. What is absent is null: it costs nothing.';
comment on column event.body is 'The bytes as received and the business key behind them, packed by postgres/packing.py.';
comment on column event.key is 'The business key once more, of answers to commands only: the deliverer looks for them.';
comment on column event.disposition is 'Code of postgres/codes.py, in the order of domain.md §0.5.';
comment on column event.tx is 'The writing transaction (xid8 as bigint, as BRIN knows no xid8): the relay reads in commit order past its cursor.';

create table link (
    dossier bigint not null,
    ident   text not null,
    primary key (ident, dossier)
);

comment on table link is 'Edge of the correlation graph: identifier (scheme|scope|id) to dossier.';
