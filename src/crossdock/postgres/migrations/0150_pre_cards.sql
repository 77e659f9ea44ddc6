-- Cards: one row an order, a freight case, a stock position, as lists show them, and the terms they are found under. All of it
-- is made from dossiers and open cases by a follower of the log, and may be made anew at any time.
-- Lock: none (new tables). Time: milliseconds. Back: drop the tables, and the row `cards` of relay_cursor.

create table order_card (
    dossier       bigint not null primary key,
    placed        timestamptz,
    since         timestamptz,
    requested     timestamptz,
    promised      timestamptz,
    due           timestamptz,
    value         numeric,
    case_sum      bigint not null,
    cases         integer not null,
    severity      smallint not null,
    grade         smallint not null check (grade between 0 and 4),
    order_no      text collate "C" not null,
    customer      text collate "C" not null,
    customer_name text not null,
    customer_po   text not null,
    currency      text not null,
    flow          text collate "C" not null,
    label         text not null,
    worst         text not null
);
create index order_card_grade on order_card (grade, dossier);
create index order_card_flow on order_card (flow, dossier);
create index order_card_customer on order_card (customer, dossier);
create index order_card_due on order_card (due, dossier) where due is not null;
create index order_card_cases on order_card (severity, dossier) where cases > 0;

-- Warehouses (`warehouse|WH-NL1`) and partners (`partner|nvtr`) an order has to do with.
create table order_mark (
    dossier bigint not null,
    mark    text collate "C" not null,
    primary key (mark, dossier)
);
create index order_mark_dossier on order_mark (dossier);

create table card_term (
    dossier bigint not null,
    term    text collate "C" not null,
    scheme  text collate "C" not null,
    primary key (term, dossier)
);
create index card_term_dossier on card_term (dossier);

create table freight_card (
    dossier   bigint not null,
    since     timestamptz,
    moved     timestamptz,
    estimated numeric not null,
    accrued   numeric not null,
    booked    numeric not null,
    invoiced  numeric not null,
    approved  numeric not null,
    paid      numeric not null,
    disputed  numeric not null,
    over      boolean not null,
    part      text collate "C" not null,
    carrier   text collate "C" not null,
    state     text collate "C" not null,
    currency  text not null,
    period    text not null,
    papers    text not null,
    failing   text not null,
    primary key (dossier, part)
);
create index freight_card_state on freight_card (state, dossier, part);
create index freight_card_open on freight_card (carrier, dossier, part) where state not in ('SETTLED', 'REVERSED');

create table stock_card (
    dossier   bigint not null,
    snapshot  timestamptz,
    on_hand   numeric not null,
    allocated numeric not null,
    picked    numeric not null,
    erp       numeric not null,
    drift     numeric not null,
    stated    boolean not null,
    differs   boolean not null,
    warehouse text collate "C" not null,
    item      text collate "C" not null,
    lot       text collate "C" not null,
    status    text collate "C" not null,
    uom       text not null,
    primary key (dossier, lot, status)
);
create index stock_card_place on stock_card (warehouse, item, lot, status);
create index stock_card_item on stock_card (item, warehouse, lot, status);
create index stock_card_differs on stock_card (warehouse, item, lot, status) where differs;

comment on table order_card is 'An order as a list shows it. `case_sum` is the sum of its open cases'' ids: with their number it tells them apart.';
comment on table order_mark is 'Which warehouses and partners an order has to do with.';
comment on table card_term is 'What a dossier of any kind is found under: identifiers in capitals, without scheme and scope.';
comment on table freight_card is 'A freight case as lists and sums of money see it.';
comment on table stock_card is 'A stock position; `drift` is what the ERP neither books nor was asked to book.';
