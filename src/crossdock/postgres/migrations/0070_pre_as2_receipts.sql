-- Until when a document's receipt is agreed, and whether a case says that it did not come.
-- Lock: ACCESS EXCLUSIVE on as2_sent for milliseconds (no rewrite), SHARE while the index is built: short, for it holds
-- only what awaits a receipt. Back: drop the index and the columns. Documents posted before it are not waited for.

alter table as2_sent
    add column answer_by timestamptz,
    add column overdue boolean not null default false;

create index as2_sent_awaited on as2_sent (answer_by) where answered is null and not overdue;

comment on column as2_sent.answer_by is 'Set when the partner took the document; its receipt is due then.';
comment on column as2_sent.overdue is 'A case INT-06 says so; the receipt closes it.';
