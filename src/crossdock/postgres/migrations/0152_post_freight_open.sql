-- Open freight cases newest first: nine in ten cases are settled for good, and the last page walks past none of them.
-- Lock: none that stops writers (concurrently). Time: seconds a million rows. Back: drop the index.
-- transaction: none

create index concurrently freight_card_newest on freight_card (dossier, part) where state not in ('SETTLED', 'REVERSED');
