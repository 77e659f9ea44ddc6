-- What a partner said again while the first waits is found by its business key, so that it waits once.
-- Lock: none that stops writers (concurrently). Time: milliseconds, the table holds what nobody owns yet. Back: drop the index.
-- transaction: none

create index concurrently waiting_key on waiting (key, partner);
