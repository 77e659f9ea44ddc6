-- Commands on their way, commands that ended, and the numbers and gates of each partner.
-- Lock: none (new tables). Time: milliseconds. Back: drop the five tables and the sequence.

create sequence delivery_id as bigint increment by 4096;

create table delivery (
    id              bigint not null primary key,
    dossier         bigint not null,
    created         timestamptz not null default now(),
    due             timestamptz not null,
    next_at         timestamptz not null default 'epoch',
    claimed_until   timestamptz,
    attempts        integer not null default 0,
    lane            smallint not null check (lane between 0 and 3),
    state           text not null default 'open' check (state in ('open', 'unknown')),
    partner         text not null,
    type            text not null,
    idempotency_key text not null,
    ordering_key    text not null,
    cause           text not null,
    traceparent     text,
    claimed_by      text not null default '',
    detail          text not null default '',
    payload         bytea not null
) with (fillfactor = 80);

create index delivery_lane on delivery (partner, lane, id);

comment on table delivery is 'The outbox: one command to one partner, in order of id per ordering key. Deleted when it ended.';
comment on column delivery.payload is 'Canonical JSON, packed by postgres/packing.py.';
comment on column delivery.traceparent is 'The trace of the call that caused it, if it came with one.';

create table delivery_log (
    id              bigint not null primary key,
    dossier         bigint not null,
    created         timestamptz not null,
    ended           timestamptz not null,
    attempts        integer not null,
    lane            smallint not null default 0,
    outcome         text not null,
    partner         text not null,
    type            text not null,
    idempotency_key text not null,
    ordering_key    text not null default '',
    cause           text not null default '',
    detail          text not null,
    reference       text not null,
    payload         bytea not null
);

create index delivery_log_dossier on delivery_log (dossier);

comment on table delivery_log is 'A command that ended, with what the partner said.';

create table partner_gate (
    partner       text not null primary key,
    breaker_state text not null default 'closed' check (breaker_state in ('closed', 'open', 'half_open')),
    failures      integer not null default 0,
    open_until    timestamptz,
    paused        boolean not null default false,
    pause_reason  text not null default '',
    updated       timestamptz not null default now()
);

comment on table partner_gate is 'Breaker and pause of one partner; survives restarts.';

create table control_number (
    partner text not null,
    kind    text not null,
    last    bigint not null,
    primary key (partner, kind)
);

create table control_assignment (
    partner  text not null,
    kind     text not null,
    key      text not null,
    number   bigint not null,
    assigned timestamptz not null default now(),
    primary key (partner, kind, key),
    unique (partner, kind, number)
);

comment on table control_number is 'The last number given per partner and kind: gap-free, under row lock.';
comment on table control_assignment is 'Which number a key was given: asking again gives the same one.';
