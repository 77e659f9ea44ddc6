-- When an order's next notice to a customer is due: it is read again then.
-- Lock: none (a new table). Time: milliseconds. Back: drop the table, and the row `notify` of relay_cursor.

create table notice_due (
    due     timestamptz not null,
    dossier bigint not null primary key,
    ident   text not null
);

create index notice_due_at on notice_due (due);

comment on table notice_due is 'Orders with a notice that waits: for more to join it, for the morning, or to become needless.';
