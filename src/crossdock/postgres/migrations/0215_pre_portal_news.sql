-- What customers are told as it happens: one line of news in the customer's words for each thing that changed in the curated store,
-- numbered for each customer by itself, so that a number tells nothing of others and is never seen before a smaller one. As in 0120
-- the customer stands first in every key and rows are shown to whom `crossdock.customer` names.
-- Lock: none (new tables). Time: milliseconds. Back: drop both tables.

create table portal_news (
    told     timestamptz not null,
    at       timestamptz not null,
    number   bigint not null,
    customer text collate "C" not null check (customer <> ''),
    order_no text collate "C" not null,
    kind     text not null,
    subject  text not null,
    body     bytea not null,
    primary key (customer, number)
);
create index portal_news_order on portal_news (customer, order_no);

create table portal_told (
    customer text collate "C" not null check (customer <> ''),
    last     bigint not null,
    primary key (customer)
);

do $$
declare
    named text;
begin
    foreach named in array array['portal_news', 'portal_told'] loop
        execute format('alter table %I enable row level security', named);
        execute format('alter table %I force row level security', named);
        execute format(
            'create policy own_rows on %I using (customer = nullif(current_setting(''crossdock.customer'', true), ''''))',
            named);
    end loop;
end
$$;

do $$
begin
    if exists (select from pg_roles where rolname = 'crossdock_portal') then
        grant select on portal_news, portal_told to crossdock_portal;
    end if;
exception
    when insufficient_privilege then null;
end
$$;

comment on table portal_news is 'What a customer was told, a month of it: kind, what about, and the words as JSON.';
comment on table portal_told is 'The number of a customer''s last news; its lock orders those who tell the same customer.';
