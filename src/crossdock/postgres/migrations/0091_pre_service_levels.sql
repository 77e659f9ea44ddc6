-- Service levels: what kept its promise and what did not, counted once in buckets of five minutes; when each partner was last
-- heard, and last moved anything. Counting reads a minute of the log by when it was recorded.
-- Lock: SHARE on event and delivery_log while the two small indexes are built. Time: a few seconds for ten million rows.
-- Back: drop the three tables and the three indexes.

create index event_recorded_brin on event using brin (recorded) with (pages_per_range = 16, autosummarize = on);
create index delivery_log_ended_brin on delivery_log using brin (ended) with (pages_per_range = 16, autosummarize = on);
create index case_desk_due on case_desk (due_resolve) where due_resolve is not null;

create table slo_bucket (
    objective text not null,
    bucket    timestamptz not null,
    good      bigint not null,
    total     bigint not null,
    primary key (objective, bucket)
);

comment on table slo_bucket is 'An objective (name and digest of its terms) over five minutes.';

create table slo_cursor (
    reader  text not null primary key,
    counted timestamptz not null
);

comment on table slo_cursor is 'Up to when each reader has counted.';

create table partner_pulse (
    partner text not null,
    lane    text not null,
    heard   timestamptz not null,
    moved   timestamptz not null,
    since   bigint not null default 0,
    primary key (partner, lane)
);

comment on table partner_pulse is 'When a partner was last heard; lane is a fact type, or empty for all of them.';
comment on column partner_pulse.since is 'How many facts came since one of them last moved anything.';
