-- Which causes our own people have been told of: one word when a cause appears, one when it is gone, none between.
-- Lock: none (a new table). Time: milliseconds. Back: drop the table; whoever is to be told is then told once more.

create table alert_latch (
    cause   text not null primary key,
    queue   text not null,
    code    text not null,
    opened  timestamptz not null,
    seen    timestamptz not null,
    closed  timestamptz,
    episode integer not null default 1,
    detail  text not null
);

comment on table alert_latch is 'A cause somebody was told of: open while its cases are, and closed once it has stayed away for a while.';
comment on column alert_latch.cause is 'The code of its cases; with subject and slot where they are about a partner or the hub itself.';
comment on column alert_latch.seen is 'When a case of it was last open.';
comment on column alert_latch.episode is 'How often it has come: what is told of one episode bears its number in its key.';
