-- Canary orders: when each was sent through the pipeline, and when the last system had taken what it caused.
-- Lock: none (a new table). Time: milliseconds. Back: drop the table.

create table canary_run (
    id    bigint generated always as identity primary key,
    sent  timestamptz not null,
    back  timestamptz,
    ended timestamptz
);

create index canary_run_ended on canary_run (ended);
create index canary_run_open on canary_run (id) where ended is null;

comment on table canary_run is 'A synthetic order on its way through the hub; its order number is CROSSDOCK-CANARY- and its id.';
comment on column canary_run.back is 'When the last command it caused was delivered; absent of one that was given up.';
