-- Subscriptions to events: who is told of what at which address, what is on its way, every attempt, and notices to owners.
-- Lock: none (new tables). Time: milliseconds. Back: drop the four tables.

create table subscription (
    id          text not null primary key,
    owner       text not null,
    label       text not null,
    url         text not null,
    types       text[] not null,
    partners    text[] not null,
    customers   text[] not null,
    created     timestamptz not null,
    generation  integer not null default 1,
    rotated     timestamptz,
    tx          bigint not null,
    dossier     bigint not null,
    seq         integer not null,
    paused      text not null default '',
    breaker     text not null default 'closed' check (breaker in ('closed', 'open', 'half_open')),
    failures    integer not null default 0,
    opens       integer not null default 0,
    open_until  timestamptz,
    clear_since timestamptz,
    hold_until  timestamptz,
    lease_until timestamptz,
    served      timestamptz not null
);

create index subscription_owner on subscription (owner, id);

comment on table subscription is 'Who outside is told of which events, and how far it has been told: (tx, dossier, seq) of the log.';
comment on column subscription.generation is 'Of the signing secret, which is derived and kept nowhere; the one before holds for a day after rotated.';
comment on column subscription.lease_until is 'Somebody sends for it until then; also the fence of what it settles.';

create table subscription_event (
    number       bigint generated always as identity primary key,
    subscription text not null references subscription on delete cascade,
    event        text not null,
    type         text not null,
    subject      text not null,
    body         bytea not null,
    created      timestamptz not null,
    due          timestamptz not null,
    first_tried  timestamptz,
    ended        timestamptz,
    state        text not null default 'open' check (state in ('open', 'delivered', 'given_up')),
    attempts     integer not null default 0,
    strikes      integer not null default 0,
    detail       text not null default '',
    unique (subscription, event)
);

create index subscription_event_open on subscription_event (subscription, subject, number) where state = 'open';
create index subscription_event_due on subscription_event (subscription, due) where state = 'open';
create index subscription_event_log on subscription_event (subscription, number);
create index subscription_event_created on subscription_event (created);

comment on table subscription_event is 'One event for one subscription, with the very bytes every attempt carries.';

create table subscription_attempt (
    number  bigint not null references subscription_event on delete cascade,
    attempt integer not null,
    at      timestamptz not null,
    status  integer not null,
    ms      integer not null,
    detail  text not null,
    primary key (number, attempt)
);

comment on table subscription_attempt is 'One call on a subscriber; status 0 where no answer came.';

create table subscription_notice (
    number       bigint generated always as identity primary key,
    subscription text not null references subscription on delete cascade,
    at           timestamptz not null,
    kind         text not null,
    detail       text not null
);

create index subscription_notice_of on subscription_notice (subscription, number);

comment on table subscription_notice is 'What the owner of a subscription is told: its address stopped answering, healed, was gone.';
