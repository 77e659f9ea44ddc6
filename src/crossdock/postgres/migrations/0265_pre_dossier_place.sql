-- Two dossiers a page, each with the room it will need: at 30 a page began with four, and one update in eighteen still wrote its whole
-- row, and an index entry, elsewhere. What was left behind took more room than what is now kept free: over 720 dossiers told to
-- their end the table is 5 % smaller, and an event writes 33 bytes of WAL less.
-- Lock: SHARE UPDATE EXCLUSIVE on dossier for milliseconds; only new pages are filled so. Back: set (fillfactor = 30).

alter table dossier set (fillfactor = 20);
