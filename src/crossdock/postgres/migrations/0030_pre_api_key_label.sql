-- What a key is for, in the words of whoever made it; and its public prefix names exactly one key.
-- Lock: ACCESS EXCLUSIVE on api_key for milliseconds (constant default, a handful of rows). Back: drop column and index.

alter table api_key add column label text not null default '';

create unique index api_key_prefix on api_key (prefix);
