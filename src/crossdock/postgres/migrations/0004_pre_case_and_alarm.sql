-- What people and the clock must look at: exception cases, and when to wake a dossier.
-- Lock: none (new tables). Time: milliseconds. Back: drop the two tables.

create table exception_case (
    id           bigint generated always as identity primary key,
    dossier      bigint not null,
    opened       timestamptz not null,
    closed       timestamptz,
    acknowledged timestamptz,
    occurrences  integer not null default 1,
    severity     smallint not null check (severity between 1 and 4),
    code         text not null,
    subject      text not null,
    slot         text not null,
    queue        text not null,
    detail       text not null,
    cause_open   text not null,
    cause_closed text not null default '',
    acknowledged_by text not null default ''
);

create unique index exception_case_open on exception_case (code, subject, slot) where closed is null;
create index exception_case_dossier on exception_case (dossier);
create index exception_case_queue on exception_case (queue, severity, id) where closed is null;

comment on table exception_case is 'A case, open or closed with its proof; at most one open per code, subject and slot.';

create table alarm (
    dossier bigint not null primary key,
    due     timestamptz not null
);

create index alarm_due on alarm (due);

comment on table alarm is 'When to wake a dossier next: the earliest of its timers.';
