-- How cases are worked: who has one, until when, what it costs, and every act on it in an append-only chain of hashes.
-- A case that comes back within 24 hours is the same case; one not yet prepared has no deadline written down.
-- Lock: ACCESS EXCLUSIVE on exception_case for milliseconds (constant defaults, no rewrite), SHARE while the indexes are built:
-- a second a million cases. Back: drop the two tables, the function and the four columns.

alter table exception_case
    add column reopened integer not null default 0,
    add column reopened_at timestamptz,
    add column proof_before text not null default '',
    add column prepared boolean not null default false;

create index exception_case_again on exception_case (subject, code, slot, id) where closed is not null;
create index exception_case_unprepared on exception_case (id) where not prepared;

create table case_desk (
    case_id      bigint not null primary key,
    due_ack      timestamptz,
    due_resolve  timestamptz,
    look_at      timestamptz,
    until        timestamptz,
    severity     smallint not null check (severity between 1 and 4),
    alerts       smallint not null default 0,
    escalations  smallint not null default 0,
    state        text not null check (state in ('OPEN', 'ASSIGNED', 'IN_PROGRESS', 'WAITING', 'RESOLVED', 'DISMISSED')),
    assignee     text not null default '',
    waits_for    text not null default '',
    proposer     text not null default '',
    proposer_key text not null default '',
    why_graver   text not null default '',
    price        numeric,
    per_hour     numeric,
    price_max    numeric,
    currency     text not null default ''
);

create index case_desk_look on case_desk (look_at) where look_at is not null;

comment on column exception_case.proof_before is 'What had closed it before it was opened again.';
comment on table case_desk is 'One case as people work it; exception_case says whether it still holds.';
comment on column case_desk.alerts is 'Latched: 1 half the time to take it is gone, 2 not taken in time, 4 not solved in time.';

create table case_act (
    id      bigint not null primary key,
    case_id bigint not null,
    at      timestamptz not null,
    act     text not null,
    person  text not null,
    key     text not null,
    reason  text not null,
    before  text not null,
    after   text not null,
    prev    bytea not null,
    hash    bytea not null
);

create index case_act_case on case_act (case_id, id);

comment on table case_act is 'Every act on a case, never changed: each row''s hash covers its content and the hash before it.';

create function case_act_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'case_act is append-only' using errcode = 'restrict_violation';
end $$;

create trigger case_act_kept before update or delete on case_act
    for each row execute function case_act_is_append_only();
create trigger case_act_not_emptied before truncate on case_act
    for each statement execute function case_act_is_append_only();
