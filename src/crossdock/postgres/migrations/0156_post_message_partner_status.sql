-- As message_status, for one partner: another's duplicates are not walked through to find the few of this one.
-- Lock: none that stops writers (concurrently). Time: seconds a million rows. Back: drop the index.
-- transaction: none

create index concurrently message_partner_status on message (partner, status, received, id) where status <> 'accepted';
