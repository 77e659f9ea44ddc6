-- Where a message stays when it has no place in a dossier's log: waiting room, quarantine, originals.
-- Lock: none (new tables). Time: milliseconds. Back: drop the four tables.

create table waiting (
    received timestamptz not null,
    expires  timestamptz not null,
    id       text not null primary key,
    type     text not null,
    partner  text not null,
    key      text not null,
    reason   text not null,
    message  text not null,
    idents   text[] not null,
    body     bytea not null
);

create index waiting_expires on waiting (expires);
create index waiting_message on waiting (message) where message <> '';

create table waiting_ident (
    ident   text not null,
    waiting text not null,
    primary key (ident, waiting)
);

comment on table waiting is 'A fact no dossier is known for yet; a later fact that links one of its identifiers releases it.';

create table quarantine (
    received timestamptz not null,
    dossier  bigint not null,
    id       text not null primary key,
    partner  text not null,
    lane     text not null,
    code     text not null,
    reason   text not null,
    message  text not null,
    body     bytea not null
);

create index quarantine_dossier on quarantine (dossier, lane) where dossier <> 0;
create index quarantine_message on quarantine (message) where message <> '';

comment on table quarantine is 'A fact that cannot be used. With a dossier it blocks that lane of it, else only itself.';

create table message (
    received     timestamptz not null,
    facts        integer not null check (facts >= 0),
    id           text not null primary key,
    partner      text not null,
    channel      text not null,
    content_type text not null,
    status       text not null check (status in ('accepted', 'duplicate', 'refused', 'partial')),
    control      text not null,
    sha256       text not null,
    findings     bytea not null,
    body         bytea not null
);

-- A duplicate names the control number of its original, and a refused interchange may be sent again corrected.
create unique index message_control on message (partner, control) where control <> '' and status in ('accepted', 'partial');
create index message_sha256 on message (sha256);
create index message_received on message (received);

comment on table message is 'A received message kept whole: EDI, files, batches in a partner''s dialect, everything refused.';
