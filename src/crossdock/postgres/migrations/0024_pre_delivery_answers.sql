-- Find the few commands an answer by another way may end, without walking a backlog.
-- Lock: SHARE on delivery while building (short: delivery holds only what is under way). Back: drop it.

create index delivery_answerable on delivery (id) where state in ('awaiting', 'parked');
