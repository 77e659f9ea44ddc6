-- How the deliverer finds what may go: the order inside a key, what is in flight, what waits for its next attempt.
-- Lock: SHARE on delivery and delivery_log while building (short: delivery holds only what is under way). Back: drop them.

-- By the key's hash: half the entry of the key itself, and every look-up compares the key as well.
create index delivery_key on delivery (hashtextextended(ordering_key, 0), id);
create index delivery_claimed on delivery (partner, claimed_until) where claimed_until is not null;
create index delivery_tried on delivery (partner, due) where attempts > 0;
create index delivery_log_echo on delivery_log (id) where echo_pending;
create index delivery_log_key on delivery_log (partner, idempotency_key);
