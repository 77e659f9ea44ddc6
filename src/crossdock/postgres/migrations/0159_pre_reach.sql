-- Row-level security for people whose roles reach part of the business: what is read and done on their behalf runs in the role
-- `crossdock_app`, with their reaches in `crossdock.reach`, and finds the rows of those reaches only. The hub's own work runs as the
-- owner of the tables, whom the policies do not concern: COPY, which row-level security refuses, and the plans of the hot path stay.
-- What stands not in a list below, `crossdock_app` may not read at all: a new table is closed until somebody decides.
-- Lock: ACCESS EXCLUSIVE on each table for milliseconds (catalogue only). Back: `alter table … disable row level security` for each,
-- drop the policies and the functions; `drop owned by crossdock_app; drop role crossdock_app`.

do $$
begin
    create role crossdock_app nologin;
exception
    -- Roles are the server's: another database of it may have made it. Where we may not, somebody limited is refused.
    when duplicate_object or unique_violation or insufficient_privilege then null;
end
$$;

-- Whether one of the reaches holds a dossier: each kind it names, by something of that kind that has a part in it.
create function reach_holds(wanted bigint) returns boolean
language plpgsql stable security definer set search_path from current as $$
declare
    reaches jsonb := coalesce(nullif(current_setting('crossdock.reach', true), ''), '[]')::jsonb;
begin
    return exists (
        select from jsonb_array_elements(reaches) as one (reach)
        where (not reach ? 'partners' or exists (
                select from event e where e.dossier = wanted and reach -> 'partners' ? e.partner
            ) or exists (
                select from order_mark m
                where m.dossier = wanted and m.mark like 'partner|%' and reach -> 'partners' ? substr(m.mark, 9)))
            and (not reach ? 'sites' or exists (
                select from order_mark m
                where m.dossier = wanted and m.mark like 'warehouse|%' and reach -> 'sites' ? substr(m.mark, 11)
            ) or exists (
                select from stock_card s where s.dossier = wanted and reach -> 'sites' ? s.warehouse))
            and (not reach ? 'units' or exists (
                select from order_mark m
                where m.dossier = wanted and m.mark like 'unit|%' and reach -> 'units' ? substr(m.mark, 6)))
            and (not reach ? 'customers' or exists (
                select from order_card c where c.dossier = wanted and reach -> 'customers' ? c.customer)));
end
$$;

-- Whether one of the reaches holds all there is of a partner: it names that partner, and limits nothing else.
create function reach_holds_partner(wanted text) returns boolean
language sql stable as $$
    select exists (
        select from jsonb_array_elements(coalesce(nullif(current_setting('crossdock.reach', true), ''), '[]')::jsonb) as one (reach)
        where not reach ?| array['sites', 'units', 'customers']
            and (not reach ? 'partners' or reach -> 'partners' ? wanted))
$$;

-- The end of the chain of acts, for whoever may append to it and not read all of it.
create function last_act() returns table (id bigint, hash bytea)
language sql stable security definer set search_path from current as $$
    select id, hash from act order by id desc limit 1
$$;

do $$
declare
    named text;
begin
    if not exists (select from pg_roles where rolname = 'crossdock_app') then
        return;
    end if;
    foreach named in array array[
        'event', 'link', 'alarm', 'delivery', 'delivery_log', 'order_card', 'order_mark', 'card_term', 'freight_card', 'stock_card']
    loop
        execute format('create policy reach on %I to crossdock_app using (reach_holds(dossier))', named);
        execute format('alter table %I enable row level security', named);
        execute format('grant select on %I to crossdock_app', named);
    end loop;
    create policy reach on dossier to crossdock_app using (reach_holds(id));
    create policy reach on exception_case to crossdock_app
        using (case when dossier <> 0 then reach_holds(dossier) else reach_holds_partner(subject) end);
    create policy reach on quarantine to crossdock_app
        using (case when dossier <> 0 then reach_holds(dossier) else reach_holds_partner(partner) end);
    create policy reach on case_desk to crossdock_app using (exists (select from exception_case c where c.id = case_id));
    create policy reach on waiting to crossdock_app using (reach_holds_partner(partner));
    create policy reach on waiting_ident to crossdock_app using (exists (select from waiting w where w.id = waiting_ident.waiting));
    create policy reach on message to crossdock_app using (reach_holds_partner(partner));
    create policy reach on partner_gate to crossdock_app using (reach_holds_partner(partner));
    create policy reach on partner_pulse to crossdock_app using (reach_holds_partner(partner));
    create policy reach_read on act for select to crossdock_app using (
        case when case_id <> 0 then exists (select from exception_case c where c.id = case_id)
            when object like 'partner %' then reach_holds_partner(substr(object, 9))
            when object like 'delivery %' then exists (select from delivery d where d.id = substr(object, 10)::bigint)
            else false end);
    create policy reach_append on act for insert to crossdock_app with check (true);
    foreach named in array array[
        'dossier', 'exception_case', 'case_desk', 'quarantine', 'waiting', 'waiting_ident', 'message', 'partner_gate',
        'partner_pulse', 'act']
    loop
        execute format('alter table %I enable row level security', named);
        execute format('grant select on %I to crossdock_app', named);
    end loop;
    -- What people may do by hand (ports.cases, ports.outbox): the rows are those the policies let them see.
    grant update on exception_case to crossdock_app;
    grant insert, update on case_desk, partner_gate to crossdock_app;
    grant insert, update, delete on delivery to crossdock_app;
    grant insert on delivery_log, act to crossdock_app;
exception
    when insufficient_privilege then null;
end
$$;
