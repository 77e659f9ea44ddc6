-- Each entry of an index is 64 to 80 bytes of WAL for every command: the two that delivery_line stands in for.
-- Lock: ACCESS EXCLUSIVE on delivery for milliseconds. Back: add primary key (id), create index delivery_lane on delivery
-- (partner, lane, id).

drop index delivery_lane;

alter table delivery drop constraint delivery_pkey;

comment on index delivery_line is 'Rows are found by partner, any of four lanes, and id; ids come from a sequence.';
