-- Orders with open cases, newest first, in the order of their list.
-- Lock: none that stops writers (concurrently). Time: seconds a million rows. Back: drop the index.
-- transaction: none

create index concurrently order_card_with_cases on order_card (dossier) where cases > 0;
