-- Freight cases over tolerance are few among those that are open: their list reads them alone.
-- Lock: none that stops writers (concurrently). Time: seconds a million rows. Back: drop the index.
-- transaction: none

create index concurrently freight_card_over on freight_card (dossier, part)
    where over and state not in ('SETTLED', 'REVERSED');
