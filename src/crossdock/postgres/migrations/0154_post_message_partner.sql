-- The list of one partner's messages, newest first: a partner that speaks once a month is found without its neighbours.
-- Its condition holds for every row; only who states it gets this index, so that the look-ups of messages received before,
-- planned while the table is empty, never take it for theirs.
-- Lock: none that stops writers (concurrently). Time: seconds a million rows. Back: drop the index.
-- transaction: none

create index concurrently message_partner on message (partner, received, id) where received > '-infinity';
