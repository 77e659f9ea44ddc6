-- Reconciliation: results with the proof of what was compared, differences remembered from run to run, extracts under way.
-- Lock: none (new tables). Time: milliseconds. Back: drop the four tables and the sequence.

create sequence recon_run as bigint;

create table recon_result (
    id            bigint not null primary key,
    at            timestamptz not null,
    as_of         timestamptz not null,
    took_s        double precision not null,
    left_count    integer not null,
    right_count   integer not null,
    matched       integer not null,
    tolerated     integer not null,
    in_flight     integer not null,
    missing_left  integer not null,
    missing_right integer not null,
    different     integer not null,
    breaks        integer not null,
    healed        integer not null,
    check_id      text not null,
    partner       text not null,
    left_hash     text not null,
    right_hash    text not null,
    failed        text not null default ''
);

create index recon_result_check on recon_result (check_id, at);

comment on table recon_result is 'One run of one check: outcome counts, and count and SHA-256 of both extracts.';

create table recon_break (
    first    timestamptz not null,
    dossier  bigint not null,
    runs     integer not null,
    healed   boolean not null,
    unowned  boolean not null,
    check_id text not null,
    partner  text not null,
    key      text not null,
    code     text not null,
    outcome  text not null,
    detail   text not null,
    primary key (check_id, partner, key)
);

comment on table recon_break is 'A difference from when it is first seen until a run finds it gone.';
comment on column recon_break.runs is 'In how many runs it was older than the grace; from the third on it is INT-11.';

create table recon_schedule (
    due      timestamptz not null,
    check_id text not null,
    partner  text not null,
    primary key (check_id, partner)
);

comment on table recon_schedule is 'When a check may run next; whoever moves it has the run.';

-- Written once, read once and dropped: a crash may lose it, the next run takes new extracts.
create unlogged table recon_extract (
    run  bigint not null,
    side text collate "C" not null check (side in ('left', 'right')),
    key  text collate "C" not null,
    body bytea not null,
    primary key (run, key, side)
);

comment on table recon_extract is 'Both sides of a run under way, by match key.';
