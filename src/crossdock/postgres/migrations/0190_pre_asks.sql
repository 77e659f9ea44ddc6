-- What people asked for from the console in the place of the system that owns it, who agreed, and what became of it.
-- Lock: ACCESS EXCLUSIVE on act for milliseconds (a policy); the table is new. Time: milliseconds.
-- Back: drop the table, the sequence and the policy asks on act; what was carried out is in the log and in the chain of acts.

create sequence ask_number;

create table ask (
    id      bigint not null primary key,
    dossier bigint not null,
    asked   timestamptz not null,
    agreed  timestamptz,
    ended   timestamptz,
    deed    text not null,
    about   text not null,
    value   text not null,
    reason  text not null,
    person  text not null,
    key     text not null,
    two     text not null,
    said    text not null,
    second  text not null default '',
    outcome text not null default ''
);

create index ask_dossier on ask (dossier, id);
create index ask_open on ask (id) where ended is null;
create unique index ask_once on ask (dossier, deed, about) where ended is null;

comment on table ask is 'A deed somebody asked for by hand: said as a fact under its number once it is agreed to.';
comment on column ask.two is 'Why it takes a second person, empty where one is enough.';
comment on column ask.said is 'The fact it is carried out with, in JSON, but for who says it and when.';

do $$
begin
    if not exists (select from pg_roles where rolname = 'crossdock_app') then
        return;
    end if;
    create policy reach on ask to crossdock_app using (reach_holds(dossier)) with check (reach_holds(dossier));
    alter table ask enable row level security;
    grant select, insert, update on ask to crossdock_app;
    grant usage on sequence ask_number to crossdock_app;
    create policy asks on act for select to crossdock_app using (
        case when object like 'ask %' then exists (select from ask a where a.id = substr(object, 5)::bigint) else false end);
exception
    when insufficient_privilege then null;
end
$$;
