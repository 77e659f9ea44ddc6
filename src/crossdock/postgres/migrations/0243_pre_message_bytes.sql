-- The bytes of old messages leave the database: they go to files of the archive, some dozens of messages a piece, and one small row
-- a message says which piece. The message's own row keeps its hash, control number and sums, by which a duplicate is known.
-- Nothing is added to `message`: whoever takes messages in writes what it wrote.
-- Lock: none (new tables). Time: milliseconds. Back: bring the bytes back, then drop the tables and the function.

create table message_piece (
    id       bigint generated always as identity primary key,
    position bigint not null,
    bytes    integer not null,
    file     text not null,
    sha256   text not null
);

comment on table message_piece is 'Messages packed together: `bytes` from `position` on in that file of the archive.';

create table message_bytes (
    piece   bigint not null,
    octets  integer not null,
    message text not null primary key
);

create index message_bytes_piece on message_bytes (piece);

comment on table message_bytes is 'A message whose bytes, so many octets, are in the archive. Its body in `message` is empty for as long as this row stands.';

-- As portal_bytes: of another partner's message nobody learns where it is by naming its digest.
create function portal_bytes_away(wanted_order text, wanted text)
returns table (mime text, message text, octets integer, digest text, file text, "position" bigint, bytes integer, sha256 text, gone timestamptz)
language sql stable security definer set search_path from current as $$
    select m.content_type, m.id, b.octets, m.sha256, p.file, p.position, p.bytes, p.sha256, f.gone from portal_document d
    join message m on m.sha256 = d.sha256 and m.partner = d.source
    join message_bytes b on b.message = m.id
    join message_piece p on p.id = b.piece
    left join archive_file f on f.name = p.file
    where d.customer = nullif(current_setting('crossdock.customer', true), '')
        and d.order_no = wanted_order and d.document = wanted
    order by m.id limit 1
$$;
revoke all on function portal_bytes_away(text, text) from public;

do $$
begin
    if exists (select from pg_roles where rolname = 'crossdock_portal') then
        grant execute on function portal_bytes_away(text, text) to crossdock_portal;
    end if;
    if exists (select from pg_roles where rolname = 'crossdock_app') then
        create policy reach on message_bytes to crossdock_app using (exists (select from message m where m.id = message_bytes.message));
        alter table message_bytes enable row level security;
        grant select on message_bytes, message_piece to crossdock_app;
    end if;
exception
    when insufficient_privilege then null;
end
$$;
