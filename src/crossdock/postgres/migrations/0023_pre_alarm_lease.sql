-- Several schedulers may ring alarms at once: a lease says whose turn it is.
-- Lock: ACCESS EXCLUSIVE on alarm for milliseconds (no rewrite). Back: drop the column.

alter table alarm add column claimed_until timestamptz;

comment on column alarm.claimed_until is 'Being rung until then; the wake''s own transaction moves or removes the alarm.';
