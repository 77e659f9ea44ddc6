-- How often customers looked at a shipment that is late and does not say why (K-41), by the hour. It says nothing of who
-- looked, and no customer reads it.
-- Lock: none (new table). Time: milliseconds. Back: drop the table.

create table portal_enquiry (
    hour     timestamptz not null,
    looks    integer not null default 1,
    order_no text collate "C" not null,
    shipment text collate "C" not null,
    primary key (hour, order_no, shipment)
);

comment on table portal_enquiry is 'Looks of customers at late shipments that give no reason, by the hour.';
