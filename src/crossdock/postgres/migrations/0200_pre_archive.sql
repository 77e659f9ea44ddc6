-- What was closed long ago leaves the database: its log, commands and cases go to files, and one row here says where they are. The
-- dossier stays with its state, its identifiers and the prints of all it took, so that a late duplicate is still known as one.
-- Lock: ACCESS EXCLUSIVE on message for milliseconds (a constant default, no rewrite); the tables are new. Time: milliseconds.
-- Back: bring everything back (`crossdock archive restore`), then drop the tables and the column.

create table archive_file (
    at      timestamptz not null,
    gone    timestamptz,
    pieces  integer not null,
    bytes   bigint not null,
    kind    text not null check (kind in ('dossiers', 'messages', 'acts')),
    name    text not null primary key,
    sha256  text not null
);

comment on table archive_file is 'A file of the archive, whole: what it holds is no longer in the database. `gone` once its time was up and it was deleted.';

create table archived (
    dossier  bigint not null primary key,
    at       timestamptz not null,
    position bigint not null,
    bytes    integer not null,
    last     integer not null,
    facts    integer not null,
    commands integer not null,
    cases    integer not null,
    file     text not null,
    sha256   text not null
);

create index archived_file on archived (file, position);

comment on table archived is 'A dossier whose log is in a file. Its version in `dossier` has the bit 2^30 set for as long as this row stands.';
comment on column archived.last is 'The number of the last fact that is in the file; what came later (duplicates) stands in `event`.';

-- How many of the rows that named a message are in the archive with their dossiers: the audit's sums count them.
alter table message add column archived integer not null default 0;

create table retention (
    name   text not null primary key,
    place  text not null default '',
    looked timestamptz,
    paused text not null default ''
);

comment on table retention is 'How far each sweep has looked, and why one is paused.';

do $$
begin
    if not exists (select from pg_roles where rolname = 'crossdock_app') then
        return;
    end if;
    create policy reach on archived to crossdock_app using (reach_holds(dossier));
    alter table archived enable row level security;
    grant select on archived, archive_file to crossdock_app;
exception
    when insufficient_privilege then null;
end
$$;
