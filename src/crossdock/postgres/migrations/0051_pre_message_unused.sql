-- What could not be used and waits to be run again, in its order; and what was made of it since.
-- Lock: SHARE on message while building: 1 s a million messages; only refused ones are in it. Back: drop the indexes.

create index message_unused on message (received, id) where status in ('refused', 'partial') and original = '';

create index message_original on message (original) where original <> '';
