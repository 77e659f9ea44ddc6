-- Plans of repairs: what would change when orders are folded again, who proposed, approved and applied it.
-- Lock: none (new tables). Time: milliseconds. Back: drop the two tables.

create table repair_plan (
    created      timestamptz not null,
    as_of        timestamptz not null,
    approved     timestamptz,
    ended        timestamptz,
    cursor       bigint not null default 0,
    looked       integer not null default 0,
    id           text not null primary key,
    state        text not null check (state in ('planning', 'proposed', 'approved', 'applying', 'done', 'withdrawn')),
    selection    jsonb not null,
    money        jsonb not null default '{}',
    reason       text not null,
    proposer     text not null,
    proposer_key text not null,
    policy       text not null,
    heard        text not null default '',
    digest       text not null default '',
    approver     text not null default '',
    approver_key text not null default '',
    edited       bytea
);

create index repair_plan_open on repair_plan (id) where state in ('planning', 'applying');

create table repair_item (
    at         timestamptz,
    dossier    bigint not null,
    n          integer not null,
    plan       text not null references repair_plan (id),
    ident      text not null,
    state      text not null check (state in ('gathered', 'planned', 'broken', 'applied', 'refused')),
    digest     text not null default '',
    detail     text not null default '',
    statements bytea not null,
    heirs      jsonb not null,
    outcome    bytea,
    primary key (plan, n)
);

create unique index repair_item_about on repair_item (plan, dossier, ident);

create index repair_item_open on repair_item (plan, n) where state in ('gathered', 'planned');

comment on table repair_plan is 'A repair: proposed, approved by a second person, applied as planned or not at all.';
comment on table repair_item is 'One dossier of a repair: what the dry run found (outcome), and what became of it.';
comment on column repair_item.statements is 'Facts that a second reading of its messages adds, in JSON.';
comment on column repair_item.heirs is 'For each message read again: the rows that came of it before.';
