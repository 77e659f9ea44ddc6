-- Sums of open freight money are read from this index alone, in the order of their groups: no row of what was ever settled is
-- read, and nothing is sorted that does not fit in memory.
-- Lock: none that stops writers (concurrently). Time: seconds a million rows. Back: drop the index.
-- transaction: none

create index concurrently freight_card_sums on freight_card (carrier, currency, state)
    include (since, over, accrued, booked, invoiced, approved, disputed, period, papers)
    where state not in ('SETTLED', 'REVERSED');
