-- The order inside a key is found by delivery_order.
-- Lock: ACCESS EXCLUSIVE on delivery for milliseconds. Back: create index delivery_key on delivery
-- (hashtextextended(ordering_key, 0), id).

drop index delivery_key;
