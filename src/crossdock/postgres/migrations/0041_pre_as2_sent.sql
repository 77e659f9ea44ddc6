-- Documents sent over AS2 whose receipts come later, by another connection and perhaps to another process.
-- Lock: none on existing tables; milliseconds. Back: drop table as2_sent.

create table as2_sent (
    partner text not null,
    message_id text not null,
    name text not null,
    mic text not null,
    sent timestamptz not null,
    disposition text not null default '',
    answered timestamptz,
    primary key (partner, message_id)
);
