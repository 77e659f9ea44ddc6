-- The relay finds what was committed past its cursor without a btree on the hot table.
-- Lock: SHARE on event while building (empty at first installation). Time: milliseconds. Back: drop the index.

create index event_tx_brin on event using brin (tx) with (pages_per_range = 16, autosummarize = on);
