-- Who may call, which calls were answered already, and how far the relay has come.
-- Lock: none (new tables). Time: milliseconds. Back: drop the three tables.

create table api_key (
    digest  bytea not null primary key,
    created timestamptz not null default now(),
    expires timestamptz,
    revoked timestamptz,
    prefix  text not null,
    partner text not null,
    scopes  text[] not null
);

comment on table api_key is 'A key''s digest, never the key itself; prefix is what a person may see of it.';

create table idempotency (
    created      timestamptz not null default now(),
    partner      text not null,
    key          text not null,
    request_hash bytea not null,
    response     bytea,
    primary key (partner, key)
);

create index idempotency_created on idempotency (created);

comment on table idempotency is 'Answers already given under an Idempotency-Key; response is absent while the first call is running.';

create table relay_cursor (
    name    text not null primary key,
    tx      bigint not null,
    dossier bigint not null,
    seq     integer not null,
    updated timestamptz not null default now()
);

comment on table relay_cursor is 'The last event a relay has published, in commit order (tx, dossier, seq).';
