-- The curated store of the customer portal: what each customer may see, the customer first in every key.
-- Rows are shown by row-level security to whom `crossdock.customer` names, and to nobody where it names nobody; it holds
-- for the tables' owner too. What reads for customers does so in the role `crossdock_portal`, which may see nothing else.
-- Lock: none (new tables). Time: milliseconds. Back: drop the tables and the function, and the row `portal` of
-- relay_cursor; `drop owned by crossdock_portal; drop role crossdock_portal` where no other database of the server uses it.

do $$
begin
    create role crossdock_portal nologin;
exception
    -- Roles are the server's: another database of it, or a migration beside this one, may have made it. Without the
    -- right to make one the tables' own security still holds, unless we are above it; the portal then refuses to start.
    when duplicate_object or unique_violation or insufficient_privilege then null;
end
$$;

-- Whose each order is, for the follower; no customer reads it.
create table portal_dossier (
    dossier  bigint not null primary key,
    version  bigint not null,
    edition  integer not null,
    customer text collate "C" not null,
    order_no text collate "C" not null
);

create table portal_order (
    placed   timestamptz not null,
    as_of    timestamptz not null,
    customer text collate "C" not null check (customer <> ''),
    order_no text collate "C" not null,
    phase    text not null,
    body     bytea not null,
    primary key (customer, order_no)
);
create index portal_order_newest on portal_order (customer, placed desc, order_no desc);
create index portal_order_phase on portal_order (customer, phase, placed desc, order_no desc);

create table portal_ident (
    customer text collate "C" not null check (customer <> ''),
    ident    text collate "C" not null,
    order_no text collate "C" not null,
    primary key (customer, ident, order_no)
);
create index portal_ident_order on portal_ident (customer, order_no);

create table portal_document (
    customer text collate "C" not null check (customer <> ''),
    order_no text collate "C" not null,
    document text collate "C" not null,
    sha256   text not null,
    source   text not null,
    primary key (customer, order_no, document)
);

create table portal_progress (
    name     text not null primary key,
    complete timestamptz not null
);

do $$
declare
    named text;
begin
    foreach named in array array['portal_order', 'portal_ident', 'portal_document'] loop
        execute format('alter table %I enable row level security', named);
        execute format('alter table %I force row level security', named);
        execute format(
            'create policy own_rows on %I using (customer = nullif(current_setting(''crossdock.customer'', true), ''''))',
            named);
    end loop;
end
$$;

-- The bytes of a customer's own document, as the partner that spoke of it sent them: of another partner's message
-- nobody gets a byte by naming its digest.
create function portal_bytes(wanted_order text, wanted text) returns table (body bytea, mime text)
language sql stable security definer set search_path from current as $$
    select m.body, m.content_type from portal_document d
    join message m on m.sha256 = d.sha256 and m.partner = d.source
    where d.customer = nullif(current_setting('crossdock.customer', true), '')
        and d.order_no = wanted_order and d.document = wanted and m.body <> ''::bytea
    order by m.id limit 1
$$;
revoke all on function portal_bytes(text, text) from public;

do $$
begin
    if exists (select from pg_roles where rolname = 'crossdock_portal') then
        grant select on portal_order, portal_ident, portal_document, portal_progress to crossdock_portal;
        grant execute on function portal_bytes(text, text) to crossdock_portal;
    end if;
exception
    when insufficient_privilege then null;
end
$$;

comment on table portal_order is 'An order as its customer sees it; made from its dossier, may be made anew.';
comment on table portal_progress is 'By when everything durable is in the curated store.';
