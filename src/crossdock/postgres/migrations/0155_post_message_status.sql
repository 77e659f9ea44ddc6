-- The list of messages that were not simply taken, newest first, of one kind: few among millions.
-- Lock: none that stops writers (concurrently). Time: seconds a million rows. Back: drop the index.
-- transaction: none

create index concurrently message_status on message (status, received, id) where status <> 'accepted';
