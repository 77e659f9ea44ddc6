-- Old acts leave for the archive: the chain then begins at an anchor, the last act that left and its hash. An act may be deleted
-- only where an anchor stands at it or behind it; an anchor is never changed.
-- Lock: none (a new table; a function is replaced, the triggers stay). Time: milliseconds. Back: put the acts back from the archive, let
-- the function refuse everything again, drop the table.

create table act_anchor (
    id   bigint not null primary key,
    at   timestamptz not null,
    hash bytea not null,
    file text not null
);

comment on table act_anchor is 'The last of the acts that are in a file of the archive: the chain goes on from its hash.';

create or replace function case_act_is_append_only() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and tg_table_name = 'act' and exists (select from act_anchor where id >= old.id) then
        return old;
    end if;
    raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;

create trigger act_anchor_kept before update or delete on act_anchor
    for each row execute function case_act_is_append_only();
create trigger act_anchor_not_emptied before truncate on act_anchor
    for each statement execute function case_act_is_append_only();

do $$
begin
    if exists (select from pg_roles where rolname = 'crossdock_app') then
        grant select on act_anchor to crossdock_app;
    end if;
exception
    when insufficient_privilege then null;
end
$$;
