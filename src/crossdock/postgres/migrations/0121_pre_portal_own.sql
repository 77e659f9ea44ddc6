-- What customers decide in the portal: links they gave away, and notices they do not want. As in 0120 the customer stands
-- first in every key and rows are shown to whom `crossdock.customer` names; a link also to whom `crossdock.link` names by
-- its digest, for reading.
-- Lock: none (new tables). Time: milliseconds. Back: drop both tables.

create table portal_link (
    created  timestamptz not null,
    expires  timestamptz not null,
    revoked  timestamptz,
    customer text collate "C" not null check (customer <> ''),
    id       text collate "C" not null,
    order_no text collate "C" not null,
    shipment text collate "C" not null,
    made_by  text not null,
    label    text not null default '',
    digest   bytea not null,
    primary key (customer, id),
    unique (customer, digest)
);
create index portal_link_digest on portal_link (digest);

create table portal_unwanted (
    customer text collate "C" not null check (customer <> ''),
    rule     text collate "C" not null,
    primary key (customer, rule)
);

do $$
declare
    named text;
begin
    foreach named in array array['portal_link', 'portal_unwanted'] loop
        execute format('alter table %I enable row level security', named);
        execute format('alter table %I force row level security', named);
        execute format(
            'create policy own_rows on %I using (customer = nullif(current_setting(''crossdock.customer'', true), ''''))',
            named);
    end loop;
end
$$;

create policy by_digest on portal_link for select
    using (digest = decode(nullif(current_setting('crossdock.link', true), ''), 'hex'));

do $$
begin
    if exists (select from pg_roles where rolname = 'crossdock_portal') then
        grant select, insert, update on portal_link to crossdock_portal;
        grant select, insert, delete on portal_unwanted to crossdock_portal;
    end if;
exception
    when insufficient_privilege then null;
end
$$;

comment on table portal_link is 'A link to one shipment that a customer gave away; only the digest of what opens it.';
comment on table portal_unwanted is 'Rules of notices a customer does not want.';
