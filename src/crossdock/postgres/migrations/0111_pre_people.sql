-- People, what they may, their sessions and the links by which they sign in once. Of the last two only digests are kept.
-- Lock: none (new tables). Time: milliseconds. Back: drop the four tables.

create table person (
    created timestamptz not null,
    ended   timestamptz,
    id      text not null primary key,
    email   text not null,
    name    text not null,
    kind    text not null check (kind in ('person', 'customer')),
    issuer  text not null default '',
    subject text not null default ''
);

create unique index person_email on person (lower(email)) where ended is null;
create unique index person_subject on person (issuer, subject) where subject <> '' and ended is null;

comment on table person is 'Somebody who may sign in; an ended one stays, because acts name it.';

create table person_grant (
    place     integer not null,
    person    text not null references person,
    role      text not null check (
        role in ('viewer', 'operator', 'finance', 'integrator', 'steward', 'approver', 'admin', 'customer')),
    partners  text[] not null default '{}',
    sites     text[] not null default '{}',
    units     text[] not null default '{}',
    customers text[] not null default '{}',
    primary key (person, place),
    check (role <> 'customer' or cardinality(customers) > 0)
);

comment on table person_grant is 'A role within part of the business; an empty list is all of its kind.';

create table session (
    created timestamptz not null,
    seen    timestamptz not null,
    ends    timestamptz not null,
    digest  bytea not null primary key,
    person  text not null references person,
    agent   text not null default ''
);

create index session_person on session (person, created);

comment on table session is 'A signed-in browser, by the digest of what its cookie holds.';

create table sign_in_link (
    created timestamptz not null,
    expires timestamptz not null,
    digest  bytea not null primary key,
    person  text not null references person
);

create index sign_in_link_person on sign_in_link (person);

comment on table sign_in_link is 'A link that opens one session; it is gone once it was used.';
