-- What the deliverer must remember of a command on its way: doubt, waiting for an acknowledgement, parked, patience spent.
-- Lock: ACCESS EXCLUSIVE on delivery, delivery_log and partner_gate for milliseconds (constant defaults, no rewrite; the
-- checks scan delivery, which holds only what is under way). Back: drop the columns, restore the two constraints.

alter table delivery
    drop constraint delivery_state_check,
    drop column next_at,
    add constraint delivery_state_check check (state in ('open', 'unknown', 'awaiting', 'parked')),
    add column strikes smallint not null default 0,
    add column first_tried timestamptz,
    add column parked_at timestamptz,
    add column operator text not null default '';

-- Rows live for seconds and every one is updated and deleted: without this the indexes grow until a nightly vacuum.
alter table delivery set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.2);

comment on column delivery.due is 'Not before then: the instant it was asked for, later the next attempt.';
comment on column delivery.attempts is 'Times claimed; the fence of whoever settles it.';
comment on column delivery.strikes is 'Failures held against the command itself, not against a dead endpoint.';
comment on column delivery.operator is 'Who started this run again, and when.';

-- A parked or refused command may be run again by a person: one log row a run, told apart by its attempts.
alter table delivery_log
    drop constraint delivery_log_pkey,
    add primary key (id, attempts),
    add constraint delivery_log_outcome_check check (outcome in ('delivered', 'refused', 'parked', 'skipped')),
    add column traceparent text,
    add column due timestamptz,
    add column echo_pending boolean not null default false;

comment on column delivery_log.echo_pending is 'The dossier has not been told yet; set in the transaction that ended the run.';
comment on column delivery_log.due is 'When it was asked for.';

alter table partner_gate
    add column opens integer not null default 0,
    add column probe_until timestamptz,
    add column clear_since timestamptz,
    add column full_at timestamptz,
    add column hold_until timestamptz,
    add column paused_by text not null default '',
    add column paused_at timestamptz;

comment on column partner_gate.full_at is 'GCRA: theoretical arrival time of the next call.';
comment on column partner_gate.clear_since is 'The way has been open since then; patience with a command counts from it.';
