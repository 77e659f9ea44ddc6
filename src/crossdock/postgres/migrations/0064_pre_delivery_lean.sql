-- A command's type where its idempotency key does not begin with it; its age where it is not the instant it is due.
-- Lock: ACCESS EXCLUSIVE on delivery for milliseconds. Back: fill both columns, set them not null.

alter table delivery
    alter column type drop not null,
    alter column created drop not null;

comment on column delivery.type is 'Absent where the idempotency key begins with it and a colon.';
comment on column delivery.created is 'Absent until due is moved: then the first due, which is when it was made.';
