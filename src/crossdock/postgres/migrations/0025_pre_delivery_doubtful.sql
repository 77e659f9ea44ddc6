-- Find the commands in doubt without walking a backlog of fresh ones.
-- Lock: SHARE on delivery while building (short: delivery holds only what is under way). Back: drop it.

create index delivery_doubtful on delivery (partner, lane, id) where state in ('unknown', 'awaiting');
