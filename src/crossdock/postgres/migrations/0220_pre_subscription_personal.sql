-- Whether a subscriber is sent what is about persons: said when the subscription is made, by a key that may see it. Those that are
-- there already are sent events without it from now on; who may see it makes a new one (decision 0051).
-- Lock: ACCESS EXCLUSIVE on subscription for milliseconds (constant default, a handful of rows). Time: milliseconds. Back: drop the
-- column.

alter table subscription add column personal boolean not null default false;

comment on column subscription.personal is 'Whether what is about persons is sent too; it was made by a key that may see it.';
