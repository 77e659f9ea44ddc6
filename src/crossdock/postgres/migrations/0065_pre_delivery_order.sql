-- The order inside a key by the key's hash alone: of equal entries the database keeps one with a list of rows, and a look-up
-- that finds an earlier row of the key looks no further. The rows of one key are a dozen.
-- Lock: ACCESS EXCLUSIVE on delivery while building (short: delivery holds only what is under way). Back: create index
-- delivery_key on delivery (hashtextextended(ordering_key, 0), id), drop this one.

create index delivery_order on delivery (hashtextextended(ordering_key, 0));

drop index delivery_key;
