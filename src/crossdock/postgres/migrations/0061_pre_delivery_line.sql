-- The line of a partner by its name's hash, which is half the entry of the name, and names its rows as well as a key does.
-- Lock: SHARE on delivery while building (short: delivery holds only what is under way). Back: drop the index.

create unique index delivery_line on delivery (hashtext(partner), lane, id);
