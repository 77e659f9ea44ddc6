-- What could not be used and waits to be run again, in its order; and what was made of it since.
-- Lock: SHARE on message while building (only refused ones are in it). Time: 1 s a million. Back: drop the indexes.

create index message_unused on message (received, id) where status in ('refused', 'partial') and original = '';

create index message_original on message (original) where original <> '';
